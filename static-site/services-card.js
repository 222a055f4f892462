// Card 2: the month to date by service, as a table that adds up and a donut that repeats it.

import { ChargesLink } from "./charge-links.js";
import { Chart } from "./charts.js";
import { Locale, Money, Percent, html, useContext } from "./elements.js";
import { formatMoney, formatPercent, isZero } from "./money.js";
import { Empty } from "./states.js";
import { words } from "./words.js";

const text = words.services;
// Totals of more characters get a smaller letter, so that they fit on a phone.
const LONG = 14;
// A service keeps its colour from month to month; colours.css has the same names.
const COLOURED = new Set([
  "virtual_machines",
  "volumes",
  "snapshots",
  "ip_addresses",
  "data_transfer",
  "load_balancing",
  "networks",
  "port_forwarding",
  "isos",
  "templates",
  "security_groups",
  "vpn",
  "disk_io",
  "secondary_storage",
  "backups",
  "object_storage",
]);

export function ServicesCard({ overview }) {
  const { services, summary } = overview;
  const total = summary?.month_to_date.amount;
  return html`<section class="card services" aria-labelledby="services-title">
    <h2 id="services-title">${text.title}</h2>
    ${total && services.length > 0 ? html`<${Services} services=${services} total=${total} account=${overview.account.id} period=${summary.month_to_date.period} />` : html`<${Empty} icon="tray" title=${text.empty}>${text.emptyNext}<//>`}
  </section>`;
}

function Services({ services, total, account, period }) {
  const { language } = useContext(Locale);
  const shown = formatMoney(total, language);
  return html`<div class=${shown.length > LONG ? "services-body services-body-long" : "services-body"}>
    <div class="donut">
      <${Chart} label=${text.chart} configure=${donutOf(services)} data=${services} class="chart-donut" />
      <p class=${shown.length > 11 ? "donut-total donut-total-long" : "donut-total"} aria-hidden="true">
        <span>${text.total}</span>
        <bdi class="money" lang=${language}>${shown}</bdi>
      </p>
    </div>
    <${ServicesTable} services=${services} total=${total} account=${account} period=${period} />
  </div>`;
}

function ServicesTable({ services, total, account, period }) {
  return html`<table class="services-table">
    <caption class="hidden">${text.title}</caption>
    <thead>
      <tr><th scope="col">${text.service}</th><th scope="col" class="end">${text.amount}</th><th scope="col" class="end">${text.share}</th></tr>
    </thead>
    <tbody>
      ${services.map(({ service, name, amount, percent }) => html`<tr key=${service}>
        <th scope="row"><span class="service-name"><span class=${`swatch swatch-${swatchOf(service)}`}></span>${name}</span></th>
        <td class="end"><${ChargesLink} account=${account} period=${period} service=${service} name=${name} money=${amount} /></td>
        <td class="end share"><${Share} percent=${percent} /></td>
      </tr>`)}
    </tbody>
    <tfoot>
      <tr><th scope="row">${text.total}</th><td class="end"><${Money} money=${total} /></td><td class="end share"><${Share} percent=${isZero(total.amount) ? null : "100"} /></td></tr>
    </tfoot>
  </table>`;
}

/** A share of a total; of nothing there is none. */
function Share({ percent }) {
  return percent === null ? html`<span aria-label=${text.noShare} role="img">–</span>` : html`<${Percent} percent=${percent} />`;
}

/** A ring has no parts below zero, so credits are in the table only; without any part it is an empty ring. */
function donutOf(all) {
  const services = all.filter(({ amount }) => Number(amount.amount) > 0);
  return services.length > 0 ? partsOf(services) : emptyRing;
}

function emptyRing(colour) {
  const ring = { data: [1], backgroundColor: colour("line-soft"), hoverBackgroundColor: colour("line-soft"), borderWidth: 0 };
  return { type: "doughnut", data: { labels: [""], datasets: [ring] }, options: { cutout: "72%", layout: { padding: 4 }, plugins: { tooltip: { enabled: false } } } };
}

function partsOf(services) {
  return (colour, { language }) => ({
    type: "doughnut",
    data: {
      labels: services.map(({ name }) => name),
      datasets: [
        {
          data: services.map(({ amount }) => Number(amount.amount)),
          backgroundColor: services.map(({ service }) => colour(`service-${swatchOf(service)}`)),
          borderColor: colour("card"),
          borderWidth: 2,
          hoverOffset: 4,
        },
      ],
    },
    options: {
      cutout: "72%",
      layout: { padding: 4 },
      plugins: { tooltip: { callbacks: { label: ({ dataIndex }) => describe(services[dataIndex], language) } } },
    },
  });
}

function describe({ amount, percent }, language) {
  const shown = formatMoney(amount, language);
  return percent === null ? shown : `${shown} (${formatPercent(percent, language)})`;
}

/** Return the name of the colour that a service has on every view. */
export function swatchOf(service) {
  return COLOURED.has(service) ? service : "other";
}
