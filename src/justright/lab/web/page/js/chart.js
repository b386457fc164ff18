/**
 * A chart of lines, as every view shows it: title, lines, values under the pointer, a cursor for
 * the keyboard, the same as a table, and files to take away.
 *
 *   Chart({title, series, xLabel, logX, logY, trim, xKind, height, onPick, onZoom, …})
 *   series: [{name, colour, x, y, low?, high?, raw?, id?, width?, dash?}]; x ascends, NaN in y is a gap.
 *   A series with an `id` is a run: it is highlighted together with all else that shows the run.
 *   xKind: "number" | "seconds" | "wall" (seconds after `base`).
 */

import { html, useEffect, useMemo, useRef, useState } from "../vendor/preact.js";
import { duration, number } from "./format.js";
import { Lines } from "./lines.js";
import { from, indexAt } from "./places.js";
import { change, listen, state, useLab } from "./state.js";
import { IconButton, Menu } from "./ui.js";

const TIP_ROWS = 8; // lines named under the pointer; more cover the chart (house convention)
const TABLE_ROWS = 50, TABLE_COLUMNS = 12; // of the table beside a chart, a page (house convention)
const SAY_AFTER_MS = 250; // a reader of the screen hears where the cursor rests, not each place

/** Write a value of x in words. */
export function xWords(value, { xKind, base = 0, xLabel = "step" } = {}) {
  if (xKind === "wall") return new Date((base + value) * 1000).toLocaleTimeString("en-GB");
  if (xKind === "seconds") return duration(value);
  return `${xLabel || "x"} ${number(value)}`;
}

const keyed = (series) => series.map((s, i) => (s.id === undefined ? { ...s, id: `line ${i}` } : s));
const isRun = (id) => typeof id === "number";

function Tip({ at, options, width }) {
  if (!at) return null;
  const rows = at.near.slice(0, TIP_ROWS).sort((a, b) => b.line.y[b.index] - a.line.y[a.index]);
  if (!rows.length) return html`<div class="tip tip-x" style=${{ left: `${at.left}px` }}>${xWords(at.x, options)}</div>`;
  const right = at.left > width / 2;
  return html`<div class=${`tip ${right ? "tip-right" : ""}`} style=${{ left: `${at.left}px`, top: `${at.top}px` }}>
    <div class="tip-head">${xWords(rows[0].line.x[rows[0].index], options)}</div>
    ${rows.map(({ line, index }) => html`<div class=${line === at.near[0].line ? "tip-row tip-first" : "tip-row"} key=${line.id}>
      <i style=${{ background: line.lit || line.colour }}></i><span>${line.name}</span><b>${number(line.y[index])}</b></div>`)}
    ${at.near.length > TIP_ROWS && html`<div class="soft">and ${at.near.length - TIP_ROWS} more near it</div>`}
  </div>`;
}

/** The chart's figures as a table: x by line where lines are few, else one row a line. */
function Figures({ series, options, title }) {
  const [page, setPage] = useState(0);
  const few = series.length <= TABLE_COLUMNS;
  const rows = useMemo(() => (few ? byX(series) : byLine(series)), [series, few]);
  const pages = Math.max(1, Math.ceil(rows.length / TABLE_ROWS)), at = Math.min(page, pages - 1);
  const heads = few ? [options.xLabel || "x", ...series.map((s) => s.name)] : ["line", "points", "first", "least", "greatest", "last"];
  return html`<div class="figures" tabindex="0" role="group" aria-label=${`${title} as a table`}>
    <table><thead><tr>${heads.map((h) => html`<th scope="col">${h}</th>`)}</tr></thead>
    <tbody>${rows.slice(at * TABLE_ROWS, (at + 1) * TABLE_ROWS).map((row) => html`<tr>${row.map((v, i) => (i ? html`<td>${number(v)}</td>` : html`<th scope="row">${few ? xWords(v, { ...options, xLabel: " " }).trim() : v}</th>`))}</tr>`)}</tbody></table>
    ${pages > 1 && html`<p class="pages"><button type="button" class="button" disabled=${at === 0} onClick=${() => setPage(at - 1)}>Earlier</button> page ${at + 1} of ${pages} <button type="button" class="button" disabled=${at === pages - 1} onClick=${() => setPage(at + 1)}>Later</button></p>`}
  </div>`;
}

function byX(series) {
  const all = [...new Set(series.flatMap((s) => [...s.x]))].sort((a, b) => a - b);
  const every = Math.max(1, Math.ceil(all.length / (TABLE_ROWS * 20))); // 20 pages are enough to read
  return all.filter((_, i) => i % every === 0 || i === all.length - 1).map((x) => [x, ...series.map((s) => {
    const at = from(s.x, x);
    return s.x[at] === x ? s.y[at] : null;
  })]);
}

const byLine = (series) => series.map((s) => {
  const y = s.y.filter((v) => v === v);
  const [low, high] = y.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
  return y.length ? [s.name, s.y.length, y[0], low, high, y[y.length - 1]] : [s.name, 0, null, null, null, null];
});

/** The cursor of the keyboard: along a line, from line to line. */
function useCursor(lines, options, setTip, onPick) {
  const place = useRef({ line: 0, x: null }), timer = useRef(0);
  const [said, say] = useState("");
  const show = () => {
    const engine = lines.current, { series, plot } = engine;
    const line = series[Math.min(place.current.line, series.length - 1)];
    if (!line || !line.x.length) return;
    const index = Math.max(0, indexAt(line.x, place.current.x ?? line.x[line.x.length - 1], Infinity));
    place.current.x = line.x[index];
    const to = engine.scale(plot.over.clientWidth, plot.over.clientHeight);
    engine.highlight(line.id);
    if (isRun(line.id)) change({ hover: line.id });
    setTip({ left: to.px(line.x[index]), top: to.py(line.y[index]), x: line.x[index], near: [{ line, index }] });
    clearTimeout(timer.current);
    const words = `${line.name}, ${xWords(line.x[index], options)}: ${number(line.y[index])}`;
    timer.current = setTimeout(() => say(words), SAY_AFTER_MS);
  };
  const along = (by) => {
    const { series, rangeX } = lines.current;
    const line = series[Math.min(place.current.line, series.length - 1)];
    if (!line?.x.length) return;
    const now = place.current.x === null ? line.x.length : indexAt(line.x, place.current.x, Infinity);
    const stride = Math.max(1, Math.round((from(line.x, rangeX[1]) - from(line.x, rangeX[0])) / 100));
    place.current.x = line.x[Math.max(0, Math.min(line.x.length - 1, now + by * stride))];
  };
  const key = (event) => {
    const engine = lines.current;
    if (!engine?.plot || !engine.series.length) return;
    const { series } = engine, { line } = place.current;
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      const by = event.key === "ArrowLeft" ? -1 : 1;
      if (event.shiftKey) engine.pan(by * 0.2); else { along(by); show(); }
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      place.current.line = (line + (event.key === "ArrowUp" ? series.length - 1 : 1)) % series.length;
      show();
    } else if (event.key === "+" || event.key === "=") engine.magnify(0.7);
    else if (event.key === "-") engine.magnify(1 / 0.7);
    else if (event.key === "Enter") { if (series[line]) onPick?.(series[line]); }
    else if (event.key === "Escape" && engine.view) engine.zoom(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return [said, key];
}

/** Make the engine for a place of the page, and keep it in step with what is to be shown. */
function useLines(options, series, handlers) {
  const host = useRef(null), lines = useRef(null), hands = useRef(handlers);
  hands.current = handlers;
  useEffect(() => {
    const own = {
      onHover: (at) => hands.current.onHover(at), onPick: (line) => hands.current.onPick?.(line),
      onZoom: (view) => hands.current.onZoom?.(view), onCut: (range) => hands.current.onCut(range),
    };
    lines.current = new Lines(host.current, { ...options, ...own });
    lines.current.own = own;
    return () => lines.current.destroy();
  }, []);
  const { logX, logY, trim, height, xKind, xLabel, dark, base } = options;
  useEffect(() => lines.current.configure({ ...options, ...lines.current.own }), [logX, logY, trim, height, xKind, xLabel, dark, base]);
  useEffect(() => lines.current.set(series), [series]);
  useEffect(() => listen(() => {
    const { hover } = state;
    if (hover === null || isRun(hover)) lines.current?.highlight(hover);
  }), []);
  return [host, lines];
}

export function Chart(props) {
  const { title, series: given, height = 220, xKind = "number", logX = false, logY = false, trim = false, base = 0, onPick, onZoom, actions, note, children } = props;
  const xLabel = props.xLabel || "step";
  const dark = useLab((s) => s.dark);
  const series = useMemo(() => keyed(given), [given]);
  const [tip, setTip] = useState(null), [table, setTable] = useState(false), [zoomed, setZoomed] = useState(false);
  const options = { height, logX, logY, trim, xKind, xLabel, dark, base };
  const onHover = (at) => {
    setTip(at);
    const id = at?.near[0]?.line.id ?? null;
    if (id === null || isRun(id)) { if (state.hover !== id) change({ hover: id }); }
    if (id === null || !isRun(id)) lines.current.highlight(id);
  };
  const [cut, setCut] = useState(null); // the whole range, where the diverged values are out of sight
  const onCut = (range) => setCut((old) => (range && old && range[0] === old[0] && range[1] === old[1] ? old : range));
  const zoomTo = (view) => { setZoomed(Boolean(view)); onZoom?.(view); };
  const [host, lines] = useLines(options, series, { onHover, onPick, onZoom: zoomTo, onCut });
  const [said, key] = useCursor(lines, options, setTip, onPick);
  const take = async (kind) => (await import("./files.js")).take(kind, { title, lines: lines.current, series, options });
  return html`<figure class="chart" aria-label=${title}>
    <figcaption class="chart-head"><span class="chart-title" title=${title}>${title}</span>
      ${zoomed && html`<${IconButton} icon="reset" label=${`Show all of ${title}`} onClick=${() => lines.current.zoom(null)} />`}
      ${actions}
      <${IconButton} icon="table" label=${`Show ${title} as a ${table ? "chart" : "table"}`} pressed=${table} onClick=${() => setTable(!table)} />
      <${Menu} icon="down" label=${`Save ${title}`} align="right">${(close) => [["csv", "Values (CSV)"], ["png", "Picture (PNG)"], ["svg", "Drawing (SVG)"]].map(([kind, name]) => html`
        <button type="button" class="menu-item" key=${kind} onClick=${() => { close(); take(kind); }}>${name}</button>`)}<//>
    </figcaption>
    <div class="chart-body" style=${{ height: table ? "auto" : `${height}px` }}>
      <div class="chart-host" ref=${host} hidden=${table} tabindex="0" role="img" onKeyDown=${key} onMouseLeave=${() => onHover(null)} onBlur=${() => setTip(null)}
        aria-label=${`${title} by ${xLabel}, ${series.length} ${series.length === 1 ? "line" : "lines"}. Arrow keys read the values.`}></div>
      ${!table && tip && html`<div class="tip-room" style=${room(lines.current)}><${Tip} at=${tip} options=${options} width=${lines.current?.plot?.over.clientWidth || 0} /></div>`}
      ${table && html`<${Figures} series=${series} options=${options} title=${title} />`}
      ${children}
    </div>
    ${(note || cut) && html`<p class="chart-note">${note} ${cut && `Diverged values are out of sight: ${number(cut[0], 3)} to ${number(cut[1], 3)}.`}</p>`}
    <span class="unseen" aria-live="polite">${said}</span>
  </figure>`;
}

/** Where the plot's own rectangle lies in the chart, for what is laid above it. */
function room(engine) {
  const over = engine?.plot?.over;
  return over ? { left: over.style.left, top: over.style.top } : {};
}

/** The colours and names of few lines. */
export const Legend = ({ series }) => html`<ul class="legend">${series.map((s) => html`
  <li key=${s.id ?? s.name}><i style=${{ background: s.colour }}></i>${s.name}</li>`)}</ul>`;
