/** Which levers a score depends on: a share of its spread each, with an interval. */

import { html, useEffect, useState } from "../../vendor/preact.js";
import * as api from "../api.js";
import { label } from "../format.js";
import { columnName, directionOf } from "./columns.js";
import { Frame } from "./custom.js";

const ROW_PX = 26, AGAIN_MS = 1500; // running runs change the score often; it is asked at leisure

/** The score as the server knows it: "best.loss" is "min.loss" there. */
const scoreName = (runs, column) => column.replace(/^best\./, `${directionOf(runs, column)}.`);

export default function Importance({ chart, title, height, actions, runs, shown }) {
  const [found, put] = useState({ rows: null, fault: null });
  useEffect(() => {
    let wanted = true;
    const timer = setTimeout(async () => {
      try {
        const rows = await api.getImportance(scoreName(runs, chart.column), shown, chart.direction);
        if (wanted) put({ rows: [...rows].sort((a, b) => b.share - a.share), fault: null });
      } catch (fault) {
        if (wanted) put({ rows: null, fault });
      }
    }, found.rows ? AGAIN_MS : 0);
    return () => { wanted = false; clearTimeout(timer); };
  }, [chart.column, chart.direction, shown, runs]);
  const rows = found.rows || [], most = Math.max(0.01, ...rows.map((r) => r.high ?? r.share));
  const table = { heads: ["lever", "share", "low", "high"], rows: rows.map((r) => [label(r.lever), r.share, r.low, r.high]) };
  return html`<${Frame} title=${title} actions=${actions} table=${table} height=${height}
    note=${rows.length ? `Share of the spread of ${columnName(chart.column)} over ${shown.length} runs that each lever explains; the thin line is its interval.` : ""}>
    <div class="bars" tabindex="0" role="group" aria-label=${title}>
      ${found.fault && html`<p class="soft">${found.fault.seen}${found.fault.needed && html`<br />Needed: ${found.fault.needed}`}</p>`}
      ${found.rows && !rows.length && html`<p class="soft">No lever differs between the shown runs.</p>`}
      ${rows.length > 0 && html`<svg class="bar-drawing" width="100%" height=${rows.length * ROW_PX + 4} role="img" aria-label=${title}>${rows.map((r, i) => html`<g key=${r.lever}>
        <svg x="0" width="32%" y=${i * ROW_PX} height=${ROW_PX}><text x="4" y="17">${label(r.lever)}</text></svg>
        <svg x="33%" width="55%" y=${i * ROW_PX} height=${ROW_PX}><rect class="bar" x="0" width=${`${(100 * r.share) / most}%`} y="5" height="16" rx="2" />
          ${r.low !== undefined && r.low !== null && html`<line class="spread" x1=${`${(100 * r.low) / most}%`} x2=${`${(100 * r.high) / most}%`} y1="13" y2="13" />`}</svg>
        <svg x="89%" width="11%" y=${i * ROW_PX} height=${ROW_PX}><text x="0" y="17" class="figure">${(100 * r.share).toFixed(r.share < 0.1 ? 1 : 0)} %</text></svg></g>`)}</svg>`}
    </div><//>`;
}
