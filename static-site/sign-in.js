// The sign-in: CloudStack user and password, or one request signed with the user's own API key.

import { session } from "./api.js";
import { asSentence, html, useEffect, useRef, useState, useTitle } from "./elements.js";
import { Field } from "./fields.js";
import { Logo } from "./icons.js";
import { signedListUsers } from "./signing.js";
import { words } from "./words.js";

const text = words.signIn;

/** `notice` says why the page is back here; `onSignedIn` gets the new session. */
export function SignIn({ notice, onSignedIn }) {
  const [byKey, setByKey] = useState(false);
  const [failure, setFailure] = useState(null);
  const heading = useRef(null);
  useTitle(byKey ? text.keyTitle : text.title);
  useEffect(() => {
    if (notice || byKey) heading.current.focus();
  }, [notice, byKey]);
  const change = (way, why = null) => {
    setByKey(way);
    setFailure(why);
  };
  const shown = { onSignedIn, failure, setFailure };
  return html`<main id="main" class="sign-in">
    <div class="sign-in-brand"><${Logo} /><span>${words.product}</span><small>${words.tagline}</small></div>
    <div class="card sign-in-card">
      <h1 tabindex="-1" ref=${heading}>${byKey ? text.keyTitle : text.title}</h1>
      ${notice && !failure && html`<p class="form-notice" role="status">${notice}</p>`}
      ${failure && html`<p class="form-failure" role="alert">${failure}</p>`}
      ${byKey ? html`<${KeyForm} ...${shown} />` : html`<${PasswordForm} ...${shown} onSecondFactor=${() => change(true, text.secondFactor)} />`}
      <button type="button" class="button-plain" onClick=${() => change(!byKey)}>${byKey ? text.usePassword : text.useKey}</button>
    </div>
  </main>`;
}

function PasswordForm({ onSignedIn, setFailure, onSecondFactor }) {
  const [typed, setTyped] = useState({ username: "", password: "", domain: "" });
  const refused = (error) => (error.kind === "SecondFactorNeeded" ? onSecondFactor() : setFailure(asSentence(error.message)));
  const [busy, submit] = useSubmit({
    missing: !typed.username.trim() || !typed.password ? text.missing : null,
    send: () => session.signIn({ ...typed, username: typed.username.trim(), domain: typed.domain.trim() || "/" }),
    onSignedIn,
    setFailure,
    refused,
  });
  const put = (part) => setTyped((before) => ({ ...before, ...part }));
  return html`<form novalidate onSubmit=${submit}>
    <p class="note">${text.intro}</p>
    <${TextField} id="username" label=${text.user} autocomplete="username" value=${typed.username} onText=${(username) => put({ username })} />
    <${TextField} id="password" label=${text.password} type="password" autocomplete="current-password" value=${typed.password} onText=${(password) => put({ password })} />
    <${TextField} id="domain" label=${text.domain} hint=${text.domainHint} autocomplete="organization" optional value=${typed.domain} onText=${(domain) => put({ domain })} />
    <${Submit} busy=${busy} />
  </form>`;
}

function KeyForm({ onSignedIn, setFailure }) {
  const [typed, setTyped] = useState({ apiKey: "", secretKey: "" });
  const { apiKey, secretKey } = typed;
  const [busy, submit] = useSubmit({
    missing: !apiKey.trim() || !secretKey.trim() ? text.missingKeys : null,
    send: () => signInByKey({ apiKey: apiKey.trim(), secretKey: secretKey.trim() }),
    onSignedIn,
    setFailure,
    refused: (error) => setFailure(asSentence(error.message)),
  });
  const put = (part) => setTyped((before) => ({ ...before, ...part }));
  return html`<form novalidate onSubmit=${submit}>
    <p class="note">${text.keyIntro}</p>
    <${TextField} id="api-key" label=${text.apiKey} autocomplete="off" value=${apiKey} onText=${(value) => put({ apiKey: value })} />
    <${TextField} id="secret-key" label=${text.secretKey} type="password" autocomplete="off" value=${secretKey} onText=${(value) => put({ secretKey: value })} />
    <${Submit} busy=${busy} />
  </form>`;
}

async function signInByKey(keys) {
  if (!globalThis.crypto?.subtle) throw new Error(text.insecure);
  return session.signIn({ signed_request: await signedListUsers(keys) });
}

/** Return [busy, submit] of a form that opens a session with `send`. */
function useSubmit({ missing, send, onSignedIn, setFailure, refused }) {
  const [busy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    setFailure(missing);
    if (missing || busy) return;
    setBusy(true);
    try {
      onSignedIn(await send());
    } catch (error) {
      setBusy(false);
      refused(error);
    }
  };
  return [busy, submit];
}

function TextField({ id, label, hint, type = "text", autocomplete, optional = false, value, onText }) {
  return html`<${Field} id=${id} label=${label} hint=${hint}>
    ${(attributes) => html`<input ...${attributes} type=${type} autocomplete=${autocomplete} autocapitalize="off" spellcheck="false" dir="ltr"
      required=${!optional} value=${value} onInput=${(event) => onText(event.target.value)} />`}
  <//>`;
}

function Submit({ busy }) {
  return html`<button type="submit" class="button button-main button-wide" disabled=${busy}>${busy ? text.busy : text.submit}</button>`;
}
