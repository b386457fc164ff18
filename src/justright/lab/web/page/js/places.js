/** Where values lie on the screen, and which line is near a place. */

const keep = (v) => v;

const ranges = new WeakMap(); // values -> [least, greatest, least above 0]: curves change seldom

/** The least, the greatest and the least positive of values, from the first index to before the last. */
function rangeOf(values, first = 0, last = values.length) {
  let low = Infinity, high = -Infinity, positive = Infinity;
  for (let i = first; i < last; i++) {
    const v = values[i];
    if (v < low && v > -Infinity) low = v;
    if (v > high && v < Infinity) high = v;
    if (v > 0 && v < positive) positive = v;
  }
  return [low, high, positive];
}

function wholeRange(values) {
  if (!ranges.has(values)) ranges.set(values, rangeOf(values));
  return ranges.get(values);
}

/** The least and greatest finite x and y of lines (y only where x is within from..to). */
export function extent(series, { logX, logY, from: least = -Infinity, to: most = Infinity }) {
  let x0 = Infinity, x1 = -Infinity, y0 = Infinity, y1 = -Infinity;
  const take = (values, whole, i, j) => {
    const [low, high, positive] = whole ? wholeRange(values) : rangeOf(values, i, j);
    y0 = Math.min(y0, logY ? positive : low);
    y1 = Math.max(y1, high);
  };
  for (const { x, y, low, high } of series) {
    if (!x.length) continue;
    const start = logX ? x.findIndex((v) => v > 0) : 0, n = x.length;
    const i = Math.max(start, x[0] >= least ? 0 : from(x, least)), j = x[n - 1] <= most ? n : from(x, most * (1 + Number.EPSILON)) + 1;
    if (start < 0 || i >= Math.min(j, n)) continue;
    const end = Math.min(j, n);
    x0 = Math.min(x0, Math.max(x[i], least));
    x1 = Math.max(x1, Math.min(x[end - 1], most));
    for (const values of low ? [y, low, high] : [y]) take(values, i === 0 && end === n, i, end);
  }
  if (x0 === x1) { x0 = logX ? x0 / 2 : x0 - 0.5; x1 = logX ? x1 * 2 : x1 + 0.5; }
  return { x: x0 < x1 ? [x0, x1] : null, y: y0 <= y1 && (!logY || y1 > 0) ? [y0, y1] : null };
}

/** Ticks of a log axis: 1, 2 … 9 times the powers of ten within a range above 0, at most 500. */
export function decades([low, high]) {
  const found = [];
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high && found.length < 500; power++) {
    for (let n = 1; n < 10; n++) if (n * 10 ** power >= low && n * 10 ** power <= high) found.push(Number(`${n}e${power}`));
  }
  return found;
}

const SAMPLES = 5000; // values looked at to find the middle ones: enough for a range that is only shown
const DIVERGED = 5; // times the range of the middle values: beyond, the middle is a flat line
const TAIL = 0.02; // share of the values at each end that may lie outside

/** The range of all but the most extreme values: one diverged run hides the others no longer. */
export function middle(series, [least, most], whole) {
  const all = [], every = Math.max(1, Math.floor(series.reduce((n, { x }) => n + x.length, 0) / SAMPLES));
  for (const { x, y } of series) for (let i = from(x, least) + (every >> 1); i < x.length && x[i] <= most; i += every) if (Number.isFinite(y[i])) all.push(y[i]);
  if (!all.length) return whole;
  const sorted = Float64Array.from(all).sort(), at = (share) => sorted[Math.round(share * (sorted.length - 1))];
  const low = at(TAIL), high = at(1 - TAIL), wide = high - low;
  if (!(wide > 0) || whole[1] - whole[0] < DIVERGED * wide) return whole; // all can be read together
  return [Math.max(whole[0], low - wide / 4), Math.min(whole[1], high + wide / 4)];
}

let xs = new Float64Array(1024), ys = new Float64Array(1024); // one pair for all: drawn one by one

function room(n) {
  if (n <= xs.length) return;
  xs = new Float64Array(2 * n);
  ys = new Float64Array(2 * n);
}

/** The map from values to a rectangle of w by h pixels, y downwards, and back for x. */
export function place([x0, x1], [y0, y1], w, h, logX, logY) {
  const fx = logX ? Math.log : keep, fy = logY ? Math.log : keep, gx = logX ? Math.exp : keep;
  const ax = fx(x0), ay = fy(y0), kx = w / (fx(x1) - ax), ky = h / (fy(y1) - ay);
  const px = (x) => (fx(x) - ax) * kx, py = (y) => h - (fy(y) - ay) * ky;
  const to = { px, py, x: (pixel) => gx(pixel / kx + ax), w, h };
  /** All places of a line in a part of the rectangle, with one more on each side; the arrays are lent. */
  to.both = (x, y, left = 0, right = w) => {
    room(x.length);
    let [i, end] = left > 0 || right < w ? within(x, to.x(left), to.x(right)) : within(x, x0, x1), n = 0;
    for (; i < end; i++, n++) {
      xs[n] = logX ? (Math.log(x[i]) - ax) * kx : (x[i] - ax) * kx;
      ys[n] = logY ? h - (Math.log(y[i]) - ay) * ky : h - (y[i] - ay) * ky;
      if (!(ys[n] > -1e6 && ys[n] < 1e6)) ys[n] = NaN;
    }
    return { px: xs, py: ys, n };
  };
  to.path = (x, y, dot = 0) => {
    const { px: a, py: b, n } = to.both(x, y);
    const path = new Path2D();
    let down = false;
    for (let i = 0; i < n; i++) {
      if (b[i] !== b[i] || a[i] !== a[i]) { down = false; continue; }
      if (down) path.lineTo(a[i], b[i]); else path.moveTo(a[i], b[i]);
      // A value between two gaps would draw nothing: it becomes a short dash.
      if (dot && !down && !(b[i + 1] === b[i + 1] && i + 1 < n)) path.lineTo(a[i] + dot, b[i]);
      down = true;
    }
    return path;
  };
  to.band = (x, low, high) => {
    const path = new Path2D();
    for (let i = 0; i < x.length; i++) if (high[i] === high[i]) path.lineTo(px(x[i]), py(high[i]));
    for (let i = x.length - 1; i >= 0; i--) if (low[i] === low[i]) path.lineTo(px(x[i]), py(low[i]));
    path.closePath();
    return path;
  };
  return to;
}

/** The first index whose x is at least a value; x ascends. */
export function from(x, value) {
  let low = 0, high = x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle] < value) low = middle + 1; else high = middle;
  }
  return low;
}

/** The indices of the points within a range, and one on each side. */
const within = (x, x0, x1) => [Math.max(0, from(x, x0) - 1), Math.min(x.length, from(x, x1) + 2)];

/** The index of the point nearest to a value of x, -1 where the line has ended or not begun. */
export function indexAt(x, value, slack = 0) {
  if (!x.length || value < x[0] - slack || value > x[x.length - 1] + slack) return -1;
  const after = Math.min(from(x, value), x.length - 1);
  return after > 0 && value - x[after - 1] < x[after] - value ? after - 1 : after;
}

/** Lines near a place, the nearest first: [{line, index, distance}]. */
export function nearest(series, to, left, top, within_px) {
  const value = to.x(left), slack = Math.abs(to.x(left + within_px / 2) - value), found = [];
  for (const line of series) {
    const index = indexAt(line.x, value, slack);
    if (index < 0) continue;
    const distance = Math.hypot(to.py(line.y[index]) - top, Math.max(0, Math.abs(to.px(line.x[index]) - left) - 6));
    if (distance <= within_px) found.push({ line, index, distance });
  }
  return found.sort((a, b) => a.distance - b.distance);
}
