// Which payment gateways are set up, what to tell them, and what they told that could not be posted.

import { books } from "./api.js";
import { Pill, html, useEffect } from "./elements.js";
import { Icon } from "./icons.js";
import { useLoad } from "./load.js";
import { Failed, Skeleton } from "./states.js";
import { Unposted } from "./unposted.js";
import { words } from "./words.js";

const text = words.books.gateways;

export function Gateways({ turn, announce }) {
  const load = useLoad(books.gateways, "gateways");
  useEffect(() => {
    if (turn > 0) load.reload({ quiet: load.phase === "ready" });
  }, [turn]);
  if (load.phase === "loading") return html`<${Skeleton} label=${text.loading} />`;
  if (load.phase === "failed") return html`<${Failed} title=${text.failed} error=${load.error} retry=${load.reload} />`;
  const { configured, webhook_url: address } = load.data.stripe;
  return html`<section class="card listing" aria-labelledby="gateways-title">
    <div class="card-head"><h2 id="gateways-title"><${Icon} name="coins" />${text.title}</h2></div>
    <p class="note"><bdi>${text.intro}</bdi></p>
    <h3 class="gateway-name">${text.stripe} <${Pill} tone=${configured ? "good" : "warn"}>${configured ? text.configured : text.notConfigured}<//></h3>
    <p><bdi>${configured ? text.configuredNote : text.notConfiguredNote}</bdi></p>
    <h4 class="card-part">${text.webhook}</h4>
    <div class="copied"><code dir="ltr">${address}</code><button type="button" class="button button-small" aria-label=${text.copyOf} onClick=${() => copy(address).then(announce)}>${text.copy}</button></div>
    <p class="note"><bdi>${text.webhookNote}</bdi></p>
  </section>
  <${Unposted} load=${load} announce=${announce} />`;
}

async function copy(address) {
  try {
    await navigator.clipboard.writeText(address);
    return text.copied;
  } catch {
    return text.notCopied;
  }
}
