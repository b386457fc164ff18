/** One bar a run, or the mean of each group with its spread. */

import { html, useMemo } from "../../vendor/preact.js";
import { paletteColour } from "../colours.js";
import { number } from "../format.js";
import { change, useLab } from "../state.js";
import { columnName, directionOf, valueOf } from "./columns.js";
import { Frame } from "./custom.js";
import { grouped } from "./order.js";

const MOST_BARS = 60; // the best ones; more are not read (house convention)

/** Bars: [{key, name, id?, value, low?, high?, n?}], the best first (groups in their own order). */
export function barsOf(runs, shown, { column, by }) {
  const known = (ids) => ids.map((id) => [id, valueOf(runs, id, column)]).filter(([, v]) => Number.isFinite(v));
  if (!by) {
    const sign = directionOf(runs, column) === "min" ? 1 : -1;
    return known(shown).sort((a, b) => sign * (a[1] - b[1])).map(([id, value]) => ({ key: id, id, name: runs.name(id), value }));
  }
  return grouped(runs, shown, by).flatMap(({ key, ids }) => {
    const values = known(ids).map(([, v]) => v);
    if (!values.length) return [];
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    return [{ key, name: key, value: mean, low: Math.min(...values), high: Math.max(...values), n: values.length }];
  });
}

export default function Bars({ chart, title, height, actions, runs, shown, colours }) {
  const hover = useLab((s) => s.hover);
  const bars = useMemo(() => barsOf(runs, shown, chart), [runs, shown, chart]);
  const seen = bars.slice(0, MOST_BARS);
  const low = Math.min(0, ...seen.map((b) => b.low ?? b.value)), high = Math.max(0, ...seen.map((b) => b.high ?? b.value));
  const share = (v) => (100 * (v - low)) / (high - low || 1);
  const table = chart.by ? { heads: [columnName(chart.by), "mean", "least", "greatest", "runs"], rows: bars.map((b) => [b.name, b.value, b.low, b.high, b.n]) }
    : { heads: ["run", columnName(chart.column)], rows: bars.map((b) => [b.name, b.value]) };
  return html`<${Frame} title=${title} actions=${actions} table=${table} height=${height}
    note=${bars.length > MOST_BARS ? `The best ${MOST_BARS} of ${bars.length}; the table has all.` : chart.by ? "Mean; the thin line goes from the least to the greatest." : ""}>
    <div class="bars" tabindex="0" role="group" aria-label=${title}><svg class="bar-drawing" width="100%" height=${seen.length * 24 + 4} role="img" aria-label=${`${title}, ${seen.length} bars`} onMouseLeave=${() => change({ hover: null })}>
      ${seen.map((b, i) => html`<g key=${b.key} class=${b.id && b.id === hover ? "bar-lit" : ""} onMouseOver=${() => b.id && change({ hover: b.id })}>
        <svg x="0" width="34%" y=${i * 24} height="24"><text x="4" y="16">${b.name.length > 26 ? `${b.name.slice(0, 25)}…` : b.name}</text></svg>
        <svg x="35%" width="52%" y=${i * 24} height="24"><rect x=${`${share(Math.min(0, b.value))}%`} width=${`${Math.abs(share(b.value) - share(0))}%`} y="4" height="16" rx="2" fill=${b.id ? colours.of(b.id) : paletteColour(i)} />
          ${b.low !== undefined && html`<line class="spread" x1=${`${share(b.low)}%`} x2=${`${share(b.high)}%`} y1="12" y2="12" />`}</svg>
        <svg x="88%" width="12%" y=${i * 24} height="24"><text x="0" y="16" class="figure">${number(b.value)}</text></svg></g>`)}
    </svg></div><//>`;
}
