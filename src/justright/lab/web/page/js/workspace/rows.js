/** One row of the table: a run, or the head of a group of runs. */

import { html } from "../../vendor/preact.js";
import { cell, count, moment, number } from "../format.js";
import { Icon, IconButton } from "../ui.js";
import { cellWords, directionOf, valueOf } from "./columns.js";
import { together } from "./order.js";
import { show } from "./settings.js";

const JUDGED = /^(summary|best|last|min|max)\.|^seconds$/; // columns in which more or less is better

function Eye({ open, name, ids, active }) {
  return html`<${IconButton} icon=${open ? "eye" : "shut"} label=${`${open ? "Hide" : "Show"} ${name}`} className=${open ? "eye" : "eye eye-shut"}
    tabindex=${active ? "0" : "-1"} onClick=${() => show(ids, !open)} />`;
}

/** How far a value is from the baseline's, as a share of it. */
function Delta({ runs, value, base, column }) {
  if (typeof value !== "number" || typeof base !== "number" || value === base || base === 0) return null;
  const share = ((value - base) / Math.abs(base)) * 100;
  const better = directionOf(runs, column) === "min" ? share < 0 : share > 0;
  return html` <small class=${better ? "better" : "worse"}>${share > 0 ? "+" : "−"}${number(Math.abs(share), 2)} %</small>`;
}

const STATES = { running: "running", finished: "finished", failed: "failed", interrupted: "interrupted", killed: "killed" };

function Cell({ runs, id, column, numeric, baseline }) {
  const value = valueOf(runs, id, column);
  if (column === "state") return html`<td><span class=${`state state-${STATES[value] || "finished"}`}>${value}</span></td>`;
  if (column === "tags") return html`<td>${(value || []).map((tag) => html`<span class="tagged">${tag}</span>`)}</td>`;
  const base = baseline !== null && baseline !== id && JUDGED.test(column) ? valueOf(runs, baseline, column) : null;
  const title = column === "created" ? moment(value) : typeof value === "number" ? String(value) : cell(value);
  return html`<td class=${numeric ? "num" : ""} title=${title}>${cellWords(column, value)}${base !== null && html`<${Delta} runs=${runs} value=${value} base=${base} column=${column} />`}</td>`;
}

export function RunRow({ runs, id, index, inside, columns, numeric, hidden, colours, baseline, picked, active, onPick, onMenu }) {
  const name = runs.name(id), open = !hidden.has(id), reach = active ? "0" : "-1";
  return html`<tr data-id=${id} aria-rowindex=${index + 2} tabindex=${reach} class=${`${active ? "active" : ""} ${open ? "" : "closed"} ${picked ? "picked" : ""} ${inside ? "inside" : ""}`}>
    <td class="col-eye"><input type="checkbox" tabindex=${reach} aria-label=${`Select ${name}`} checked=${picked} onChange=${(e) => onPick([id], e.target.checked)} />
      <${Eye} open=${open} name=${name} ids=${[id]} active=${active} /></td>
    <th scope="row" class="col-name"><span class="name-cell"><i class="run-dot" style=${{ background: open ? colours.of(id) : "transparent", borderColor: colours.of(id) }}></i>
      <a href=${`#/run/${id}`} tabindex=${reach} title=${name}>${name}</a>
      ${runs.value(id, "pinned") && html`<span class="mark" title="Pinned"><${Icon} name="pin" size="13" /></span>`}
      ${baseline === id && html`<span class="mark" title="Baseline"><${Icon} name="flag" size="13" /></span>`}
      <${IconButton} icon="more" label=${`More for ${name}`} className="row-more" tabindex=${reach} onClick=${(e) => onMenu(id, e.currentTarget)} /></span></th>
    ${columns.map((c) => html`<${Cell} key=${c} runs=${runs} id=${id} column=${c} numeric=${numeric.has(c)} baseline=${baseline} />`)}
  </tr>`;
}

export function GroupRow({ runs, row, index, columns, numeric, hidden, open, active, onOpen }) {
  const seen = row.ids.some((id) => !hidden.has(id)), reach = active ? "0" : "-1";
  return html`<tr class=${`group-row ${active ? "active" : ""}`} aria-rowindex=${index + 2} tabindex=${reach}>
    <td class="col-eye"><span class="eye-room"></span><${Eye} open=${seen} name=${`the group ${row.group}`} ids=${row.ids} active=${active} /></td>
    <th scope="row" class="col-name"><button type="button" class="group-name" tabindex=${reach} aria-expanded=${String(open)} onClick=${() => onOpen(row.group)}>
      <span class=${open ? "turn" : "turn turned"}><${Icon} name="chevron" size="14" /></span><b>${row.group}</b> <span class="soft">${count(row.ids.length, "run")}</span></button></th>
    ${columns.map((c) => html`<td key=${c} class=${numeric.has(c) ? "num soft" : "soft"}>${cellWords(c, together(runs, row.ids, c))}</td>`)}
  </tr>`;
}
