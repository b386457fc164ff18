/** A score over two levers: the mean of the runs in each field. */

import { html, useMemo, useRef, useState } from "../../vendor/preact.js";
import { rampColour } from "../colours.js";
import { count, number } from "../format.js";
import { useLab } from "../state.js";
import { axisOf } from "./axis.js";
import { inkOn } from "./colouring.js";
import { cellWords, columnName, valueOf } from "./columns.js";
import { Frame, useWidth } from "./custom.js";

const MOST_FIELDS = 9; // along each side: a lever of more values is cut into so many parts
const LEFT = 74, BOTTOM = 36, TOP = 4;

/** The fields along one side: few values stand as they are, many are cut into equal parts. */
export function fieldsOf(runs, ids, column) {
  const values = [...new Set(ids.map((id) => valueOf(runs, id, column)).filter((v) => v !== null))];
  if (values.length <= MOST_FIELDS || typeof values[0] !== "number") {
    const sorted = values.sort((a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b)))).slice(0, 3 * MOST_FIELDS);
    const at = new Map(sorted.map((v, i) => [v, i]));
    return { names: sorted.map((v) => cellWords(column, v)), field: (v) => at.get(v) ?? -1 };
  }
  const axis = axisOf(runs, ids, column), n = MOST_FIELDS - 2, log = axis.kind === "log";
  const edge = (i) => (log ? axis.low * (axis.high / axis.low) ** (i / n) : axis.low + ((axis.high - axis.low) * i) / n);
  const field = (v) => (typeof v === "number" ? Math.min(n - 1, Math.max(0, Math.floor(n * (log ? Math.log(v / axis.low) / Math.log(axis.high / axis.low) : (v - axis.low) / (axis.high - axis.low))))) : -1);
  return { names: Array.from({ length: n }, (_, i) => `${number(edge(i), 2)}–${number(edge(i + 1), 2)}`), field };
}

/** The mean score and the number of runs of each field: [{i, j, mean, n}]. */
export function meansOf(runs, ids, x, y, chart) {
  const sums = new Map();
  for (const id of ids) {
    const i = x.field(valueOf(runs, id, chart.x)), j = y.field(valueOf(runs, id, chart.y)), score = valueOf(runs, id, chart.score);
    if (i < 0 || j < 0 || !Number.isFinite(score)) continue;
    const key = `${i} ${j}`, field = sums.get(key) || { i, j, sum: 0, n: 0 };
    field.sum += score;
    field.n++;
    sums.set(key, field);
  }
  return [...sums.values()].map(({ i, j, sum, n }) => ({ i, j, mean: sum / n, n }));
}

export default function Heat({ chart, title, height, actions, runs, shown }) {
  const box = useRef(null), width = useWidth(box), dark = useLab((s) => s.dark), [over, point] = useState(null);
  const { x, y, fields, ranks } = useMemo(() => {
    const sides = [fieldsOf(runs, shown, chart.x), fieldsOf(runs, shown, chart.y)], means = meansOf(runs, shown, ...sides, chart);
    const order = means.map((f) => f.mean).sort((a, b) => a - b);
    return { x: sides[0], y: sides[1], fields: means, ranks: new Map(order.map((v, i) => [v, order.length > 1 ? i / (order.length - 0.999) : 0.5])) };
  }, [runs, shown, chart, dark]);
  const w = (width - LEFT - 4) / x.names.length, h = (height - BOTTOM - TOP) / y.names.length;
  const table = { heads: [columnName(chart.x), columnName(chart.y), columnName(chart.score), "runs"], rows: fields.map((f) => [x.names[f.i], y.names[f.j], f.mean, f.n]) };
  const short = (words, room) => (words.length * 6.2 > room ? `${words.slice(0, Math.max(2, Math.floor(room / 6.2) - 1))}…` : words);
  return html`<${Frame} title=${title} actions=${actions} table=${table} height=${height}
    note=${over ? `${columnName(chart.x)} ${x.names[over.i]}, ${columnName(chart.y)} ${y.names[over.j]}: ${number(over.mean)} (mean of ${count(over.n, "run")})` : "Colours go by rank, dark for small."}>
    <div class="drawing" ref=${box}>${width > 0 && html`<svg width=${width} height=${height} role="img" aria-label=${title} onMouseLeave=${() => point(null)}>
      ${fields.map((f) => { const colour = rampColour(ranks.get(f.mean)); return html`<g key=${`${f.i} ${f.j}`} onMouseOver=${() => point(f)}>
        <rect x=${LEFT + f.i * w + 1} y=${TOP + (y.names.length - 1 - f.j) * h + 1} width=${Math.max(1, w - 2)} height=${Math.max(1, h - 2)} rx="3" fill=${colour} />
        ${w > 38 && h > 16 && html`<text class="in-field" x=${LEFT + (f.i + 0.5) * w} y=${TOP + (y.names.length - 0.5 - f.j) * h + 4} text-anchor="middle" style=${{ fill: inkOn(colour) }}>${number(f.mean, 3)}</text>`}</g>`; })}
      ${x.names.map((name, i) => html`<text x=${LEFT + (i + 0.5) * w} y=${height - BOTTOM + 14} text-anchor="middle">${short(name, w)}</text>`)}
      ${y.names.map((name, j) => html`<text x=${LEFT - 6} y=${TOP + (y.names.length - 0.5 - j) * h + 4} text-anchor="end">${short(name, LEFT - 8)}</text>`)}
      <text class="axis-name" x=${(width + LEFT) / 2} y=${height - 4} text-anchor="middle">${columnName(chart.x)} × ${columnName(chart.y)}</text></svg>`}
    </div><//>`;
}
