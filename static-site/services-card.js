// Card 2: the month to date by service, as a table that adds up and a donut that repeats it.

import { Chart } from "./charts.js";
import { Locale, Money, Percent, html, useContext } from "./elements.js";
import { formatMoney, formatPercent } from "./money.js";
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
    ${total && services.length > 0 ? html`<${Services} services=${services} total=${total} />` : html`<${Empty} icon="tray" title=${text.empty}>${text.emptyNext}<//>`}
  </section>`;
}

function Services({ services, total }) {
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
    <${ServicesTable} services=${services} total=${total} />
  </div>`;
}

function ServicesTable({ services, total }) {
  return html`<table class="services-table">
    <caption class="hidden">${text.title}</caption>
    <thead>
      <tr><th scope="col">${text.service}</th><th scope="col" class="end">${text.amount}</th><th scope="col" class="end">${text.share}</th></tr>
    </thead>
    <tbody>
      ${services.map(({ service, name, amount, percent }) => html`<tr key=${service}>
        <th scope="row"><span class="service-name"><span class=${`swatch swatch-${swatchOf(service)}`}></span>${name}</span></th>
        <td class="end"><${Money} money=${amount} /></td>
        <td class="end share"><${Percent} percent=${percent} /></td>
      </tr>`)}
    </tbody>
    <tfoot>
      <tr><th scope="row">${text.total}</th><td class="end"><${Money} money=${total} /></td><td class="end share"><${Percent} percent="100" /></td></tr>
    </tfoot>
  </table>`;
}

function donutOf(services) {
  return (colour, { language }) => ({
    type: "doughnut",
    data: {
      labels: services.map(({ name }) => name),
      datasets: [
        {
          data: services.map(({ amount }) => Math.max(0, Number(amount.amount))),
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
  return `${formatMoney(amount, language)} (${formatPercent(percent, language)})`;
}

/** Return the name of the colour that a service has on every view. */
export function swatchOf(service) {
  return COLOURED.has(service) ? service : "other";
}
