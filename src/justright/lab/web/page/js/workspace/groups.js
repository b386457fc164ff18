/** Many curves as one: the mean or median of a group, with a band of its spread. */

import { from } from "../places.js";

const MOST_PLACES = 400; // on the common axis where the members' steps differ (house convention)

const alike = (a, b) => a === b || (a.length === b.length && a.every((v, i) => v === b[i]));

/** The places on x where the group is summed up: the members' own where they all agree. */
function axis(curves) {
  const [{ x: first }] = curves;
  if (curves.every(({ x }) => alike(x, first))) return first;
  const low = Math.min(...curves.map(({ x }) => x[0])), high = Math.max(...curves.map(({ x }) => x[x.length - 1]));
  const n = Math.min(MOST_PLACES, Math.max(2, ...curves.map(({ x }) => x.length)));
  return Float32Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));
}

/** The value of a curve at a place, between its points by a straight line; NaN outside of it. */
function at({ x, y }, place) {
  const i = from(x, place);
  if (i === x.length || (i === 0 && x[0] > place)) return NaN;
  if (x[i] === place || i === 0) return y[i];
  return y[i - 1] + ((y[i] - y[i - 1]) * (place - x[i - 1])) / (x[i] - x[i - 1]);
}

const middles = {
  mean: (v) => v.reduce((a, b) => a + b, 0) / v.length,
  median: (v) => (v.length % 2 ? v[(v.length - 1) / 2] : (v[v.length / 2 - 1] + v[v.length / 2]) / 2),
};

function deviation(values) {
  if (values.length < 2) return 0;
  const mean = middles.mean(values);
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1));
}

/** The two edges of the band about the middle; `values` ascend. */
const bands = {
  minmax: (values) => [values[0], values[values.length - 1]],
  std: (values, middle) => { const d = deviation(values); return [middle - d, middle + d]; },
  stderr: (values, middle) => { const d = deviation(values) / Math.sqrt(values.length); return [middle - d, middle + d]; },
};

/**
 * Sum up curves.
 *
 * @param {{x: Float32Array, y: Float32Array}[]} curves those with at least one point count.
 * @param {"mean"|"median"} middle
 * @param {"minmax"|"std"|"stderr"|"none"} band
 */
export function summed(curves, middle, band) {
  const some = curves.filter(({ x }) => x.length);
  if (!some.length) return { x: new Float32Array(0), y: new Float32Array(0) };
  const x = axis(some), n = x.length, own = some.every((c) => c.x.length === n && alike(c.x, x));
  const y = new Float32Array(n), low = new Float32Array(n), high = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    const values = [];
    for (const curve of some) {
      const value = own ? curve.y[i] : at(curve, x[i]);
      if (value === value) values.push(value);
    }
    if (!values.length) { y[i] = low[i] = high[i] = NaN; continue; }
    values.sort((a, b) => a - b);
    y[i] = middles[middle](values);
    [low[i], high[i]] = bands[band]?.(values, y[i]) ?? [y[i], y[i]];
  }
  return band === "none" ? { x, y } : { x, y, low, high };
}
