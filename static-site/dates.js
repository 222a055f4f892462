// Days, months and instants as text. Billing periods are Gregorian months, whatever the language's own calendar.

const DATE_AND_TIME = {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZoneName: "short",
};

/** Return "2026-11" as "November 2026". */
export function formatMonth(period, language) {
  return show(`${period}-01T00:00:00Z`, language, { month: "long", year: "numeric" });
}

/** Return "2026-11" as "Nov". */
export function formatMonthName(period, language) {
  return show(`${period}-01T00:00:00Z`, language, { month: "short" });
}

/** Return "2026-11-03" as "Tue, 3 Nov". */
export function formatDay(day, language) {
  return show(`${day}T00:00:00Z`, language, { weekday: "short", day: "numeric", month: "short" });
}

/** Return an instant as a date and time in `timeZone`, with the zone's name. */
export function formatInstant(instant, language, timeZone) {
  return show(instant, language, DATE_AND_TIME, timeZone);
}

/** Return a window of time as "22 Nov 2026, 00:00 – 23 Nov 2026, 00:00 UTC". */
export function formatWindow(start, end, language) {
  const format = new Intl.DateTimeFormat(language, { calendar: "gregory", timeZone: "UTC", ...DATE_AND_TIME });
  return format.formatRange(new Date(start), new Date(end));
}

/** Return the date of an instant in `timeZone`, such as "1 December 2026". */
export function formatDate(instant, language, timeZone) {
  return show(instant, language, { day: "numeric", month: "long", year: "numeric" }, timeZone);
}

/** Return every day of a month, "2026-11-01" to "2026-11-30". */
export function daysOf(period) {
  const [year, month] = period.split("-").map(Number);
  const count = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return Array.from({ length: count }, (_, index) => `${period}-${String(index + 1).padStart(2, "0")}`);
}

function show(instant, language, style, timeZone = "UTC") {
  const format = new Intl.DateTimeFormat(language, { calendar: "gregory", timeZone, ...style });
  return format.format(new Date(instant));
}
