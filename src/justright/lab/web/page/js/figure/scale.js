/** The axes of a drawing: which part of a range is shown, and where its ticks stand. */

import { finite, number } from "./words.js";

/** Interquartile ranges beyond which a value is far out and would flatten all others (Tukey 1977,
   Exploratory Data Analysis, chapter 2), and values that quartiles are taken of, at least. */
const FAR = 3;
const MANY = 5;
/** Share of an axis kept free on either side (house convention). */
const ROOM = 0.06;
const MOST_TICKS = 7;

/** An axis from `low` to `high`; with `words`, these stand at 0, 1, 2 …
   `share(value)` is 0 at the lower end and 1 at the upper one. */
export function axis({ low, high, log = false, words = [] }) {
  const even = (v) => (log ? (v > 0 ? Math.log10(v) : -Infinity) : v);
  const share = (v) => (even(v) - even(low)) / (even(high) - even(low));
  const ticks = () => {
    if (words.length) return words.map((word, i) => [i, word]);
    const places = log ? logTicks(low, high) : niceTicks(low, high);
    return places.map((v) => [v, number(v)]);
  };
  return { low, high, log, words, share, ticks };
}

/** An axis around values, but not around those that are far out, unless it is to be whole. */
export function axisAround(values, { log = false, whole = true } = {}) {
  const seen = values.filter((v) => finite(v) && (v > 0 || !log)).sort((a, b) => a - b);
  if (!seen.length) return axis({ low: log ? 0.1 : 0, high: 1, log });
  const even = log ? seen.map(Math.log10) : seen;
  let [low, high] = [even[0], even[even.length - 1]];
  if (!whole && even.length >= MANY) {
    const [first, third] = [quantile(even, 0.25), quantile(even, 0.75)];
    if (third > first) {
      low = Math.max(low, first - FAR * (third - first));
      high = Math.min(high, third + FAR * (third - first));
    }
  }
  const room = high > low ? (high - low) * ROOM : log ? 0.5 : Math.abs(high) * ROOM || 1;
  const ends = [low - room, high + room].map((v) => (log ? 10 ** v : v));
  return axis({ low: ends[0], high: ends[1], log });
}

/** Round numbers between two ends, about `n` of them. */
export function niceTicks(low, high, n = 5) {
  const raw = (high - low) / n;
  if (!(raw > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= raw * 0.999);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}

function logTicks(low, high) {
  const [first, last] = [Math.log10(low), Math.log10(high)];
  if (last - first < 1) return niceTicks(low, high).filter((v) => v > 0);
  const steps = last - first < 2 ? [1, 2, 5] : [1];
  const found = [];
  for (let power = Math.floor(first); power <= Math.ceil(last); power++) {
    for (const step of steps) {
      const value = Number((step * 10 ** power).toPrecision(1));
      if (value >= low && value <= high) found.push(value);
    }
  }
  const every = Math.ceil(found.length / MOST_TICKS);
  return found.length ? found.filter((_, i) => i % every === 0) : [low];
}

function quantile(sorted, share) {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
