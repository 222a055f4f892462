// The picture on an issuer's documents: which is there, and another one, seen before it is used.

import { books } from "./api.js";
import { useSending } from "./dialogs.js";
import { html, useRef, useState } from "./elements.js";
import { Field } from "./fields.js";
import { FormCard } from "./page-form.js";
import { words } from "./words.js";

const text = words.issuers;
const LARGEST = 200_000;
const TYPES = ["image/png", "image/svg+xml"];

export function LogoCard({ issuer, announce, refresh }) {
  const [picture, setPicture] = useState(null);
  const [isSet, setIsSet] = useState(Boolean(issuer?.logo));
  const input = useRef(null);
  const sending = useSending(() => {
    setPicture(null);
    setIsSet(true);
    input.current.querySelector("input").value = "";
    announce(text.logoSaved);
    refresh();
  });
  const choose = async (event) => {
    const [file] = event.target.files;
    const wrong = file && (!TYPES.includes(file.type) ? text.logoType : file.size > LARGEST && text.logoTooLarge);
    setPicture(null);
    if (wrong) sending.refuse({ data: wrong });
    else if (file) {
      sending.clear();
      setPicture({ type: file.type, url: await dataUrlOf(file) });
    }
  };
  const save = () => sending.send(() => books.saveLogo(issuer.id, { media_type: picture.type, data: picture.url.split(",")[1] }));
  if (!issuer) return html`<${FormCard} id="issuer-logo" icon="tag" title=${text.logo} note=${text.logoFirst} />`;
  return html`<${FormCard} id="issuer-logo" icon="tag" title=${text.logo} note=${text.logoNote}>
    <p class="logo-state">${isSet ? text.logoSet : text.logoNone}</p>
    <div class="short-form" ref=${input}>
      <${Field} id="data" label=${text.logoFile} error=${sending.fields.data ?? (sending.failure && Object.keys(sending.fields).length === 0 ? sending.failure : undefined)}>
        ${(attributes) => html`<input ...${attributes} type="file" accept="image/png,image/svg+xml" onChange=${choose} />`}
      <//>
    </div>
    ${picture && html`<div class="logo-preview"><img src=${picture.url} alt=${text.logoPreview} /></div>
      <div class="form-buttons"><button type="button" class="button" aria-disabled=${String(sending.busy)} onClick=${save}>${text.logoSave}</button></div>`}
  <//>`;
}

/** Return a file as an address that has all of it, in base64. */
function dataUrlOf(file) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });
}
