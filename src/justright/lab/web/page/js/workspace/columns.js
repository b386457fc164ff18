/** The columns of the table of runs: which there are, what they are called, which are shown first. */

import { ago, cell, duration, label } from "../format.js";

const PLAIN = ["state", "kind", "group", "project", "tags", "created", "seconds", "n_steps"];
const PLAIN_NAMES = { n_steps: "steps", seconds: "time", created: "started" };
const BETTER_SMALL = /loss|error|rmse|mae|mse|nll|perplexity|deviance|seconds|norm/i;
const FIRST_METRICS = ["validation_score", "validation_loss", "train_loss", "loss"];
const MOST_SCORES = 2, MOST_LEVERS = 3; // shown at first; the rest is a tick away (house convention)

/** Whether smaller is better, as far as the name of a metric or score tells. */
export const direction = (name) => (BETTER_SMALL.test(name) ? "min" : "max");

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
    return runs.value(id, `${direction(metric)}.${metric}`);
  }
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

/** Names of the levers that differ between runs, without the seed: what a user compares. */
export function levers(runs, ids = runs.ids) {
  return runs.named("config.").filter((column) => {
    if (column === "config.seed" || column === "config.fold") return false;
    const first = runs.value(ids[0], column);
    return ids.some((id) => runs.value(id, column) !== first);
  });
}

/** The columns shown until the user chooses. */
export function autoColumns(runs) {
  const scores = runs.named("summary.").filter((c) => !/\.(low|high)$/.test(c) && isNumeric(runs, c)
    && !/\.(n_|seconds)/.test(c)).slice(0, MOST_SCORES);
  const [metric] = figureMetrics(runs);
  const figures = metric ? [`best.${metric}`, `last.${metric}`] : [];
  return ["state", ...scores, ...figures, ...levers(runs).slice(0, MOST_LEVERS), "seconds", "created"]
    .filter((c) => c.startsWith("best.") || c in runs.columns);
}

/** The column that says how good a run is: for colours, scatter plots and parallel coordinates. */
export function scoreColumn(runs) {
  const [metric] = figureMetrics(runs);
  if (metric) return `best.${metric}`;
  return runs.named("summary.").find((c) => isNumeric(runs, c)) || "";
}
