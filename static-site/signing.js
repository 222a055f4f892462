// Signs a CloudStack request in the browser, so that the secret key never leaves the page.

const LIFETIME_MS = 5 * 60 * 1000;

/** Return the query string of a listUsers request that is valid for five minutes from `now`. */
export async function signedListUsers({ apiKey, secretKey, now = new Date() }) {
  const parameters = {
    apiKey,
    command: "listUsers",
    expires: expiryAfter(now),
    response: "json",
    signatureVersion: "3",
  };
  const signature = await signatureOf(parameters, secretKey);
  return `${joined(parameters)}&signature=${encode(signature)}`;
}

/** Return the Base64 HMAC-SHA1 that CloudStack expects for these parameters. */
export async function signatureOf(parameters, secretKey) {
  const bytes = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-1" };
  const key = await crypto.subtle.importKey("raw", bytes.encode(secretKey), algorithm, false, ["sign"]);
  const mac = await crypto.subtle.sign("HMAC", key, bytes.encode(stringToSign(parameters)));
  return btoa(String.fromCharCode(...new Uint8Array(mac)));
}

/** Return what is signed: sorted by raw name, values encoded, all of it in lower case. */
export function stringToSign(parameters) {
  return joined(parameters).toLowerCase();
}

function joined(parameters) {
  const names = Object.keys(parameters).sort();
  return names.map((name) => `${name}=${encode(parameters[name])}`).join("&");
}

/** Encode as Java's URLEncoder does, but a space is %20: only A-Z a-z 0-9 . - * _ stay as they are. */
function encode(value) {
  const hex = (character) => `%${character.codePointAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(value).replace(/[!~'()]/g, hex);
}

function expiryAfter(now) {
  return new Date(now.getTime() + LIFETIME_MS).toISOString().replace(/\.\d{3}Z$/, "+0000");
}
