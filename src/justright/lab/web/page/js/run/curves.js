/** Every curve of a run: one chart a metric, its members as lines of it. */

import { html, useState } from "../../vendor/preact.js";
import { AXES, ChartGrid } from "../figure/curves.js";
import { count, named } from "../figure/words.js";
import { Choice, Tick } from "../ui.js";
import { Heat } from "./heat.js";
import { layered } from "./told.js";

const MOST_LINES = 60; // beyond, single lines are no longer seen (house convention)

/** The group of members that is shown first: the final networks, else those trained last. */
export function firstGroup(groups) {
  return groups.includes("final") ? "final" : (groups[groups.length - 1] ?? "");
}

/** A choice between groups of members; nothing where there is only one. */
export function PickGroup({ groups, value, onChange }) {
  if (groups.length < 2) return null;
  return html`<label class="field"><span>Networks</span>
    <select value=${value} onChange=${(e) => onChange(e.currentTarget.value)}>
      ${groups.map((name) => html`<option value=${name} selected=${name === value}>${name || "without a group"}</option>`)}
      <option value="*" selected=${value === "*"}>all</option>
    </select></label>`;
}

export function Curves({ ids, metrics, children }) {
  const [x, setX] = useState("step");
  const [logY, setLogY] = useState(false);
  const [sought, setSought] = useState("");
  const shown = metrics.filter((name) => name.toLowerCase().includes(sought.toLowerCase()));
  return html`
    <div class="tools">
      ${children}
      <${Choice} label="Horizontal axis" value=${x} options=${AXES} onChange=${setX} />
      <${Tick} label="Logarithmic" checked=${logY} onChange=${setLogY} />
      ${metrics.length > 6 && html`<input type="search" aria-label="Search the curves" placeholder="Search the curves"
        value=${sought} onInput=${(e) => setSought(e.currentTarget.value)} />`}
    </div>
    ${ids.length > MOST_LINES && html`<p class="soft">The first ${MOST_LINES} of ${count(ids.length)} are drawn; the workspace shows all.</p>`}
    <${ChartGrid} metrics=${shown} ...${{ x, logY, ids: ids.slice(0, MOST_LINES) }} />
  `;
}

const MEANINGS = {
  gradient_norm: "How strongly each layer is told to change. Early layers far darker than late ones: the gradient vanishes on its way back. Suddenly bright: it explodes.",
  update_ratio: "How far one step moves each layer, as a share of its weights. About 0.001 is usual; far less and the layer stands still, far more and it jumps about.",
};

/** Figures of layers over time, of the run itself or of one of its members. */
export function Layers({ runs, ids, metrics, version }) {
  const [chosen, setChosen] = useState(ids[0]);
  const id = ids.includes(chosen) ? chosen : ids[0];
  return html`
    ${ids.length > 1 && html`<div class="tools"><label class="field"><span>Network</span>
      <select value=${id} onChange=${(e) => setChosen(Number(e.currentTarget.value))}>
        ${ids.slice(0, MOST_LINES).map((one) => html`<option value=${one} selected=${one === id}>${runs.name(one)}</option>`)}
      </select></label></div>`}
    ${Object.keys(layered(metrics)).map((prefix) => html`<div key=${prefix} class="layer-figure">
      <h3>${title(prefix)}</h3>
      ${MEANINGS[prefix] && html`<p class="soft">${MEANINGS[prefix]}</p>`}
      <${Heat} id=${id} prefix=${prefix} version=${version} />
    </div>`)}
  `;
}

const title = (prefix) => {
  const words = named(prefix);
  return `${words[0].toUpperCase()}${words.slice(1)} by layer`;
};
