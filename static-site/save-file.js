// Saves a file that the page has made or fetched.

const KEPT_MS = 60_000;

/** Have the browser save `blob` under `name`. */
export function saveFile(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // Some browsers read the blob only after the click was handled.
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
