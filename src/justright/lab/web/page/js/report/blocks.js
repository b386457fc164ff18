/** The blocks of a report: each as a reader sees it, and each with what changes it. */

import { html } from "../../vendor/preact.js";
import { AXES, MetricChart } from "../figure/curves.js";
import { Figures, Plot } from "../figure/plot.js";
import { Written } from "../figure/written.js";
import { finite, named, number } from "../figure/words.js";
import { useLab } from "../state.js";
import { Choice, Tick } from "../ui.js";
import { PickColumn, PickMetric, PickRuns } from "./pick.js";

export const NEW = {
  text: { kind: "text", text: "" },
  chart: { kind: "chart", metric: "", runs: [], x: "step", log: false, caption: "" },
  scatter: { kind: "scatter", x: "", y: "", runs: [], log_x: false, log_y: false, caption: "" },
};
export const NAMES = { text: "Text", chart: "Curves", scatter: "Scatter" };

/** A block as a reader sees it; `look(id)` is the name and the colour of a run in this report. */
export function Shown({ block, look }) {
  if (block.kind === "text") return html`<${Written} text=${block.text} />`;
  if (block.kind === "chart") return html`<${Curves} block=${block} look=${look} />`;
  if (block.kind === "scatter") return html`<${Scatter} block=${block} />`;
  return null;
}

function Curves({ block, look }) {
  if (!block.metric || !block.runs.length) return html`<p class="soft">Choose a metric and runs to see their curves.</p>`;
  return html`<${MetricChart} metric=${block.metric} ids=${block.runs} x=${block.x} logY=${block.log}
    height=${300} note=${block.caption} look=${look} />`;
}

function Scatter({ block }) {
  const runs = useLab((s) => s.runs);
  if (!block.x || !block.y || !block.runs.length) return html`<p class="soft">Choose two columns and runs to see a point for each.</p>`;
  const points = block.runs
    .map((id) => ({ id, x: runs.value(id, block.x), y: runs.value(id, block.y) }))
    .filter((one) => finite(one.x) && finite(one.y));
  if (!points.length) return html`<p class="soft">None of these runs has both figures.</p>`;
  const picture = {
    title: block.caption || `${named(block.y)} by ${named(block.x)}`,
    x: named(block.x),
    y: named(block.y),
    series: [{
      name: "runs", x: points.map((p) => p.x), y: points.map((p) => p.y), drawn: "points",
      told: points.map((p) => `${runs.name(p.id)}: ${number(p.x, 4)}, ${number(p.y, 4)}`),
    }],
    marks: [],
    x_log: block.log_x,
    y_log: block.log_y,
    whole: true,
  };
  return html`<figure class="picture"><figcaption>${picture.title}</figcaption>
    <${Plot} picture=${picture} label=${`${picture.title}, ${points.length} runs`} />
    <${Figures} picture=${picture} /></figure>`;
}

/** What changes a block; `onChange` takes the whole block. */
export function Editor({ block, onChange }) {
  const set = (fields) => onChange({ ...block, ...fields });
  if (block.kind === "text")
    return html`<textarea rows=${Math.min(24, Math.max(4, block.text.split("\n").length + 1))} aria-label="Text in Markdown"
      placeholder="Write in Markdown" value=${block.text} onInput=${(e) => set({ text: e.currentTarget.value })}></textarea>`;
  if (block.kind === "chart") return html`<${ChartEditor} block=${block} set=${set} />`;
  return html`<${ScatterEditor} block=${block} set=${set} />`;
}

function ChartEditor({ block, set }) {
  const runs = useLab((s) => s.runs);
  const metrics = useLab((s) => s.metrics);
  return html`<div class="block-settings">
    <div class="tools">
      <${PickMetric} metrics=${metrics} value=${block.metric} onChange=${(metric) => set({ metric })} />
      <${Choice} label="Horizontal axis" value=${block.x} options=${AXES} onChange=${(x) => set({ x })} />
      <${Tick} label="Logarithmic" checked=${block.log} onChange=${(log) => set({ log })} />
      <${Caption} block=${block} set=${set} />
    </div>
    <${PickRuns} runs=${runs} chosen=${block.runs} onChange=${(ids) => set({ runs: ids })} />
  </div>`;
}

function ScatterEditor({ block, set }) {
  const runs = useLab((s) => s.runs);
  return html`<div class="block-settings">
    <div class="tools">
      <${PickColumn} name="Across" runs=${runs} value=${block.x} onChange=${(x) => set({ x })} />
      <${Tick} label="Logarithmic across" checked=${block.log_x} onChange=${(on) => set({ log_x: on })} />
      <${PickColumn} name="Up" runs=${runs} value=${block.y} onChange=${(y) => set({ y })} />
      <${Tick} label="Logarithmic up" checked=${block.log_y} onChange=${(on) => set({ log_y: on })} />
      <${Caption} block=${block} set=${set} />
    </div>
    <${PickRuns} runs=${runs} chosen=${block.runs} onChange=${(ids) => set({ runs: ids })} />
  </div>`;
}

const Caption = ({ block, set }) => html`<label class="field"><span>Caption</span>
  <input type="text" value=${block.caption} maxlength="200" onInput=${(e) => set({ caption: e.currentTarget.value })} /></label>`;
