/** The dialog that adds a chart of the user's own, or changes one. */

import { html, useMemo, useState } from "../../vendor/preact.js";
import { label } from "../format.js";
import { state } from "../state.js";
import { Dialog, Select, Tick } from "../ui.js";
import { allColumns, columnName, directionOf, isNumeric, levers, scoreColumn } from "./columns.js";
import { set } from "./settings.js";

const KINDS = [["line", "Lines", "Several metrics in one chart"], ["scatter", "Scatter", "Two columns, one dot a run"],
  ["bar", "Bars", "One column, run by run or group by group"], ["parallel", "Parallel coordinates", "Levers against the score"],
  ["importance", "Importance", "Which levers the score depends on"], ["heat", "Heatmap", "The score over two levers"]];
const FIRST_AXES = 5; // levers in parallel coordinates at first; more can be ticked

/** What a new chart of a kind starts with. */
export function startOf(kind, { runs, metrics, shown }) {
  const varying = levers(runs, shown.length ? shown : runs.ids), score = scoreColumn(runs);
  const [first = "", second = first] = varying;
  return {
    line: { metrics: metrics.slice(0, 2).map((m) => m.name) },
    scatter: { x: first, y: score }, bar: { column: score, by: "" },
    parallel: { columns: varying.slice(0, FIRST_AXES), score }, importance: { column: score, direction: directionOf(runs, score) },
    heat: { x: first, y: second, score },
  }[kind];
}

/** What a chart is called by what it shows. */
export function titleOf({ kind, metrics = [], x, y, by, column, score, columns = [] }) {
  const name = (c) => (c ? columnName(c) : "?");
  return {
    line: () => metrics.map(label).join(", "), scatter: () => `${name(y)} by ${name(x)}`,
    bar: () => (by ? `${name(column)} by ${name(by)}` : name(column)), parallel: () => `${name(score)} over ${columns.length} levers`,
    importance: () => `what ${name(column)} depends on`, heat: () => `${name(score)} over ${name(x)} and ${name(y)}`,
  }[kind]();
}

/** Whether a chart has all that it needs. */
function lacks({ kind, metrics, x, y, column, score, columns }) {
  const missing = { line: !metrics?.length && "a metric", scatter: !(x && y) && "two columns", bar: !column && "a column",
    parallel: !(columns?.length >= 2 && score) && "two levers and a score", importance: !column && "a score", heat: !(x && y && score && x !== y) && "two levers and a score" };
  return missing[kind];
}

function Several({ legend, names, chosen, naming, onChange }) {
  return html`<fieldset class="several"><legend>${legend}</legend>${names.map((name) => html`<${Tick} key=${name} label=${naming(name)} checked=${chosen.includes(name)}
    onChange=${(on) => onChange(on ? [...chosen, name] : chosen.filter((c) => c !== name))} />`)}</fieldset>`;
}

function Fields({ chart, change, runs, metrics }) {
  const { all, numbers, config } = useMemo(() => {
    const columns = allColumns(runs);
    return { all: columns, numbers: columns.filter((c) => isNumeric(runs, c)), config: columns.filter((c) => c.startsWith("config.")) };
  }, [runs]);
  const pick = (name, key, columns, none) => html`<${Select} label=${name} value=${chart[key] || ""} onChange=${(v) => change({ [key]: v })}
    options=${[...(none !== undefined || !chart[key] ? [["", none ?? "choose"]] : []), ...columns.map((c) => [c, columnName(c)])]} />`;
  switch (chart.kind) {
    case "line": return html`<${Several} legend="Metrics" names=${metrics.map((m) => m.name)} chosen=${chart.metrics} naming=${label} onChange=${(m) => change({ metrics: m })} />`;
    case "scatter": return html`${pick("Along", "x", all)}${pick("Up", "y", numbers)}`;
    case "bar": return html`${pick("Column", "column", numbers)}${pick("By", "by", all, "each run")}`;
    case "parallel": return html`${pick("Score", "score", numbers)}<${Several} legend="Levers" names=${[...config, ...all.filter((c) => !c.startsWith("config.") && c !== chart.score && !/^(tags|created)$/.test(c))]} chosen=${chart.columns} naming=${columnName} onChange=${(columns) => change({ columns })} />`;
    case "importance": return html`${pick("Score", "column", numbers)}<${Select} label="Better is" value=${chart.direction} onChange=${(d) => change({ direction: d })} options=${[["min", "smaller"], ["max", "larger"]]} />`;
    default: return html`${pick("Along", "x", config)}${pick("Up", "y", config)}${pick("Score", "score", numbers)}`;
  }
}

export function AddDialog({ chart: old, runs, metrics, shown, onClose }) {
  const fresh = (kind) => ({ kind, ...startOf(kind, { runs, metrics, shown }) });
  const [chart, put] = useState(old || fresh("line"));
  const change = (fields) => put({ ...chart, ...fields });
  const missing = lacks(chart);
  const done = (event) => {
    event.preventDefault();
    const { charts } = state.space, whole = { id: `chart ${Date.now()}`, ...chart };
    set({ charts: old ? charts.map((c) => (c.id === old.id ? whole : c)) : [...charts, whole] });
    onClose();
  };
  return html`<${Dialog} title=${old ? "Change the chart" : "Add a chart"} onClose=${onClose}><form onSubmit=${done}>
    <div class="kinds" role="radiogroup" aria-label="Kind of chart">${KINDS.map(([kind, name, means]) => html`<label key=${kind} class=${chart.kind === kind ? "kind kind-on" : "kind"}>
      <input type="radio" name="kind" class="unseen" checked=${chart.kind === kind} onChange=${() => put({ ...(old && { id: old.id }), ...fresh(kind) })} /><b>${name}</b><span>${means}</span></label>`)}</div>
    <div class="fields"><${Fields} chart=${chart} change=${change} runs=${runs} metrics=${metrics} /></div>
    <div class="dialog-foot">${missing && html`<span class="soft">Needed: ${missing}</span>`}<button type="button" class="button" onClick=${onClose}>Cancel</button>
      <button class="button primary" disabled=${Boolean(missing)}>${old ? "Keep" : "Add"}</button></div></form><//>`;
}
