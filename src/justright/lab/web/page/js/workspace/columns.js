/** The columns of the table of runs: which there are, what they are called, which are shown first. */

import { ago, cell, duration, label } from "../format.js";

const PLAIN = ["state", "kind", "group", "parent", "project", "tags", "created", "seconds", "n_steps"];
const PLAIN_NAMES = { n_steps: "steps", seconds: "time", created: "started", parent: "part of" };
const FIRST_METRICS = ["validation_score", "validation_loss", "train_loss", "loss"];
const FIRST_LEVERS = ["depth", "width", "activation", "learning_rate", "dropout", "optimizer", "batch_size", "normalisation", "weight_decay"];
const NO_LEVER = /^config\.(seed|fold|number|idea|target|time_s|steps)$/; // luck, names and budgets
const MOST_SCORES = 2, MOST_LEVERS = 3; // shown at first; the rest is a tick away (house convention)

/** Whether smaller or larger is better in a column: "min" or "max". */
export const directionOf = (runs, column) => runs.direction(column.replace(/^(best|last|min|max|summary)\./, ""));

/** Names of the metrics that have columns of figures, the telling ones first. */
export function figureMetrics(runs) {
  const names = runs.named("last.").map((c) => c.slice(5)).filter((m) => m !== "epoch");
  const rank = (m) => { const at = FIRST_METRICS.indexOf(m); return at < 0 ? FIRST_METRICS.length : at; };
  return names.sort((a, b) => rank(a) - rank(b));
}

/** Names of all columns that can be shown, in the order of the picker. */
export function allColumns(runs) {
  const figures = figureMetrics(runs).flatMap((m) => [`best.${m}`, `last.${m}`, `min.${m}`, `max.${m}`]);
  return [...PLAIN.filter((c) => c in runs.columns), ...runs.named("summary."), ...figures, ...runs.named("config.")];
}

/** The value of a run in a column, also in "best.<metric>". */
export function valueOf(runs, id, column) {
  if (column.startsWith("best.")) {
    const metric = column.slice(5);
    return runs.value(id, `${runs.direction(metric)}.${metric}`);
  }
  if (column === "parent") return runs.parentName(id);
  return column === "name" ? runs.name(id) : runs.value(id, column);
}

/** The words of a cell. */
export function cellWords(column, value) {
  if (value === null) return "–";
  if (column === "created") return ago(value);
  if (column === "seconds") return duration(value);
  return cell(value);
}

/** What a column is called: "best validation loss", "depth". */
export function columnName(column) {
  const [family, ...rest] = column.split(".");
  if (!rest.length) return PLAIN_NAMES[column] || label(column);
  const name = label(rest.join("."));
  return ["best", "last", "min", "max"].includes(family) ? `${family} ${name}` : name;
}

/** Whether a column holds numbers. */
export function isNumeric(runs, column, ids = runs.ids) {
  let seen = false;
  for (const id of ids) {
    const value = valueOf(runs, id, column);
    if (value === null) continue;
    if (typeof value !== "number") return false;
    seen = true;
  }
  return seen;
}

/** Names of the levers that differ between runs, the telling ones first, without what is luck. */
export function levers(runs, ids = runs.ids) {
  const differ = runs.named("config.").filter((column) => {
    if (NO_LEVER.test(column)) return false;
    const values = ids.map((id) => runs.value(id, column)).filter((v) => v !== null);
    return values.some((v) => v !== values[0]);
  });
  const rank = (column) => { const at = FIRST_LEVERS.indexOf(column.slice(7)); return at < 0 ? FIRST_LEVERS.length : at; };
  return differ.sort((a, b) => rank(a) - rank(b));
}

/** The columns shown until the user chooses: those of figures by how many runs have one. */
export function autoColumns(runs) {
  const scores = runs.named("summary.").filter((c) => !/\.(low|high)$/.test(c) && isNumeric(runs, c)
    && !/\.(n_|seconds|best_)/.test(c)).slice(0, MOST_SCORES);
  const [metric] = figureMetrics(runs), n = (column) => runs.ids.filter((id) => valueOf(runs, id, column) !== null).length;
  const figures = [...scores, ...(metric ? [`best.${metric}`, `last.${metric}`] : [])].map((c) => [c, n(c)]).sort((a, b) => b[1] - a[1]).map(([c]) => c);
  return ["state", ...figures, ...levers(runs).slice(0, MOST_LEVERS), "seconds", "created"].filter((c) => c.startsWith("best.") || c in runs.columns);
}

/** The column that says how good a run is: for colours, scatter plots and parallel coordinates. */
export function scoreColumn(runs) {
  const [metric] = figureMetrics(runs);
  if (metric) return `best.${metric}`;
  return runs.named("summary.").find((c) => isNumeric(runs, c)) || "";
}
