/** What differs between runs: levers with their origins, and settings; what is alike is folded. */

import { html } from "../../vendor/preact.js";
import { count, named, valued } from "../figure/words.js";

/** Rows of a comparison: `{name, cells, differs}`; `tables` are mappings from name to cell. */
export function rowsOf(tables) {
  const names = [...new Set(tables.flatMap((table) => Object.keys(table)))];
  return names.map((name) => {
    const cells = tables.map((table) => table[name] ?? null);
    const values = cells.map((cell) => JSON.stringify(cell?.value ?? null));
    return { name, cells, differs: values.some((value) => value !== values[0]) };
  });
}

/** The levers of a design as cells: value, unit, origin, reason. */
export const leversOf = (answer) =>
  Object.fromEntries((answer.design?.decisions ?? []).map((one) => [one.lever, one]));

/** The configuration as cells, without what is a lever of the design. */
export function settingsOf(answer) {
  const levers = leversOf(answer);
  const own = Object.entries(answer.run.config).filter(([name]) => !(name in levers));
  return Object.fromEntries(own.map(([name, value]) => [name, { value }]));
}

export function Diff({ what, rows, heads }) {
  const [differing, alike] = [rows.filter((row) => row.differs), rows.filter((row) => !row.differs)];
  return html`
    ${differing.length
      ? html`<${Table} rows=${differing} heads=${heads} label=${`${what} that differ`} />`
      : html`<p>${rows.length ? `No ${what} differ.` : `None of these runs has ${what}.`}</p>`}
    ${alike.length > 0 && html`<details>
      <summary>What is alike (${count(alike.length)})</summary>
      <${Table} rows=${alike} heads=${heads} label=${`${what} that are alike`} />
    </details>`}
  `;
}

function Table({ rows, heads, label }) {
  return html`<div class="scrolled" tabindex="0" role="region" aria-label=${label}><table class="diff">
    <thead><tr><th scope="col">name</th>${heads.map((head) => html`<th scope="col">
      <i class="run-dot" style=${{ background: head.colour }}></i>${head.name}</th>`)}</tr></thead>
    <tbody>
      ${rows.map((row) => html`<tr key=${row.name}>
        <th scope="row">${named(row.name)}</th>
        ${row.cells.map((cell) => html`<td><${Cell} cell=${cell} /></td>`)}
      </tr>`)}
    </tbody>
  </table></div>`;
}

function Cell({ cell }) {
  if (cell === null) return html`<span class="soft">–</span>`;
  return html`<b>${valued(cell.value)}</b>${cell.unit && html` <small class="soft">${cell.unit}</small>`}
    ${cell.origin && html` <span class="chip origin-${cell.origin}" title=${cell.reason}>${cell.origin}</span>`}`;
}
