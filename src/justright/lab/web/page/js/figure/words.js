/* Numbers and names as a reader likes them; the same rules as in Justright's reports. */

export const NONE = "–";

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

/* `digits` significant digits, thousands parted, no needless zeros. */
export function number(value, digits = 3) {
  if (!finite(value)) return NONE;
  if (value === 0) return "0";
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  if (exponent < -4 || exponent > 11) {
    const [mantissa, power] = value.toExponential(digits - 1).split("e");
    return `${trim(mantissa)}e${Number(power)}`.replace(/^-/, "−");
  }
  const decimals = Math.max(digits - 1 - exponent, 0);
  return trim(parted(value, decimals)).replace(/^-/, "−");
}

export function signed(value) {
  if (!finite(value)) return NONE;
  return value > 0 ? `+${number(value)}` : number(value);
}

export const count = (value) => (finite(value) ? parted(Math.trunc(value), 0) : NONE);

export const plural = (n, thing) => `${count(n)} ${thing}${n === 1 ? "" : "s"}`;

export const percent = (share) => (finite(share) ? `${number(share * 100)} %` : NONE);

/* A span of time in the two largest units. */
export function seconds(value) {
  if (!finite(value)) return NONE;
  if (value < 60) return `${number(value, value < 10 ? 2 : 3)} s`;
  const [hours, minutes, rest] = [value / 3600, (value % 3600) / 60, value % 60].map(Math.floor);
  return hours ? `${hours} h ${minutes} min` : `${minutes} min ${rest} s`;
}

export function bytes(value) {
  if (!finite(value)) return NONE;
  const units = ["bytes", "KB", "MB", "GB", "TB"];
  const power = value < 1 ? 0 : Math.min(Math.floor(Math.log10(value) / 3), units.length - 1);
  return `${number(value / 1000 ** power)} ${units[power]}`;
}

/* Seconds since 1970, as a local date and time. */
export function when(value) {
  if (!finite(value)) return "";
  return new Date(value * 1000).toLocaleString(undefined, {
    dateStyle: "medium",
    timeStyle: "short",
  });
}

/* The name of a lever, a metric or a figure in words. */
export const named = (name) => METRICS[name] ?? String(name).replaceAll("_", " ");

/* A value of a lever or of a configuration. */
export function valued(value) {
  if (value === null || value === undefined) return NONE;
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value !== "number") return String(value);
  return Number.isInteger(value) && Math.abs(value) < 1e12 ? count(value) : number(value);
}

/* With a capital letter, unless it begins with a name in somebody's code, and a full stop. */
export function sentence(words) {
  const text = String(words ?? "").trim();
  if (!text) return "";
  const isCode = /^[A-Za-z]+(\d|[._([=]\w)/.test(text);
  const begun = isCode ? text : text[0].toUpperCase() + text.slice(1);
  return /[.!?…:]$/.test(begun) ? begun : `${begun}.`;
}

function parted(value, decimals) {
  return value.toLocaleString("en-GB", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}

function trim(text) {
  return text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;
}
