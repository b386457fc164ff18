/** Which columns the table has. */

import { html, useState } from "../../vendor/preact.js";
import { Menu, Tick } from "../ui.js";
import { allColumns, columnName } from "./columns.js";
import { matcher } from "./sections.js";
import { set } from "./settings.js";

const FAMILIES = { summary: "Scores", config: "Levers" };
const family = (column) => (column.includes(".") ? FAMILIES[column.split(".")[0]] || "Metrics" : "Run");

export function ColumnPicker({ runs, columns, chosen }) {
  const [search, write] = useState("");
  const fits = matcher(search), on = new Set(columns), families = new Map();
  for (const column of allColumns(runs)) {
    if (!fits(columnName(column))) continue;
    if (!families.has(family(column))) families.set(family(column), []);
    families.get(family(column)).push(column);
  }
  const turn = (column, wanted) => set({ columns: wanted ? [...columns, column] : columns.filter((c) => c !== column) });
  return html`<${Menu} icon="columns" label="Choose the columns" align="right"><div class="menu-body">
    <label><span class="unseen">Which columns</span><input type="search" placeholder="Columns" value=${search} onInput=${(e) => write(e.target.value)} /></label>
    ${[...families].map(([name, own]) => html`<fieldset key=${name}><legend>${name}</legend>${own.map((c) => html`<${Tick} key=${c} label=${columnName(c)} checked=${on.has(c)} onChange=${(wanted) => turn(c, wanted)} />`)}</fieldset>`)}
    ${chosen && html`<button type="button" class="button" onClick=${() => set({ columns: null })}>Choose them for me</button>`}</div><//>`;
}
