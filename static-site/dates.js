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

/** Return a span as its days, "21 – 22 Nov 2026", where it is whole days of `timeZone`, else with its times. */
export function formatSpan(start, end, language, timeZone) {
  const days = [start, end].every((instant) => startOfDay(dayOf(instant, timeZone), timeZone) === whole(instant));
  const style = days ? { day: "numeric", month: "short", year: "numeric" } : DATE_AND_TIME;
  const format = new Intl.DateTimeFormat(language, { calendar: "gregory", timeZone, ...style });
  // The end belongs to the day after the last, so the last day is that of the moment before.
  return format.formatRange(new Date(start), new Date(Date.parse(end) - (days ? 1 : 0)));
}

/** Return the day, such as "2026-11-22", that an instant falls on in `timeZone`. */
export function dayOf(instant, timeZone) {
  return localTime(Date.parse(instant), timeZone).slice(0, 10);
}

/** Return the instant at which a day begins in `timeZone`, as the API writes it. */
export function startOfDay(day, timeZone) {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const guess = midnight - offsetAt(midnight, timeZone);
  const better = midnight - offsetAt(guess, timeZone);
  // Where the clock is put forward at midnight, the day begins at the later of the two.
  const found = [guess, better].find((at) => localTime(at, timeZone) === `${day}T00:00:00Z`) ?? Math.max(guess, better);
  return whole(found);
}

/** Return the day after `day`. */
export function dayAfter(day) {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

/** Return how many days `end` is after `start`; below zero where it is before. */
export function daysBetween(start, end) {
  return Math.round((Date.parse(`${end}T00:00:00Z`) - Date.parse(`${start}T00:00:00Z`)) / 86_400_000);
}

/** Return the month `count` months after "2026-11"; before it where `count` is negative. */
export function monthAfter(month, count = 1) {
  const [year, number] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 + count, 1)).toISOString().slice(0, 7);
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

/** Return how many milliseconds the clock of `timeZone` is ahead of UTC. */
function offsetAt(at, timeZone) {
  return Date.parse(localTime(at, timeZone)) - at;
}

/** Return what the clock of `timeZone` shows, written as if it were UTC. */
function localTime(at, timeZone) {
  const style = { calendar: "gregory", numberingSystem: "latn", hourCycle: "h23", timeZone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" };
  const parts = Object.fromEntries(new Intl.DateTimeFormat("en", style).formatToParts(at).map(({ type, value }) => [type, value]));
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}:${parts.second}Z`;
}

function whole(instant) {
  return new Date(instant).toISOString().replace(".000Z", "Z");
}

function show(instant, language, style, timeZone = "UTC") {
  const format = new Intl.DateTimeFormat(language, { calendar: "gregory", timeZone, ...style });
  return format.format(new Date(instant));
}
