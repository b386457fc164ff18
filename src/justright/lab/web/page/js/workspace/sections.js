/** The charts beside the table: the user's own first, then one for every metric, in sections. */

import { html, useMemo } from "../../vendor/preact.js";
import { count, label } from "../format.js";
import { Icon } from "../ui.js";
import { CustomPanel } from "./custom.js";
import { MetricPanel } from "./panel.js";
import { set } from "./settings.js";

const FIRST = ["validation_loss", "validation_score", "train_loss", "loss"];
const MOST_OPEN = 24; // charts of a section that opens by itself; layer by layer has hundreds

/** Match names by a regular expression, or by the plain text where it is none. */
export function matcher(text) {
  if (!text) return () => true;
  try {
    const pattern = new RegExp(text, "i");
    return (name) => pattern.test(name);
  } catch {
    return (name) => name.toLowerCase().includes(text.toLowerCase());
  }
}

/** Metrics by what stands before their first "/": [{name, metrics}], those without one first. */
export function bySection(metrics, search) {
  const fits = matcher(search), sections = new Map();
  for (const { name } of metrics) {
    if (name === "epoch" || !fits(name)) continue;
    const cut = name.indexOf("/"), section = cut > 0 ? name.slice(0, cut) : "";
    if (!sections.has(section)) sections.set(section, []);
    sections.get(section).push(name);
  }
  const rank = (name) => { const at = FIRST.indexOf(name); return at < 0 ? FIRST.length : at; };
  sections.get("")?.sort((a, b) => rank(a) - rank(b));
  return [...sections].map(([name, own]) => ({ name, metrics: own })).sort((a, b) => (a.name && 1) - (b.name && 1));
}

function Section({ id, title, n, closed, children }) {
  const turn = () => set({ closed: closed.has(id) ? [...closed].filter((c) => c !== id) : [...closed, id] });
  const open = !closed.has(id);
  return html`<section class="section" aria-label=${title}>
    <h2><button type="button" aria-expanded=${String(open)} onClick=${turn}><span class=${open ? "turn" : "turn turned"}><${Icon} name="chevron" size="14" /></span>${title} <small>${n}</small></button></h2>
    ${open && html`<div class="panels">${children}</div>`}
  </section>`;
}

export function Sections({ metrics, space, ...shared }) {
  const sections = useMemo(() => bySection(metrics, space.search), [metrics, space.search]);
  const closed = useMemo(() => new Set(space.closed), [space.closed]);
  const toggled = (id) => closed.has(id);
  const wide = new Set(space.wide);
  const onWide = (metric) => set({ wide: wide.has(metric) ? space.wide.filter((m) => m !== metric) : [...space.wide, metric] });
  const fits = matcher(space.search);
  const own = space.charts.filter((chart) => fits(chart.title || chart.kind));
  if (!sections.length && !own.length) {
    return html`<p class="waiting">${space.search ? `No chart is called like “${space.search}”.` : "No metric was logged yet: charts appear with the first step."}</p>`;
  }
  return html`${own.length > 0 && html`<${Section} key="own" id="own" title="My charts" n=${own.length} closed=${closed}>
      ${own.map((chart) => html`<${CustomPanel} key=${chart.id} chart=${chart} space=${space} ...${shared} />`)}<//>`}
    ${sections.map(({ name, metrics: mine }) => html`<${Section} key=${`section ${name}`} id=${`section ${name}`} title=${name ? label(name) : "Metrics"} n=${mine.length} closed=${closed}>
      ${!toggled(`section ${name}`) && mine.slice(0, space.all?.includes(name) ? undefined : MOST_OPEN).map((metric) => html`<${MetricPanel} key=${metric} metric=${metric}
        title=${label(name ? metric.slice(name.length + 1) : metric)} space=${space} wide=${wide.has(metric)} onWide=${onWide} ...${shared} />`)}
      ${mine.length > MOST_OPEN && !space.all?.includes(name) && html`<p><button type="button" class="button" onClick=${() => set({ all: [...(space.all || []), name] })}>Show ${count(mine.length - MOST_OPEN, "more chart")}</button></p>`}<//>`)}`;
}
