/** Names and figures as a reader of results likes them: three digits, names in words. */

import * as format from "../format.js";

export { bytes, count as plural, duration as seconds, moment as when } from "../format.js";

const NONE = "–";
const METRICS = {
  roc_auc: "ROC AUC",
  roc_auc_ovr: "ROC AUC (one against rest)",
  f1: "F1",
  f1_macro: "macro F1",
  f1_micro: "micro F1",
  f1_weighted: "weighted F1",
  matthews_corrcoef: "Matthews correlation",
  brier_score: "Brier score",
  brier_score_loss: "Brier score",
  r2: "R²",
  r2_score: "R²",
  mae: "mean absolute error",
  mse: "mean squared error",
  rmse: "root mean squared error",
  rmsle: "root mean squared log error",
  ndcg: "NDCG",
};

export const finite = (value) => typeof value === "number" && Number.isFinite(value);

/** A number with three significant digits, or a dash. */
export const number = (value, digits = 3) => (finite(value) ? format.number(value, digits) : NONE);

/** A difference with its sign. */
export const signed = (value) => (finite(value) && value > 0 ? `+${number(value)}` : number(value));

export const count = (value) => (finite(value) ? (Math.trunc(value) || 0).toLocaleString("en-GB") : NONE);

export const percent = (share) => (finite(share) ? `${number(share * 100)} %` : NONE);

/** The name of a lever, a metric or a figure in words. */
export const named = (name) => METRICS[name] ?? format.label(String(name));

/** A value of a lever or of a configuration. */
export function valued(value) {
  if (value === null || value === undefined) return NONE;
  if (typeof value === "boolean") return value ? "on" : "off";
  return typeof value === "number" ? number(value) : String(value);
}

/** With a capital letter, unless it begins with a name in somebody's code, and a full stop. */
export function sentence(words) {
  const text = String(words ?? "").trim();
  if (!text) return "";
  const isCode = /^[A-Za-z]+(\d|[._([=]\w)/.test(text);
  const begun = isCode ? text : text[0].toUpperCase() + text.slice(1);
  return /[.!?…:]$/.test(begun) ? begun : `${begun}.`;
}
