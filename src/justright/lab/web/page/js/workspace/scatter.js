/** One dot a run, over two columns. */

import { html, useMemo, useRef } from "../../vendor/preact.js";
import { change, useLab } from "../state.js";
import { cell, number } from "../format.js";
import { axisOf } from "./axis.js";
import { columnName, valueOf } from "./columns.js";
import { Frame, useWidth } from "./custom.js";

const LEFT = 52, BOTTOM = 34, EDGE = 10; // room for the axes, in pixels

export default function Scatter({ chart, title, height, actions, runs, shown, colours }) {
  const box = useRef(null), width = useWidth(box), hover = useLab((s) => s.hover);
  const x = useMemo(() => axisOf(runs, shown, chart.x), [runs, shown, chart.x]);
  const y = useMemo(() => axisOf(runs, shown, chart.y), [runs, shown, chart.y]);
  const px = (share) => LEFT + share * (width - LEFT - EDGE), py = (share) => height - BOTTOM - share * (height - BOTTOM - EDGE);
  const dots = useMemo(() => shown.map((id) => ({ id, x: x.share(valueOf(runs, id, chart.x)), y: y.share(valueOf(runs, id, chart.y)) }))
    .filter((d) => d.x !== null && d.y !== null), [x, y, shown]);
  const field = useMemo(() => width > 0 && html`<g>${dots.map((d) => html`<circle key=${d.id} data-id=${d.id} class="dot-mark" cx=${px(d.x)} cy=${py(d.y)} r="4.5" fill=${colours.of(d.id)} />`)}</g>`, [dots, colours, width]);
  const over = (e) => change({ hover: Number(e.target.dataset?.id) || null });
  const lit = dots.find((d) => d.id === hover);
  const table = { heads: ["run", columnName(chart.x), columnName(chart.y)], rows: dots.map(({ id }) => [runs.name(id), valueOf(runs, id, chart.x), valueOf(runs, id, chart.y)]) };
  return html`<${Frame} title=${title} actions=${actions} table=${table} height=${height} note=${shown.length > dots.length ? `${shown.length - dots.length} of ${shown.length} runs lack one of the two.` : ""}>
    <div class="drawing" ref=${box}>${width > 0 && html`<svg width=${width} height=${height} role="img" aria-label=${`${title}, ${dots.length} runs`} onMouseOver=${over} onMouseLeave=${() => change({ hover: null })}
      onClick=${(e) => { if (e.target.dataset?.id) location.hash = `#/run/${e.target.dataset.id}`; }}>
      ${x.ticks.filter((t) => t.at !== null).map((t) => html`<g><line class="grid" x1=${px(t.at)} x2=${px(t.at)} y1=${EDGE} y2=${height - BOTTOM} /><text x=${px(t.at)} y=${height - BOTTOM + 14} text-anchor="middle">${t.words}</text></g>`)}
      ${y.ticks.filter((t) => t.at !== null).map((t) => html`<g><line class="grid" x1=${LEFT} x2=${width - EDGE} y1=${py(t.at)} y2=${py(t.at)} /><text x=${LEFT - 6} y=${py(t.at) + 4} text-anchor="end">${t.words}</text></g>`)}
      <text class="axis-name" x=${(width + LEFT) / 2} y=${height - 5} text-anchor="middle">${columnName(chart.x)}</text>
      ${field}
      ${lit && html`<circle class="dot-lit" cx=${px(lit.x)} cy=${py(lit.y)} r="6.5" fill=${colours.of(lit.id)} />`}</svg>`}
      ${lit && html`<div class=${`tip ${lit.x > 0.5 ? "tip-right" : ""}`} style=${{ left: `${px(lit.x)}px`, top: `${py(lit.y)}px` }}><div class="tip-first">${runs.name(lit.id)}</div>
        ${[chart.x, chart.y].map((c) => html`<div class="tip-row"><span>${columnName(c)}</span><b>${typeof valueOf(runs, lit.id, c) === "number" ? number(valueOf(runs, lit.id, c)) : cell(valueOf(runs, lit.id, c))}</b></div>`)}</div>`}
    </div><//>`;
}
