/** What the data were: their size, how they were parted, every column, and rows that look wrong. */

import { html, useState } from "../../vendor/preact.js";
import { count, number, plural, sentence } from "../figure/words.js";

const FIRST_COLUMNS = 12;

export function DataFacts({ answer, record }) {
  const data = record?.data ?? answer.data;
  if (!data) return null;
  const columns = record?.columns ?? [];
  const excluded = columns.filter((one) => one.role === "excluded");
  return html`
    <dl class="facts">
      <${Fact} name="Source" value=${data.source} />
      <${Fact} name="Rows" value=${count(data.n_rows)} />
      <${Fact} name="Columns" value=${count(data.n_columns)} />
      ${record && html`<${Fact} name="To choose by" value=${plural(data.n_development, "row")} />`}
      ${record && html`<${Fact} name="For the test alone" value=${plural(data.n_test, "row")} />`}
      ${record && html`<${Fact} name="Validation" value=${folds(data)} />`}
      <${Fact} name="Fingerprint" value=${answer.run.data || data.fingerprint} code />
    </dl>
    ${excluded.length > 0 &&
    html`<h3>Left out</h3>
      <ul>${excluded.map((one) => html`<li><b>${one.name}</b>: ${sentence(one.reason)}</li>`)}</ul>`}
    ${columns.length > 0 && html`<${Columns} columns=${columns} />`}
    ${record?.doubt && html`<${Doubt} doubt=${record.doubt} />`}
  `;
}

export function Fact({ name, value, code = false }) {
  if (value === undefined || value === null || value === "" || value === "–") return null;
  return html`<div><dt>${name}</dt><dd>${code ? html`<code>${value}</code>` : value}</dd></div>`;
}

function folds(data) {
  if (data.n_folds <= 1) return `one part of ${plural(data.n_validation, "row")}`;
  const repeated = data.n_repeats > 1 ? `, dealt out ${count(data.n_repeats)} times` : "";
  return `${count(data.n_folds)} folds of ${plural(data.n_validation, "row")}${repeated}`;
}

function Columns({ columns }) {
  const [all, setAll] = useState(false);
  const shown = all ? columns : columns.slice(0, FIRST_COLUMNS);
  return html`<h3>Columns</h3>
    <div class="scrolled" tabindex="0" role="region" aria-label="Columns of the data"><table>
      <thead><tr>
        <th scope="col">column</th><th scope="col">kind</th><th scope="col">used as</th>
        <th scope="col" class="num">missing</th><th scope="col" class="num">different</th>
        <th scope="col">values</th><th scope="col">why</th>
      </tr></thead>
      <tbody>
        ${shown.map(
          (one) => html`<tr id=${columnId(one.name)} class=${one.role}>
            <th scope="row">${one.name}</th><td>${one.kind}</td><td>${one.role}</td>
            <td class="num">${count(one.n_missing)}</td><td class="num">${count(one.n_unique)}</td>
            <td>${valuesOf(one)}</td><td>${one.reason}</td>
          </tr>`,
        )}
      </tbody>
    </table></div>
    ${columns.length > FIRST_COLUMNS &&
    html`<button type="button" class="button" onClick=${() => setAll(!all)}>
      ${all ? "Show fewer" : `Show all ${count(columns.length)} columns`}
    </button>`}`;
}

export const columnId = (name) => `column-${name}`.replaceAll(/[^\w-]+/g, "_");

function valuesOf(column) {
  if (column.kind === "number" && column.median !== null)
    return `${number(column.low)} … ${number(column.median)} … ${number(column.high)}`;
  return (column.top ?? []).slice(0, 3).map(([value, n]) => `${value} (${count(n)})`).join(", ");
}

function Doubt({ doubt }) {
  const rows = [...doubt.targets, ...doubt.outliers];
  if (!rows.length) return null;
  return html`<h3>Rows that look wrong</h3>
    <p>
      ${plural(doubt.n_targets, "row")} with a doubtful target and ${count(doubt.n_outliers)} that lie
      far out, of ${count(doubt.n_rows)}. None was left out. ${sentence(doubt.how)} ${sentence(doubt.guarded)}
    </p>
    <div class="scrolled" tabindex="0" role="region" aria-label="Rows that look wrong"><table>
      <thead><tr>
        <th scope="col" class="num">row</th><th scope="col">column</th><th scope="col">given</th>
        <th scope="col">suggested</th><th scope="col">why</th>
      </tr></thead>
      <tbody>
        ${rows.map(
          (one) => html`<tr>
            <td class="num">${count(one.row)}</td><td>${one.column}</td><td>${one.given}</td>
            <td>${one.suggested}</td><td>${one.why}</td>
          </tr>`,
        )}
      </tbody>
    </table></div>`;
}
