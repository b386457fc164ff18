/** Where values lie on the screen, and which line is near a place. */

const keep = (v) => v;

/** The least and greatest finite x and y of lines (y only where x is within from..to). */
export function extent(series, { logX, logY, from = -Infinity, to = Infinity }) {
  let x0 = Infinity, x1 = -Infinity, y0 = Infinity, y1 = -Infinity;
  const seen = (v) => { if (v < y0 && (!logY || v > 0)) y0 = v; if (v > y1 && v < Infinity) y1 = v; };
  for (const { x, y, low, high } of series) {
    for (let i = 0; i < x.length; i++) {
      const at = x[i];
      if (!(at >= from && at <= to) || (logX && at <= 0) || at === Infinity || at === -Infinity) continue;
      if (at < x0) x0 = at;
      if (at > x1) x1 = at;
      const v = y[i];
      if (v > -Infinity) seen(v);
      if (low) { if (low[i] > -Infinity) seen(low[i]); seen(high[i]); }
    }
  }
  if (x0 === x1) { x0 = logX ? x0 / 2 : x0 - 0.5; x1 = logX ? x1 * 2 : x1 + 0.5; }
  return { x: x0 < x1 ? [x0, x1] : null, y: y0 <= y1 && (!logY || y1 > 0) ? [y0, y1] : null };
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
  /** All places of a line in the rectangle, with one more on each side; the arrays are lent. */
  to.both = (x, y) => {
    room(x.length);
    let [i, end] = within(x, x0, x1), n = 0;
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
