/** One metric of some runs in one chart, fetched anew when the runs have new points. */

import { html, useEffect, useMemo, useState } from "../../vendor/preact.js";
import { getCurves } from "../api.js";
import { Chart, Legend } from "../chart.js";
import { colourOf, state, useLab } from "../state.js";
import { count, named } from "./words.js";

const POINTS = 1000; // of a curve; longer ones come as lowest and highest of buckets
const FIRST_CHARTS = 24; // drawn at once; each is a request and a canvas (house convention)
const NAMED = 12; // lines that a legend names (as many as there are colours)
export const AXES = [["step", "step"], ["seconds", "time"], ["epoch", "epoch"]];

/**
 * `look(id)` is `{name, colour}` of a line; without it, those that the run has everywhere.
 * `legend` names what lines have in common, where they are not named one by one.
 */
export function MetricChart({ metric, ids, x = "step", logY = false, title, note, height, legend, look = usual }) {
  const [found, setFound] = useState(null);
  const runs = useLab((s) => s.runs);
  const theme = useLab((s) => s.theme);
  const fresh = useFreshness(ids);
  const key = ids.join(",");
  useEffect(() => {
    const stop = new AbortController();
    getCurves({ metric, x, runs: ids, points: POINTS }, stop.signal).then(
      (answer) => setFound(answer),
      (fault) => fault.name !== "AbortError" && setFound({ fault }),
    );
    return () => stop.abort();
  }, [metric, x, key, fresh]);
  const series = useMemo(() => {
    if (!found?.curves) return [];
    return ids
      .filter((id) => found.curves.get(id)?.x.length)
      .map((id) => ({
        id,
        ...look(id),
        ...found.curves.get(id),
      }));
  }, [found, runs, theme, key, look]);
  const words = title ?? named(metric);
  if (found?.fault) return html`<p class="fault">${words}: ${found.fault.seen}</p>`;
  if (found && !series.length) return html`<p class="soft">None of these runs has ${words}.</p>`;
  return html`<div class="metric-chart" id=${chartId(metric)}>
    <${Chart}
      title=${words}
      series=${series}
      xLabel=${x === "seconds" ? "time" : x}
      xKind=${x === "seconds" ? "seconds" : "number"}
      logY=${logY}
      height=${height}
      note=${note}
      onPick=${(line) => { location.hash = `#/run/${line.id}`; }}
    />
    ${legend
      ? html`<${Legend} series=${legend} />`
      : series.length > 1 && series.length <= NAMED && html`<${Legend} series=${series} />`}
  </div>`;
}

/** A chart for each metric; the others of very many when they are asked for. */
export function ChartGrid({ metrics, ...rest }) {
  const [all, setAll] = useState(false);
  const shown = all ? metrics : metrics.slice(0, FIRST_CHARTS);
  return html`<div class="chart-grid">
      ${shown.map((metric) => html`<${MetricChart} key=${metric} metric=${metric} ...${rest} />`)}
    </div>
    ${metrics.length > shown.length && html`<button type="button" class="button" onClick=${() => setAll(true)}>
      Show all ${count(metrics.length)} charts
    </button>`}`;
}

const usual = (id) => ({ name: state.runs.name(id), colour: colourOf(id) });

export const chartId = (metric) => `chart-${metric}`.replaceAll(/[^\w-]+/g, "_");

/** A hook: a number that grows whenever one of the runs has changed. */
export function useFreshness(ids) {
  const [fresh, setFresh] = useState(0);
  const change = useLab((s) => s.change);
  useEffect(() => {
    if (change?.runs.some((id) => ids.includes(id))) setFresh((n) => n + 1);
  }, [change]);
  return fresh;
}
