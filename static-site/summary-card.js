// Card 1: what the month costs so far, beside the last month and the forecast, and day by day.

import { ChargesLink } from "./charge-links.js";
import { ConvertedAt } from "./charge-notes.js";
import { Chart, moneyAxes, stripes } from "./charts.js";
import { daysOf, formatDay, formatMonth, formatMonthName } from "./dates.js";
import { Instant, Locale, Money, asSentence, html, useContext } from "./elements.js";
import { formatCount, formatMoney } from "./money.js";
import { Empty } from "./states.js";
import { words } from "./words.js";

const text = words.summary;
// Amounts of more characters get a smaller letter, so that they fit on a phone.
const LONG = 14;

export function SummaryCard({ overview }) {
  const { summary } = overview;
  return html`<section class="card summary" aria-labelledby="summary-title">
    <h2 id="summary-title">${text.title}</h2>
    ${summary ? html`<${Summary} summary=${summary} overview=${overview} />` : html`<${Empty} icon="clock" title=${text.empty}>${text.emptyNext}<//>`}
  </section>`;
}

function Summary({ summary, overview }) {
  const { language } = useContext(Locale);
  const { account: { id: account }, as_of: asOf, exchange_rates: rates, period } = overview;
  const { month_to_date: spent, days } = summary;
  const month = formatMonth(spent.period, language);
  return html`
    <p class="balance-label"><bdi>${text.balance(month)}</bdi></p>
    <p class=${formatMoney(spent.amount, language).length > LONG ? "balance balance-long" : "balance"}><${ChargesLink} account=${account} period=${spent.period} money=${spent.amount} /></p>
    ${asOf && html`<p class="as-of"><bdi>${words.overview.usageUpTo} <${Instant} at=${asOf} /></bdi></p>`}
    <${ConvertedAt} rates=${rates} indicative=${!period.complete} />
    <${Figures} summary=${summary} account=${account} />
    <div class="summary-charts">
      <figure>
        <figcaption>${text.monthsShort}</figcaption>
        <${MonthsChart} summary=${summary} />
      </figure>
      <figure>
        <figcaption>${text.dailyShort}</figcaption>
        <${DaysChart} period=${spent.period} days=${days} label=${text.daily(month)} />
      </figure>
    </div>
    <${DaysTable} days=${days} total=${spent.amount} month=${month} />
  `;
}

function Figures({ summary, account }) {
  const { last_period: last, month_to_date: spent, forecast } = summary;
  return html`<dl class="figures">
    <${Figure} mark="last" label=${text.lastMonth} period=${last?.period} amount=${last?.amount} account=${account} without=${text.noLastMonth} />
    <${Figure} mark="spent" label=${text.monthToDate} period=${spent.period} amount=${spent.amount} account=${account} />
    <${Figure} mark="forecast" label=${text.forecast} period=${forecast.period} amount=${forecast.amount}
      without=${text.noForecast} reason=${forecast.reason} />
  </dl>`;
}

/** With an `account`, its charges of the period are behind the amount. */
function Figure({ mark, label, period, amount, account, without, reason }) {
  const { language } = useContext(Locale);
  return html`<div class="figure">
    <dt><span class=${`mark mark-${mark}`}></span>${label}</dt>
    <dd>
      <span class="figure-amount">${amount ? html`<${FigureAmount} account=${account} period=${period} amount=${amount} />` : without}</span>
      <span class="figure-note">
        ${!amount && reason ? asSentence(reason) : period && html`<span lang=${language}>${formatMonth(period, language)}</span>`}
      </span>
    </dd>
  </div>`;
}

function FigureAmount({ account, period, amount }) {
  if (!account) return html`<${Money} money=${amount} />`;
  return html`<${ChargesLink} account=${account} period=${period} money=${amount} />`;
}

function MonthsChart({ summary }) {
  const { last_period: last, month_to_date: spent, forecast } = summary;
  const known = [
    { ...last, mark: "chart-last", label: text.lastMonth },
    { ...spent, mark: "chart-spent", label: text.monthToDate },
    { ...forecast, mark: "chart-forecast", label: text.forecast },
  ].filter(({ amount }) => amount);
  const configure = (colour, locale) => ({
    type: "bar",
    data: {
      labels: known.map(({ period }) => formatMonthName(period, locale.language)),
      datasets: [{ ...monthBars(known, colour), data: known.map(({ amount }) => Number(amount.amount)) }],
    },
    options: {
      scales: moneyAxes(locale, { autoSkip: false }),
      plugins: { tooltip: { callbacks: { title: ([{ dataIndex }]) => known[dataIndex].label, label: ({ dataIndex }) => formatMoney(known[dataIndex].amount, locale.language) } } },
    },
  });
  return html`<${Chart} label=${text.months} configure=${configure} data=${summary} />`;
}

function monthBars(known, colour) {
  const fill = ({ mark }) => (mark === "chart-forecast" ? stripes(colour(mark), colour("card")) : colour(mark));
  return {
    backgroundColor: known.map(fill),
    borderColor: known.map(({ mark }) => colour(mark)),
    borderWidth: known.map(({ mark }) => (mark === "chart-forecast" ? 1.5 : 0)),
    borderRadius: 4,
    maxBarThickness: 44,
  };
}

/** The amounts of a period's days as bars; a table beside it has the same. */
export function DaysChart({ period, days, label }) {
  const amounts = new Map(days.map(({ day, amount }) => [day, amount]));
  const all = daysOf(period);
  const configure = (colour, locale) => ({
    type: "bar",
    data: {
      labels: all.map((day) => formatCount(Number(day.slice(-2)), locale.language)),
      datasets: [{ data: all.map((day) => (amounts.has(day) ? Number(amounts.get(day).amount) : null)), backgroundColor: colour("chart-spent"), borderRadius: 2, maxBarThickness: 18 }],
    },
    options: {
      scales: moneyAxes(locale, { maxTicksLimit: 8 }),
      interaction: { mode: "index", intersect: false },
      plugins: {
        tooltip: {
          // A day still to come has no amount, and so nothing to tell.
          filter: ({ dataIndex }) => amounts.has(all[dataIndex]),
          callbacks: { title: ([item]) => item && formatDay(all[item.dataIndex], locale.language), label: ({ dataIndex }) => formatMoney(amounts.get(all[dataIndex]), locale.language) },
        },
      },
    },
  });
  return html`<${Chart} label=${label} configure=${configure} data=${days} />`;
}

function DaysTable({ days, total, month }) {
  const { language } = useContext(Locale);
  return html`<details class="days">
    <summary>${text.dailyTable}</summary>
    <div class="days-scroll" tabindex="0" role="group" aria-label=${text.daily(month)}>
      <table>
        <caption class="hidden">${text.daily(month)}</caption>
        <thead><tr><th scope="col">${text.day}</th><th scope="col" class="end">${text.amount}</th></tr></thead>
        <tbody>
          ${days.map(({ day, amount }) => html`<tr key=${day}>
            <th scope="row"><time datetime=${day} lang=${language}><bdi>${formatDay(day, language)}</bdi></time></th>
            <td class="end"><${Money} money=${amount} /></td>
          </tr>`)}
        </tbody>
        <tfoot><tr><th scope="row">${text.total}</th><td class="end"><${Money} money=${total} /></td></tr></tfoot>
      </table>
    </div>
  </details>`;
}
