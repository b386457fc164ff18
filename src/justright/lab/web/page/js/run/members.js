/** The runs that belong to a run: networks of its populations, in one table that links to them. */

import { html, useState } from "../../vendor/preact.js";
import { count, named, number, seconds, valued } from "../figure/words.js";
import { colourOf } from "../state.js";

const SHOWN = 50;

/** Columns of a table of runs in which some of these runs differ; others tell nothing. */
export function differing(runs, ids, beginning) {
  return runs.named(beginning).filter((name) => {
    const values = ids.map((id) => runs.value(id, name));
    return values.some((value) => value !== null && value !== values[0]) || (values[0] === null && values.some((v) => v !== null));
  });
}

export function Members({ runs, ids }) {
  const groups = [...new Set(ids.map((id) => runs.value(id, "group") ?? ""))];
  const [group, setGroup] = useState("");
  const [all, setAll] = useState(false);
  const found = group ? ids.filter((id) => runs.value(id, "group") === group) : ids;
  const shown = all ? found : found.slice(0, SHOWN);
  const settings = differing(runs, found, "config.").slice(0, 8);
  const figures = ["train_loss", "validation_loss", "validation_score"]
    .map((name) => `last.${name}`)
    .filter((name) => found.some((id) => runs.value(id, name) !== null));
  return html`
    ${groups.length > 1 && html`<div class="tools">
      <label class="field"><span>Group</span>
        <select value=${group} onChange=${(e) => setGroup(e.currentTarget.value)}>
          <option value="">all ${count(ids.length)}</option>
          ${groups.filter(Boolean).map((name) => html`<option value=${name}>${name}</option>`)}
        </select></label>
    </div>`}
    <div class="scrolled tall" tabindex="0" role="region" aria-label="Table of members"><table>
      <thead><tr>
        <th scope="col">member</th><th scope="col">group</th><th scope="col">state</th>
        ${settings.map((name) => html`<th scope="col">${named(name)}</th>`)}
        ${figures.map((name) => html`<th scope="col" class="num">${named(name)}</th>`)}
        <th scope="col" class="num">took</th>
      </tr></thead>
      <tbody>
        ${shown.map((id) => html`<tr key=${id}>
          <th scope="row"><i class="run-dot" style=${{ background: colourOf(id) }}></i><a href="#/run/${id}">${runs.name(id)}</a></th>
          <td>${runs.value(id, "group")}</td><td>${runs.value(id, "state")}</td>
          ${settings.map((name) => html`<td>${valued(runs.value(id, name))}</td>`)}
          ${figures.map((name) => html`<td class="num">${number(runs.value(id, name), 4)}</td>`)}
          <td class="num">${seconds(runs.value(id, "seconds"))}</td>
        </tr>`)}
      </tbody>
    </table></div>
    ${found.length > SHOWN && html`<button type="button" class="button" onClick=${() => setAll(!all)}>
      ${all ? "Show fewer" : `Show all ${count(found.length)} members`}
    </button>`}
  `;
}
