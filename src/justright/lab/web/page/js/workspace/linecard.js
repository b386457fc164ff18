/** Several metrics in one chart: a colour a run, a dash a metric. */

import { html, useEffect, useMemo, useReducer } from "../../vendor/preact.js";
import { Chart } from "../chart.js";
import { paletteColour } from "../colours.js";
import { label } from "../format.js";
import { smooth } from "../smooth.js";
import { attempt } from "../state.js";
import { bundle } from "./curves.js";
import { X_NAMES } from "./panel.js";

const DASHES = [undefined, [6, 4], [2, 3], [8, 3, 2, 3]];

export default function LineCard({ chart, title, height, actions, runs, shown, colours, space }) {
  const [version, draw] = useReducer((n) => n + 1, 0);
  const { metrics } = chart;
  useEffect(() => {
    const all = metrics.map((metric) => bundle(metric, space.x));
    for (const one of all) { one.watchers.add(draw); attempt(() => one.want(shown)); }
    return () => { for (const one of all) one.watchers.delete(draw); };
  }, [metrics, space.x, shown]);
  const single = shown.length === 1; // one run: a colour a metric tells more
  const series = useMemo(() => metrics.flatMap((metric, i) => shown.flatMap((id) => {
    const curve = bundle(metric, space.x).curves.get(id);
    if (!curve?.x.length) return [];
    return [{ id: metrics.length > 1 ? `${metric} ${id}` : id, name: metrics.length > 1 ? `${runs.name(id)}: ${label(metric)}` : runs.name(id),
      colour: single ? paletteColour(i) : colours.of(id), dash: single ? undefined : DASHES[i % DASHES.length], x: curve.x, y: smooth(curve.x, curve.y, space.smooth), run: id }];
  })), [metrics, space.x, space.smooth, shown, colours, version]);
  const xKind = space.x === "seconds" || space.x === "wall" ? space.x : "number";
  return html`<${Chart} title=${title} series=${series} height=${height} actions=${actions} xKind=${xKind} xLabel=${X_NAMES[space.x] || label(space.x.replace("metric:", ""))} base=${bundle(metrics[0], space.x).base}
    logX=${space.logX} logY=${space.logY} trim=${space.trim} onPick=${(line) => { location.hash = `#/run/${line.run}`; }}
    note=${single ? "" : metrics.slice(0, DASHES.length).map((m, i) => `${["full", "dashed", "dotted", "dash-dotted"][i]}: ${label(m)}`).join(" · ")} />`;
}
