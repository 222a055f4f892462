// The files of a document, to download.

import { billing } from "./api.js";
import { nameOf } from "./documents.js";
import { Locale, html, useContext } from "./elements.js";
import { Files } from "./files.js";

/** Buttons for the files there are of a document, of these `formats`. */
export function DocumentFiles({ account, document, formats = document.files, small }) {
  const { language } = useContext(Locale);
  const shown = formats.filter((format) => document.files.includes(format));
  if (shown.length === 0) return null;
  const name = nameOf(document, language);
  const base = (document.number ?? name).replace(/[^\p{L}\p{N}._-]+/gu, "-");
  const files = shown.map((format) => ({ format, name: `${base}.${format}`, read: () => billing.invoiceFile(account, document.id, format) }));
  return html`<${Files} files=${files} title=${name} small=${small} />`;
}
