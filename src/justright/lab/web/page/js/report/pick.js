/** Pickers of a report's charts: runs to tick, a metric, a column of the table of runs. */

import { html, useState } from "../../vendor/preact.js";
import { label } from "../format.js";
import { colourOf } from "../state.js";

const SHOWN = 200; // runs that the list shows at once; the search finds the others

export function PickRuns({ runs, chosen, onChange }) {
  const [sought, setSought] = useState("");
  const words = sought.trim().toLowerCase();
  const fits = (id) => !words || [runs.name(id), runs.value(id, "group"), ...(runs.value(id, "tags") ?? [])].join(" ").toLowerCase().includes(words);
  const found = [...runs.ids].reverse().filter(fits);
  const toggle = (id) => onChange(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  return html`<fieldset class="pick-runs">
    <legend>Runs (${chosen.length})</legend>
    <div class="tools">
      <input type="search" aria-label="Search the runs" placeholder="Search the runs" value=${sought}
        onInput=${(e) => setSought(e.currentTarget.value)} />
      <button type="button" class="button" onClick=${() => onChange([...new Set([...chosen, ...found.slice(0, SHOWN)])])}>Take these</button>
      <button type="button" class="button" onClick=${() => onChange([])}>None</button>
    </div>
    <div class="run-ticks" tabindex="0" role="group" aria-label="Runs to draw">
      ${found.slice(0, SHOWN).map((id) => html`<label class="tick" key=${id}>
        <input type="checkbox" checked=${chosen.includes(id)} onChange=${() => toggle(id)} />
        <i class="run-dot" style=${{ background: colourOf(id) }}></i><span>${runs.name(id)}</span>
      </label>`)}
      ${found.length === 0 && html`<p class="soft">No run is called so.</p>`}
    </div>
  </fieldset>`;
}

export const PickMetric = ({ metrics, value, onChange }) => html`<label class="field"><span>Metric</span>
  <select value=${value} onChange=${(e) => onChange(e.currentTarget.value)}>
    <option value="" selected=${!value}>choose…</option>
    ${metrics.map((one) => html`<option key=${one.name} value=${one.name} selected=${one.name === value}>${one.name}</option>`)}
  </select></label>`;

const SECTIONS = { "config.": "Settings", "summary.": "What came out", "last.": "Last values", "min.": "Lowest values", "max.": "Highest values" };

/** Columns of numbers of the table of runs: settings, summaries, last, lowest and highest values. */
export function PickColumn({ name, runs, value, onChange }) {
  return html`<label class="field"><span>${name}</span>
    <select value=${value} onChange=${(e) => onChange(e.currentTarget.value)}>
      <option value="" selected=${!value}>choose…</option>
      ${Object.entries(SECTIONS).map(([beginning, title]) => {
        const columns = runs.named(beginning).filter((one) => runs.columns[one].some((v) => typeof v === "number"));
        return columns.length > 0 && html`<optgroup label=${title}>
          ${columns.map((one) => html`<option key=${one} value=${one} selected=${one === value}>${label(one)}</option>`)}
        </optgroup>`;
      })}
    </select></label>`;
}
