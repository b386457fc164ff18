/** Smoothing of curves: the noise of single batches hides where a curve goes. */

const VIEW_UNITS = 1000; // a weight counts per thousandth of the shown range, as in other dashboards
const REACH = 3; // standard deviations of a Gaussian that count; beyond lies 0.3 % of its weight
const WIDEST = 0.15; // of the range of x: the window, or the deviation, at full smoothing

/** Exponential average whose memory counts along x, free of the bias of its beginning. */
function ema(x, y, amount, out) {
  const weight = 1 - 10 ** (-3 * amount), range = x[x.length - 1] - x[0] || 1;
  let sum = 0, total = 0, before = x[0];
  for (let i = 0; i < y.length; i++) {
    const value = y[i];
    if (value !== value) { out[i] = NaN; continue; }
    const fade = weight ** (((x[i] - before) / range) * VIEW_UNITS);
    sum = sum * fade + value;
    total = total * fade + 1;
    before = x[i];
    out[i] = sum / total;
  }
}

/** The mean of all points within a window about each; one pass with a running sum. */
function moving(x, y, amount, out) {
  const half = (amount * WIDEST * (x[x.length - 1] - x[0])) / 2;
  let low = 0, high = 0, sum = 0, n = 0;
  for (let i = 0; i < y.length; i++) {
    while (high < y.length && x[high] <= x[i] + half) { if (y[high] === y[high]) { sum += y[high]; n++; } high++; }
    while (x[low] < x[i] - half) { if (y[low] === y[low]) { sum -= y[low]; n--; } low++; }
    out[i] = y[i] === y[i] && n ? sum / n : NaN;
  }
}

function gaussian(x, y, amount, out) {
  const width = (amount * WIDEST * (x[x.length - 1] - x[0])) / 2 || 1e-30;
  let low = 0;
  for (let i = 0; i < y.length; i++) {
    while (x[low] < x[i] - REACH * width) low++;
    let sum = 0, total = 0;
    for (let j = low; j < y.length && x[j] <= x[i] + REACH * width; j++) {
      if (y[j] !== y[j]) continue;
      const away = (x[j] - x[i]) / width, weight = Math.exp(-0.5 * away * away);
      sum += weight * y[j];
      total += weight;
    }
    out[i] = y[i] === y[i] && total ? sum / total : NaN;
  }
}

const WAYS = { ema, mean: moving, gaussian };

/**
 * Smooth values y over ascending x.
 *
 * @param {{kind: "ema"|"mean"|"gaussian", amount: number}} how amount 0 (none) to 1.
 * @returns {Float32Array} y itself where nothing is to be smoothed; gaps stay gaps.
 */
export function smooth(x, y, { kind, amount }) {
  if (!(amount > 0) || y.length < 3) return y;
  const out = new Float32Array(y.length);
  WAYS[kind](x, y, Math.min(amount, 1), out);
  return out;
}
