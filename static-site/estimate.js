// What a planned deployment would cost: a form of rows, and the API's answer. Nothing is kept.

import { AccountHeading } from "./account-heading.js";
import { billing } from "./api.js";
import { useSending } from "./dialogs.js";
import { Locale, html, useContext, useDirection, useEffect, useMemo, useRef, useState, useTitle } from "./elements.js";
import { EstimateAnswer } from "./estimate-answer.js";
import { errorsOf, meterChoices, newRow, readPlan } from "./estimate-plan.js";
import { PlanRows } from "./estimate-rows.js";
import { Icon } from "./icons.js";
import { useLoad } from "./load.js";
import { localeOf } from "./locale.js";
import { formatMoney } from "./money.js";
import { Empty, Failed, Skeleton } from "./states.js";
import { words } from "./words.js";

const text = words.estimate;

export function EstimateView({ account, announce, heading }) {
  const locale = useMemo(() => localeOf(account), [account]);
  const { phase, data, error, reload } = useLoad(() => billing.catalogue(account.id), account.id);
  const some = phase === "ready" && meterChoices(data).length + data.services.length > 0;
  useTitle(text.title, account.name);
  useDirection(locale.direction);
  return html`<${Locale.Provider} value=${locale}>
    <${AccountHeading} title=${text.title} account=${account} heading=${heading} note=${account.currency && words.overview.currency(account.currency)} />
    ${phase === "loading" && html`<${Skeleton} label=${text.loading} />`}
    ${phase === "failed" && html`<${Failed} title=${text.failed} error=${error} retry=${reload} />`}
    ${phase === "ready" && !some && html`<div class="card"><${Empty} icon="tray" title=${text.empty}>${text.emptyNext}<//></div>`}
    ${some && html`<div class="sections"><${Estimate} account=${account} catalogue=${data} announce=${announce} /></div>`}
  <//>`;
}

function Estimate({ account, catalogue, announce }) {
  const form = useEstimate(account, catalogue);
  const place = useRef(null);
  useEffect(() => {
    place.current.querySelector("[aria-invalid=true]")?.focus();
  }, [form.sentFields]);
  return html`
    <section class="card plan" aria-labelledby="plan-title">
      <h2 id="plan-title"><${Icon} name="receipt" />${text.plan}</h2>
      <p class="note"><bdi>${text.intro}</bdi></p>
      ${form.failure && html`<p class="form-failure" role="alert"><bdi>${form.failure}</bdi></p>`}
      <form novalidate ref=${place} aria-labelledby="plan-title" onSubmit=${form.submit}>
        <${PlanRows} rows=${form.rows} catalogue=${catalogue} errors=${form.errors} onChange=${form.change} announce=${announce} />
        <p class="plan-buttons"><button type="submit" class="button button-main" aria-disabled=${String(form.busy)}>${form.busy ? text.busy : text.submit}</button></p>
      </form>
    </section>
    <p class="hidden" role="status">${form.said}</p>
    ${form.answer && html`<${EstimateAnswer} answer=${form.answer} old=${form.old} />`}
  `;
}

function useEstimate(account, catalogue) {
  const { language } = useContext(Locale);
  const [rows, setRows] = useState(() => [newRow(catalogue)]);
  const [answered, setAnswered] = useState(null);
  const asked = useRef({});
  const sending = useSending((answer) => setAnswered({ answer, rows: asked.current.rows }));
  const { errors, others } = errorsOf(sending.fields, rows, asked.current.places, catalogue);
  const submit = (event) => {
    event.preventDefault();
    const { plan, places, fields } = readPlan(rows, catalogue, language);
    if (fields) return sending.refuse(fields);
    if (!sending.busy) asked.current = { rows, places };
    return sending.send(() => billing.estimate(account.id, plan));
  };
  const said = answered && !sending.busy ? text.shown(formatMoney(answered.answer.totals.month, language)) : "";
  const failure = sending.failure && [sending.failure, ...others].join(" ");
  return { rows, change: setRows, submit, errors, failure, busy: sending.busy, sentFields: sending.fields, answer: answered?.answer, old: answered && answered.rows !== rows, said };
}
