/** The chart of one metric: the curves of all shown runs. */

import { html, useEffect, useMemo, useReducer, useRef, useState } from "../../vendor/preact.js";
import { Chart } from "../chart.js";
import { token } from "../colours.js";
import { label } from "../format.js";
import { smooth } from "../smooth.js";
import { attempt } from "../state.js";
import { IconButton } from "../ui.js";
import { bundle } from "./curves.js";
import { summed } from "./groups.js";

const HEIGHT_PX = 210, WIDE_PX = 380;
const MOST_RAW = 24; // lines whose raw values stay visible, faint, below the smoothed
const ZOOM_AFTER_MS = 140; // a pan asks for the curves where it rests
const AHEAD_PX = "250px"; // a chart is made ready shortly before it is in sight

export const X_NAMES = { step: "step", seconds: "time", wall: "clock", epoch: "epoch" };
const xKindOf = (x) => (x === "seconds" || x === "wall" ? x : "number");
const xName = (x) => X_NAMES[x] || label(x.replace(/^metric:/, ""));

/** Whether an element is in sight, or nearly. */
export function useSight(box) {
  const [seen, set] = useState(false);
  useEffect(() => {
    const watch = new IntersectionObserver(([entry]) => set(entry.isIntersecting), { rootMargin: AHEAD_PX });
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  return seen;
}

/** The curves of a metric for the shown runs, fetched while in sight; `version` counts replies. */
function useCurves(metric, x, ids, seen) {
  const [version, draw] = useReducer((n) => n + 1, 0);
  const [zoom, setZoom] = useState(null);
  const one = useMemo(() => bundle(metric, x), [metric, x]);
  useEffect(() => {
    if (!seen) return undefined;
    const live = bundle(metric, x);
    live.watchers.add(draw);
    attempt(() => live.want(ids));
    return () => live.watchers.delete(draw);
  }, [one, ids, seen]);
  const timer = useRef(0), stop = useRef(null);
  const onZoom = (view) => {
    clearTimeout(timer.current);
    stop.current?.abort();
    if (!view) { setZoom(null); return; }
    timer.current = setTimeout(async () => {
      stop.current = new AbortController();
      const detail = await attempt(() => one.detail(ids, view, stop.current.signal));
      if (detail) setZoom(detail);
    }, ZOOM_AFTER_MS);
  };
  useEffect(() => setZoom(null), [one]);
  return { one, version: version + one.version, zoom, onZoom };
}

/** Smoothed values are kept by the curve they came from: a hidden run that comes back costs nothing. */
const smoothed = new WeakMap();

function smoothOf(curve, how) {
  if (!(how.amount > 0)) return curve.y;
  const key = `${how.kind} ${how.amount}`, kept = smoothed.get(curve);
  if (kept?.key === key) return kept.y;
  const y = smooth(curve.x, curve.y, how);
  smoothed.set(curve, { key, y });
  return y;
}

/** One line a run; the baseline last, above all, dashed. */
function runLines({ ids, curveOf, runs, colours, space }) {
  const lines = [], raw = space.smooth.amount > 0 && ids.length <= MOST_RAW;
  for (const id of ids) {
    const curve = curveOf(id);
    if (!curve?.x.length) continue;
    const line = { id, name: runs.name(id), colour: colours.of(id), x: curve.x, y: smoothOf(curve, space.smooth) };
    if (raw) line.raw = curve.y;
    if (id === space.baseline) { line.dash = [6, 3]; line.width = 2.4; line.colour = token("--ink"); }
    lines.push(line);
  }
  const at = lines.findIndex((line) => line.id === space.baseline);
  if (at >= 0) lines.push(...lines.splice(at, 1));
  return lines;
}

/** One line a group with its band; the members behind it if they are wanted. */
function groupLines({ groups, hidden, curveOf, runs, groupColours, space }) {
  const members = [], middles = [];
  for (const { key, ids } of groups) {
    const colour = groupColours.get(key), curves = [];
    for (const id of ids) {
      const curve = hidden.has(id) ? null : curveOf(id);
      if (!curve?.x.length) continue;
      const y = smoothOf(curve, space.smooth);
      curves.push({ x: curve.x, y });
      if (space.members) members.push({ id, name: runs.name(id), colour: `${colour}55`, lit: colour, x: curve.x, y, width: 1 });
    }
    if (curves.length) middles.push({ id: `group ${key}`, name: `${key} (${curves.length})`, colour, width: 2, ...summed(curves, space.middle, space.band) });
  }
  return [...members, ...middles];
}

export function MetricPanel({ metric, title, shown, runs, colours, groups, groupColours, hidden, space, wide, onWide }) {
  const box = useRef(null), seen = useSight(box);
  const { one, version, zoom, onZoom } = useCurves(metric, space.x, shown, seen);
  const last = useRef([]);
  const series = useMemo(() => {
    if (!seen) return last.current; // what nobody sees is not computed
    const curveOf = (id) => zoom?.get(id) ?? one.curves.get(id);
    const given = { ids: shown, curveOf, runs, colours, space, groups, groupColours, hidden };
    return (last.current = groups ? groupLines(given) : runLines(given));
  }, [one, version, zoom, shown, colours, groups, groupColours, space.smooth, space.middle, space.band, space.members, space.baseline, seen]);
  const height = wide ? WIDE_PX : HEIGHT_PX;
  const waiting = seen && !series.length && shown.some((id) => !one.curves.has(id));
  return html`<div class=${`panel ${wide ? "panel-wide" : ""}`} ref=${box} data-metric=${metric} data-lines=${series.length} style=${{ minHeight: `${height + 44}px` }}>
    ${(seen || last.current.length > 0) && html`<${Chart} title=${title} series=${series} height=${height} xLabel=${xName(space.x)} xKind=${xKindOf(space.x)}
      base=${one.base} logX=${space.logX} logY=${space.logY} trim=${space.trim} onZoom=${onZoom} onPick=${(line) => { if (typeof line.id === "number") location.hash = `#/run/${line.id}`; }}
      actions=${html`<${IconButton} icon="wide" label=${`${wide ? "Shrink" : "Enlarge"} ${title}`} pressed=${wide} onClick=${() => onWide(metric)} />`}>
      ${!series.length && html`<p class="chart-empty">${waiting ? "Reading the curves…" : "None of the shown runs has this."}</p>`}<//>`}
  </div>`;
}
