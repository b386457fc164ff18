/** What a run's answer tells: the newest record, the findings, the logbook. Pure functions. */

/** Data of the newest event of a kind; null without one. */
export function newest(answer, kind) {
  const found = answer.events.filter((event) => event.kind === kind);
  return found.length ? found[found.length - 1].data : null;
}

const GRAVEST_FIRST = ["stop", "warn", "note"];

/** Every finding once, the gravest first, whether it was told live, in a record or in a diagnosis. */
export function findingsOf(answer) {
  const told = answer.events.filter((event) => event.kind === "finding").map((e) => e.data);
  const all = [
    ...told,
    ...(newest(answer, "record")?.findings ?? []),
    ...(newest(answer, "diagnosis")?.findings ?? []),
  ];
  const once = new Map();
  for (const one of all) {
    const key = [one.check, one.layer, one.column, one.sign].join("\n");
    if (!once.has(key)) once.set(key, one);
  }
  const rank = (one) => GRAVEST_FIRST.indexOf(one.severity);
  return [...once.values()].sort((a, b) => rank(a) - rank(b) || (a.rank ?? 0) - (b.rank ?? 0));
}

/** Lines of the logbook in order: {subject, action, reason, count}, or {text, at}. */
export function logbookOf(answer) {
  const kept = newest(answer, "record")?.logbook ?? [];
  const told = answer.events.filter((event) => ["logbook", "say", "warn"].includes(event.kind));
  const seen = new Set(kept.map(key));
  const more = told.map((e) => ({ ...e.data, at: e.at, kind: e.kind })).filter((e) => !seen.has(key(e)));
  return [...kept, ...more];
}

const key = (entry) => [entry.subject, entry.action, entry.reason, entry.text].join("\n");

/** The scores of a run as rows of one shared form: of its record, or of its summary. */
export function scoresOf(answer) {
  const record = newest(answer, "record");
  if (record?.scores?.length) return record.scores;
  return summaryScores(answer.run.summary);
}

/** A score is a number of the summary that has an interval beside it: "rmse", "rmse.low", "rmse.high". */
export function summaryScores(summary) {
  return Object.keys(summary ?? {})
    .filter((name) => `${name}.low` in summary && `${name}.high` in summary)
    .map((metric) => ({
      metric,
      value: summary[metric],
      low: summary[`${metric}.low`],
      high: summary[`${metric}.high`],
    }));
}

/** Words in a metric's section that say its members are layers, as "gradient_norm/fc1" does. */
const LAYERED = /gradient|update|activation|weight|dead|saturat|zero_share|signal/;

/** Sections of metrics whose members are layers, each with its layers: {gradient_norm: ["fc1", …]}. */
export function layered(metrics) {
  const found = {};
  for (const name of metrics) {
    const [prefix, ...rest] = name.split("/");
    if (rest.length && LAYERED.test(prefix)) (found[prefix] ??= []).push(rest.join("/"));
  }
  return found;
}

/** Metrics that are drawn as curves: all that are not of layers, nor the epoch, which is an axis. */
export const curved = (metrics) =>
  metrics.filter((name) => name !== "epoch" && !(name.includes("/") && LAYERED.test(name.split("/")[0])));

/** The id of the row of a layer, which findings link to. */
export const layerId = (prefix, layer) => `layer-${prefix}-${layer}`.replaceAll(/[^\w-]+/g, "_");
