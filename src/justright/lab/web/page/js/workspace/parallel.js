/** Parallel coordinates: one line a run through its levers to its score; brushes on any axis. */

import { html, useEffect, useMemo, useRef, useState } from "../../vendor/preact.js";
import { rampColour, token } from "../colours.js";
import { cell, number } from "../format.js";
import { change, useLab } from "../state.js";
import { axisOf } from "./axis.js";
import { columnName, valueOf } from "./columns.js";
import { Frame, useWidth } from "./custom.js";
import { set, showOnly } from "./settings.js";

const TOP = 26, BOTTOM = 20, SIDE = 58; // room for names and ends of the axes, in pixels
const LEAST_PX = 96; // between two axes, so that their names do not meet; a phone scrolls sideways
const NEAR_PX = 8, NUDGE = 0.05; // a brush moves by this share of its axis with the arrow keys

/** A curve from place to place, level at each axis, so that lines can be followed. */
function stroke(ctx, places) {
  ctx.beginPath();
  places.forEach(([x, y], i) => {
    if (!i) { ctx.moveTo(x, y); return; }
    const [x0, y0] = places[i - 1], middle = (x0 + x) / 2;
    ctx.bezierCurveTo(middle, y0, middle, y, x, y);
  });
  ctx.stroke();
}

/** The lines, and which of them all brushes hold. */
function useLines(chart, runs, shown) {
  const columns = useMemo(() => [...chart.columns, chart.score], [chart]);
  const axes = useMemo(() => columns.map((column) => ({ column, ...axisOf(runs, shown, column) })), [columns, runs, shown]);
  const lines = useMemo(() => shown.map((id) => ({ id, shares: axes.map((axis) => axis.share(valueOf(runs, id, axis.column))) })).filter((l) => l.shares.every((s) => s !== null)), [axes]);
  return { axes, lines };
}

const held = (line, brushes) => Object.entries(brushes).every(([i, [low, high]]) => line.shares[i] >= low && line.shares[i] <= high);

function Axis({ axis, x, height, brush, last, onBrush, onMove }) {
  const h = height - TOP - BOTTOM, y = (share) => TOP + (1 - share) * h;
  const grab = (event) => {
    const box = event.currentTarget.ownerSVGElement.getBoundingClientRect();
    const share = (e) => Math.max(0, Math.min(1, 1 - (e.clientY - box.top - TOP) / h)), start = share(event);
    const move = (e) => onBrush([Math.min(start, share(e)), Math.max(start, share(e))]);
    const end = (e) => { if (Math.abs(share(e) - start) < 0.01) onBrush(null); removeEventListener("pointermove", move); removeEventListener("pointerup", end); };
    addEventListener("pointermove", move);
    addEventListener("pointerup", end);
    event.preventDefault();
  };
  const key = (event) => {
    const by = { ArrowUp: NUDGE, ArrowDown: -NUDGE }[event.key], sides = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Escape") onBrush(null);
    else if (sides && !last) onMove(sides);
    else if (by) { const [low, high] = brush || [0, 1]; onBrush(event.shiftKey ? [low, Math.max(low, Math.min(1, high + by))] : [Math.max(0, Math.min(high, low + by)), high]); } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const wordy = axis.kind === "words" && axis.ticks.length < 12;
  const ticks = wordy ? axis.ticks : [axis.ticks[0], axis.ticks[axis.ticks.length - 1]].filter(Boolean);
  return html`<g class="axis"><line class="axis-line" x1=${x} x2=${x} y1=${TOP} y2=${height - BOTTOM} /><text class=${last ? "axis-name axis-score" : "axis-name"} x=${last ? x + SIDE - 4 : x} y="14" text-anchor=${last ? "end" : "middle"}>${columnName(axis.column).slice(0, 26)}</text>
    ${ticks.map((t) => html`<text class="axis-tick" x=${x + 5} y=${y(t.at) + 4}>${t.words}</text>`)}
    ${brush && html`<rect class="brush" x=${x - 7} width="14" y=${y(brush[1])} height=${(brush[1] - brush[0]) * h} rx="3" />`}
    <rect class="grip" x=${x - 14} width="28" y=${TOP} height=${h} tabindex="0" role="slider" aria-orientation="vertical" aria-label=${`Brush on ${columnName(axis.column)}: up and down move its lower end, with Shift its upper end`}
      aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(100 * (brush?.[0] ?? 0))} aria-valuetext=${brush ? `from ${Math.round(100 * brush[0])} to ${Math.round(100 * brush[1])} percent of the axis` : "all"} onPointerDown=${grab} onKeyDown=${key} /></g>`;
}

function paint(canvas, { lines, place, brushes, width, height, hover, score }) {
  const unit = devicePixelRatio || 1, ctx = canvas.getContext("2d");
  canvas.width = width * unit;
  canvas.height = height * unit;
  ctx.scale(unit, unit);
  const inside = lines.filter((l) => held(l, brushes)), order = [...inside].sort((a, b) => a.shares[score] - b.shares[score]);
  const rank = new Map(order.map((l, i) => [l, i / order.length]));
  ctx.globalAlpha = 0.13;
  ctx.strokeStyle = token("--mass");
  if (inside.length < lines.length) for (const line of lines) if (!rank.has(line)) stroke(ctx, place(line));
  ctx.globalAlpha = Math.max(0.25, Math.min(0.9, 60 / inside.length));
  ctx.lineWidth = 1.4;
  for (const line of order) { ctx.strokeStyle = rampColour(rank.get(line)); stroke(ctx, place(line)); }
  const lit = lines.find((l) => l.id === hover);
  if (!lit) return;
  ctx.globalAlpha = 1;
  for (const [colour, w] of [[token("--page"), 6], [token("--ink"), 2.5]]) { ctx.strokeStyle = colour; ctx.lineWidth = w; stroke(ctx, place(lit)); }
}

export default function Parallel({ chart, title, height, actions, runs, shown, space }) {
  const box = useRef(null), canvas = useRef(null), width = useWidth(box);
  const hover = useLab((s) => s.hover), [brushes, brush] = useState({});
  useLab((s) => s.dark); // another theme paints the lines anew
  const { axes, lines } = useLines(chart, runs, shown), h = height - TOP - BOTTOM;
  const xOf = (i) => SIDE + (i * (width - 2 * SIDE)) / Math.max(1, axes.length - 1);
  const place = (line) => line.shares.map((s, i) => [xOf(i), TOP + (1 - s) * h]);
  useEffect(() => { if (width > 0 && canvas.current) paint(canvas.current, { lines, place, brushes, width, height, hover, score: axes.length - 1 }); });
  useEffect(() => brush({}), [chart]);
  const inside = useMemo(() => lines.filter((l) => held(l, brushes)), [lines, brushes]);
  const over = (event) => {
    const at = event.currentTarget.getBoundingClientRect(), x = event.clientX - at.left, y = event.clientY - at.top;
    let best = null, least = NEAR_PX;
    for (const line of inside) {
      const places = place(line), i = Math.max(1, places.findIndex(([px]) => px >= x)), [[x0, y0], [x1, y1]] = [places[i - 1], places[i]];
      const t = Math.max(0, Math.min(1, (x - x0) / (x1 - x0))), away = Math.abs(y0 + (y1 - y0) * t * t * (3 - 2 * t) - y);
      if (away < least) { least = away; best = line.id; }
    }
    change({ hover: best });
  };
  const move = (i) => (by) => {
    const columns = [...chart.columns], to = i + by;
    if (to < 0 || to >= columns.length) return;
    columns.splice(to, 0, ...columns.splice(i, 1));
    set({ charts: space.charts.map((c) => (c.id === chart.id ? { ...chart, columns } : c)) });
  };
  const on = Object.keys(brushes).length > 0;
  const table = { heads: ["run", ...axes.map((a) => columnName(a.column))], rows: inside.map((l) => [runs.name(l.id), ...axes.map((a) => { const v = valueOf(runs, l.id, a.column); return typeof v === "number" ? v : cell(v); })]) };
  return html`<${Frame} title=${title} table=${table} height=${height} actions=${html`${on && html`<button type="button" class="button" onClick=${() => showOnly(inside.map((l) => l.id))}>Only these ${inside.length}</button><button type="button" class="button" onClick=${() => brush({})}>Clear</button>`}${actions}`}
    note=${`${on ? `${inside.length} of ` : ""}${number(lines.length)} runs${lines.length < shown.length ? ` (${shown.length - lines.length} lack a value)` : ""}. Drag along an axis to choose a part of it; several at once.`}>
    <div class="drawing parallel" ref=${box} style=${{ minWidth: `${LEAST_PX * axes.length}px` }} data-inside=${inside.length} onMouseMove=${over} onMouseLeave=${() => change({ hover: null })} onDblClick=${() => { if (hover) location.hash = `#/run/${hover}`; }}>
      <canvas ref=${canvas} aria-hidden="true"></canvas>
      ${width > 0 && html`<svg width=${width} height=${height} role="group" aria-label=${title}>${axes.map((axis, i) => html`<${Axis} key=${axis.column} axis=${axis} x=${xOf(i)} height=${height} last=${i === axes.length - 1} brush=${brushes[i]}
        onMove=${move(i)} onBrush=${(range) => brush((old) => { const now = { ...old }; if (range) now[i] = range; else delete now[i]; return now; })} />`)}</svg>`}
    </div><//>`;
}
