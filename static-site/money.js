// Amounts as text. The API counts; the page only formats, so nothing here adds or rounds.

const MINUS = "\u2212";

/** Return how many decimals the amount string carries: "1.250" has 3. */
export function decimalsOf(amount) {
  const point = amount.indexOf(".");
  return point < 0 ? 0 : amount.length - point - 1;
}

/** Return `money` as the reader's language writes it, with every digit the API sent. */
export function formatMoney({ amount, currency }, language) {
  const digits = decimalsOf(amount);
  const style = { style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits };
  // A string is formatted digit by digit; a number would lose digits beyond 2^53.
  return formatSigned(amount, new Intl.NumberFormat(language, style));
}

/** Return whether an amount is zero, however many digits it is written with. */
export function isZero(amount) {
  return !/[1-9]/.test(amount);
}

/** Return an axis label such as "€1.2K" for a point of a chart's scale. */
export function formatScale(value, currency, language) {
  const style = { style: "currency", currency, notation: "compact", minimumFractionDigits: 0, maximumFractionDigits: 1 };
  return new Intl.NumberFormat(language, style).format(value);
}

/** Return "62.4" as "62.4%", the way the language writes it. */
export function formatPercent(percent, language) {
  const digits = decimalsOf(percent);
  const style = { style: "unit", unit: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits };
  return formatSigned(percent, new Intl.NumberFormat(language, style));
}

/** Return `count` with the language's grouping. */
export function formatCount(count, language) {
  return new Intl.NumberFormat(language).format(count);
}

/** Return what is left of 100 % as a percent string without sign: "57.3" gives "42.7", "112.4" gives "12.4". */
export function percentFrom100(percent) {
  const digits = decimalsOf(percent);
  return Math.abs(100 - Number(percent)).toFixed(digits);
}

/** Return a typed amount as the API writes it ("1500,5" in German is "1500.5"), or null if it is no clear number. */
export function readAmount(typed, language) {
  const { decimal, group } = separatorsOf(language);
  const digits = [...typed.trim()].map(asciiDigit).join("");
  // "1.500" is fifteen hundred to a German, so it must not become one and a half.
  if (group === "." && /^-?\d{1,3}(\.\d{3})+$/.test(digits)) return null;
  const plain = digits.replace(decimal, ".");
  return /^-?\d+(\.\d+)?$/.test(plain) ? plain : null;
}

/** Return an amount of the API the way somebody who writes in `language` would type it. */
export function typedAmount(amount, language) {
  return separatorsOf(language).decimal === "," ? amount.replace(".", ",") : amount;
}

/** Return a number in `format`; a hyphen is easily overlooked, and screen readers leave it out. */
export function formatSigned(number, format) {
  const parts = format.formatToParts(number);
  return parts.map(({ type, value }) => (type === "minusSign" ? value.replace("-", MINUS) : value)).join("");
}

function separatorsOf(language) {
  const parts = new Intl.NumberFormat(language).formatToParts(1234567.5);
  const valueOf = (type) => parts.find((part) => part.type === type)?.value;
  return { decimal: valueOf("decimal"), group: valueOf("group") };
}

function asciiDigit(character) {
  for (const zero of [0x0660, 0x06f0, 0x0966, 0x09e6]) {
    const digit = character.codePointAt(0) - zero;
    if (digit >= 0 && digit <= 9) return String(digit);
  }
  return character;
}
