/** In which order the runs stand in the table, and in which groups. */

import { cell } from "../format.js";
import { valueOf } from "./columns.js";

const words = new Intl.Collator("en-GB", { numeric: true });

function compare(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return words.compare(String(a), String(b));
}

/**
 * By when they began: the newest journey with its networks below it, before the next one. Without
 * that the one row that people look for stands under hundreds.
 */
function byTime(runs, id) {
  const parent = runs.parent(id);
  return { began: runs.value(id, "created"), own: runs.value(parent ?? id, "created"), below: parent !== null };
}

function compareTimes(a, b, down) {
  if (a.own !== b.own) return down ? b.own - a.own : a.own - b.own;
  return Number(a.below) - Number(b.below) || (down ? b.began - a.began : a.began - b.began);
}

/** Runs by a column, the pinned first, those without a value last in both directions. */
export function sorted(runs, ids, { by, down }) {
  const times = by === "created" && new Map(ids.map((id) => [id, byTime(runs, id)]));
  const keys = new Map(ids.map((id) => {
    const value = valueOf(runs, id, by);
    return [id, value === null || value !== value ? null : Array.isArray(value) ? value.join(" ") : value];
  }));
  return [...ids].sort((a, b) => {
    const pinned = Number(Boolean(runs.value(b, "pinned"))) - Number(Boolean(runs.value(a, "pinned")));
    if (pinned) return pinned;
    if (times) return compareTimes(times.get(a), times.get(b), down) || (down ? b - a : a - b);
    const left = keys.get(a), right = keys.get(b);
    if (left === null || right === null) return left === right ? b - a : left === null ? 1 : -1;
    return (down ? -1 : 1) * compare(left, right) || (down ? b - a : a - b);
  });
}

/** Runs in groups of one value each: [{key, ids}], in the order of the value. */
export function grouped(runs, ids, column) {
  const groups = new Map();
  for (const id of ids) {
    const key = cell(valueOf(runs, id, column));
    if (!groups.has(key)) groups.set(key, { key, ids: [] });
    groups.get(key).ids.push(id);
  }
  return [...groups.values()].sort((a, b) => words.compare(a.key, b.key));
}

/** The rows of the table: {group, ids} heads and {id} runs; closed groups show their head only. */
export function tableRows(order, groups, open) {
  if (!groups) return order.map((id) => ({ id }));
  return groups.flatMap((g) => [{ group: g.key, ids: g.ids }, ...(open.has(g.key) ? g.ids.map((id) => ({ id, inside: true })) : [])]);
}

/** The mean of a column over runs, or the one value that they share, or null. */
export function together(runs, ids, column) {
  let sum = 0, n = 0, first, same = true;
  for (const id of ids) {
    const value = valueOf(runs, id, column);
    if (value === null) continue;
    if (n === 0 && first === undefined) first = value;
    same &&= value === first;
    if (typeof value === "number") { sum += value; n++; }
  }
  if (n) return sum / n;
  return same && first !== undefined && !Array.isArray(first) ? first : null;
}
