/** Axes of the drawings in SVG: numbers, powers of ten, or words. */

import { cell, number } from "../format.js";
import { isNumeric, valueOf } from "./columns.js";

const DECADES = 1.5; // a lever over more powers of ten than this is read on a logarithm

/** Round steps over a range, about n of them. */
export function steps(low, high, n = 5) {
  const raw = (high - low) / n, power = 10 ** Math.floor(Math.log10(raw || 1));
  const step = [1, 2, 2.5, 5, 10].find((m) => m * power >= raw) * power, out = [];
  for (let v = Math.ceil(low / step) * step; v <= high + step * 1e-6; v += step) out.push(Number(v.toPrecision(12)));
  return out;
}

function powers(low, high) {
  const out = [];
  for (let p = Math.ceil(Math.log10(low) - 1e-9); p <= Math.log10(high) + 1e-9; p++) out.push(10 ** p);
  return out.length > 1 ? out : [low, high];
}

/** An axis over words: each its own place. */
function wordAxis(values) {
  const kinds = [...new Set(values.map(cell))].sort(new Intl.Collator("en-GB", { numeric: true }).compare);
  const places = new Map(kinds.map((k, i) => [k, (i + 0.5) / kinds.length]));
  return { kind: "words", share: (v) => places.get(cell(v)) ?? null, ticks: kinds.map((k, i) => ({ at: (i + 0.5) / kinds.length, words: k })), kinds };
}

/**
 * The axis of a column over runs: `share(value)` is its place, 0 to 1, null where it has none.
 */
export function axisOf(runs, ids, column) {
  const values = ids.map((id) => valueOf(runs, id, column)).filter((v) => v !== null && v === v);
  if (!values.length || !isNumeric(runs, column, ids)) return wordAxis(values);
  const finite = values.filter(Number.isFinite);
  if (!finite.length) return wordAxis(values);
  let low = Infinity, high = -Infinity;
  for (const v of finite) { if (v < low) low = v; if (v > high) high = v; }
  if (low === high) { low -= Math.abs(low) * 0.1 || 1; high += Math.abs(high) * 0.1 || 1; }
  const log = low > 0 && Math.log10(high / low) > DECADES, f = log ? Math.log : (v) => v;
  const pad = 0.03 * (f(high) - f(low)), from = f(low) - pad, to = f(high) + pad;
  const share = (v) => (typeof v !== "number" || !Number.isFinite(v) || (log && v <= 0) ? null : (f(v) - from) / (to - from));
  return { kind: log ? "log" : "numbers", share, ticks: (log ? powers(low, high) : steps(low, high)).map((v) => ({ at: share(v), words: number(v, 3) })), low, high };
}
