// What the lists of the operator's page know of a connection: its name and the time zone of its days.

import { Instant, Span, createContext, html, useContext } from "./elements.js";
import { knownTimeZone } from "./locale.js";
import { words } from "./words.js";

const text = words.operations;

/** The connections as the API lists them. */
export const Connections = createContext([]);

/** Return {name, zone} of a connection; one that is not listed has its id for a name. */
export function useConnection(id) {
  const connection = useContext(Connections).find((each) => each.id === id);
  return { name: connection?.name || id, zone: knownTimeZone(connection?.time_zone) };
}

export function ConnectionName({ id }) {
  return html`<bdi>${useConnection(id).name}</bdi>`;
}

/** A span of windows of a connection, as its days where possible. */
export function Windows({ connection, start, end }) {
  return html`<${Span} start=${start} end=${end} zone=${useConnection(connection).zone} />`;
}

/** An instant on the clock of a connection. */
export function ClockTime({ connection, at }) {
  return html`<span class="no-break"><${Instant} at=${at} zone=${useConnection(connection).zone} /></span>`;
}

/** A usage type by its name, or by its meter's, with CloudStack's number. */
export function UsageType({ type, meter }) {
  if (type === null || type === undefined) return html`<span class="muted">${text.noType}</span>`;
  const name = meter ?? text.usageTypes[type];
  if (!name) return text.unknownType(type);
  return html`<span class="two-lines"><span class="no-break">${name}</span><small>${text.type(type)}</small></span>`;
}
