// The templates of numbers, each with the number that comes next.

import { books } from "./api.js";
import { html, useEffect, useState } from "./elements.js";
import { TextField } from "./fields.js";
import { exampleNumber, nextOf } from "./issuer-form.js";
import { FormCard } from "./page-form.js";
import { words } from "./words.js";

const text = words.issuers;

/** `issuer` is the id of one that has used numbers already, perhaps. */
export function SeriesCard({ typed, fields, change, within, issuer, today }) {
  const used = useUsed(issuer);
  const start = Number(typed.fiscal_year_start);
  const example = (kind) => {
    const template = typed.series[kind];
    const n = nextOf(used, kind, template, { start, today });
    return exampleNumber(template, { n, start, today });
  };
  const longest = Number(typed.longest_number) || Infinity;
  return html`<${FormCard} id="issuer-numbers" icon="tag" title=${text.numbers} note=${text.numbersNote}>
    <div class="form-grid">
      ${Object.entries(text.series).map(([kind, label]) => html`<${Template} key=${kind} id=${`series.${kind}`} label=${label} value=${typed.series[kind]} next=${example(kind)} longest=${longest} error=${fields[`series.${kind}`]}
        onChange=${(template) => within("series")({ [kind]: template })} />`)}
      <${TextField} id="longest_number" label=${text.longest} hint=${text.longestHint} inputmode="numeric" dir="ltr" value=${typed.longest_number} error=${fields.longest_number} onChange=${(most) => change({ longest_number: most })} />
    </div>
  <//>`;
}

function Template({ next, longest, error, ...field }) {
  const told = error ?? (next.length > longest ? text.tooLong(next, longest) : undefined);
  return html`<${TextField} ...${field} hint=${text.next(next)} dir="ltr" maxlength="40" error=${told} />`;
}

/** Return the series that an issuer has begun; none while they are not known. */
function useUsed(issuer) {
  const [series, setSeries] = useState([]);
  useEffect(() => {
    if (issuer) books.documents({ issuer }).then((found) => setSeries(found.series), () => {});
  }, [issuer]);
  return series;
}
