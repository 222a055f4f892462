// Which language, time zone and writing direction an account's page uses.

const RIGHT_TO_LEFT = new Set(["ar", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"]);

/** Return `tag` if Intl can format in it, else "en". */
export function knownLanguage(tag) {
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag).length > 0 ? tag : "en";
  } catch {
    return "en";
  }
}

/** Return `name` if Intl knows the time zone, else "UTC". */
export function knownTimeZone(name) {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return name || "UTC";
  } catch {
    return "UTC";
  }
}

/** Return "rtl" for a language that is written from right to left, else "ltr". */
export function directionOf(tag) {
  const locale = new Intl.Locale(knownLanguage(tag)).maximize();
  return RIGHT_TO_LEFT.has(locale.language) || locale.script === "Arab" || locale.script === "Hebr" ? "rtl" : "ltr";
}

/** Return how to show things to this account: language, time zone, direction, currency. */
export function localeOf(account) {
  return {
    language: knownLanguage(account?.language),
    timeZone: knownTimeZone(account?.time_zone),
    direction: directionOf(account?.language),
    currency: account?.currency ?? "",
  };
}
