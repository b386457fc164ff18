/**
 * A chart of lines: uPlot keeps the axes, the scales and the pointer; the lines, which may be a
 * thousand with steps of their own, are drawn here.
 */

import { channels, token } from "./colours.js";
import { duration, number } from "./format.js";
import { decades, extent, middle, nearest, place } from "./places.js";
import { Raster } from "./raster.js";

const RASTER_FROM = 40; // lines; beyond, setting pixels is quicker than stroking (measured)
const NEAR_PX = 28; // the pointer is "at" a line that is not farther (house convention)
const FRAME_MS = 10; // of drawing in one frame of 16, before the next chart waits for another
const SETTLE_MS = 160; // after a pan, until y is fitted and the finer curves are asked for
const DAY_S = 86400;
const TIME_STEPS = [1e-3, 1e-2, 0.1, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200,
  DAY_S, 2 * DAY_S, 7 * DAY_S, 30 * DAY_S, 365 * DAY_S]; // seconds that people count in
const LEAST_ZOOM = 1e-6; // of the whole: a narrower zoom is a slip of the hand

const waiting = new Set();

/** Draw charts with new lines a frame's worth at a time: the page answers in between. */
function later(chart) {
  if (!waiting.size) requestAnimationFrame(drawSome);
  waiting.add(chart);
}

function drawSome() {
  const began = performance.now();
  for (const chart of waiting) {
    waiting.delete(chart);
    chart.refresh();
    if (performance.now() - began > FRAME_MS) break;
  }
  if (waiting.size) requestAnimationFrame(drawSome);
}

export class Lines {
  constructor(host, options) {
    this.host = host;
    this.series = [];
    this.view = null; // the zoomed range of x, or null for all
    this.lit = null; // id of the line that stands out
    this.configure(options);
    this.sizes = new ResizeObserver(() => this.resize());
    this.sizes.observe(host);
  }

  /** Take options; those that uPlot fixes at its making make it anew. */
  configure(options) {
    const old = this.options;
    this.options = options;
    const same = old && this.plot && ["logX", "logY", "trim", "height", "xKind", "xLabel", "dark"].every((k) => old[k] === options[k]);
    if (same) return;
    if (old && (old.logX !== options.logX || old.xKind !== options.xKind)) this.view = null;
    this.remake();
  }

  remake() {
    this.plot?.destroy();
    this.plot = null;
    this.width = this.host.clientWidth;
    if (!this.width) return;
    this.colours = { soft: token("--soft"), grid: token("--grid"), ink: token("--ink"), faint: token("--mass") };
    this.fit();
    this.plot = new window.uPlot(this.setup(), this.dummy(), this.host);
    this.overlay = document.createElement("canvas");
    this.overlay.className = "overlay";
    this.plot.over.append(this.overlay);
    this.plot.over.addEventListener("click", (e) => this.clicked(e));
    this.plot.over.addEventListener("wheel", (e) => this.wheeled(e), { passive: false });
    this.plot.over.addEventListener("mousedown", (e) => this.grabbed(e), true);
    this.light();
  }

  setup() {
    const { height, logX, logY, xKind } = this.options;
    const axis = { stroke: this.colours.soft, grid: { stroke: this.colours.grid, width: 1 }, ticks: { show: false },
      font: "11px system-ui, sans-serif", gap: 4 };
    const timed = (xKind === "wall" || xKind === "seconds") && !logX;
    const words = (plot, splits) => splits.map((v) => (v === null ? null : number(v, 3)));
    return {
      width: this.width, height, pxAlign: 1, legend: { show: false }, padding: [8, 10, 0, 0],
      scales: {
        x: { time: false, distr: logX ? 3 : 1, range: () => this.rangeX },
        y: { distr: this.logY() ? 3 : 1, range: () => this.rangeY },
      },
      series: [{}, { paths: () => null, points: { show: false } }],
      // uPlot's own ticks of a log axis never end where the range does not begin at one of them.
      axes: [
        { ...axis, size: 24, space: 70, ...(logX && { splits: () => decades(this.rangeX) }), values: xKind === "wall" ? (p, s) => this.clock(s) : xKind === "seconds" ? (p, s) => s.map((v) => v === null ? null : duration(v)) : words },
        { ...axis, size: (plot, values) => 12 + 6.4 * Math.max(3, ...(values || []).map((v) => (v || "").length)), values: words, space: 34, ...(this.logY() && { splits: () => decades(this.rangeY) }) },
      ],
      cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false, dist: 4 } },
      hooks: { draw: [() => this.draw()], setCursor: [() => this.moved()], setSelect: [() => this.brushed()] },
    };
  }

  /** A logarithm needs positive values: where there are none the axis stays linear. */
  logY() { return this.options.logY && this.positive !== false; }

  /** Places of whole seconds, minutes, hours or days, at most one in 80 pixels. */
  times() {
    const [low, high] = this.rangeX, most = Math.max(2, this.width / 80);
    const step = TIME_STEPS.find((s) => (high - low) / s <= most) || TIME_STEPS[TIME_STEPS.length - 1];
    const base = this.options.xKind === "wall" ? this.options.base || 0 : 0;
    // Days and hours begin where the user is, so the zone's distance from the world's clock counts.
    const away = base ? 60 * new Date(base * 1000).getTimezoneOffset() : 0, out = [];
    for (let v = Math.ceil((base - away + low) / step) * step + away - base; v <= high; v += step) out.push(v);
    this.timeStep = step;
    return out;
  }

  clock(splits) {
    const base = this.options.base || 0, step = this.timeStep || 1;
    const words = step >= DAY_S ? { day: "numeric", month: "short" } : { hour: "2-digit", minute: "2-digit", ...(step < 60 && { second: "2-digit" }) };
    const clock = new Intl.DateTimeFormat("en-GB", words);
    return splits.map((v) => clock.format((base + v) * 1000));
  }

  /** Show these lines: [{id, name, colour, x, y, low?, high?, raw?, width?, mass?}]. */
  set(series) {
    this.series = series;
    const before = this.logY();
    this.fit();
    if (!this.plot || before !== this.logY()) { this.remake(); return; }
    later(this);
  }

  refresh() {
    if (!this.plot) return;
    this.plot.setData(this.dummy(), true);
    this.light();
  }

  dummy() { return [[...this.rangeX], [...this.rangeY]]; }

  /** Find the ranges: all of x or the zoomed part, and the values seen in it. */
  fit() {
    const { logX, logY } = this.options;
    const whole = extent(this.series, { logX, logY: false });
    this.wholeX = whole.x || (logX ? [1, 10] : [0, 1]);
    this.rangeX = this.view || this.wholeX;
    this.positive = true;
    let seen = extent(this.series, { logX, logY, from: this.rangeX[0], to: this.rangeX[1] }).y;
    if (!seen && logY) {
      this.positive = false;
      seen = extent(this.series, { logX, logY: false, from: this.rangeX[0], to: this.rangeX[1] }).y;
    }
    const all = seen;
    if (seen && this.options.trim && !this.logY()) seen = middle(this.series, this.rangeX, seen);
    this.options.onCut?.(seen === all ? null : all);
    const [low, high] = seen || (this.logY() ? [1, 10] : [0, 1]);
    if (this.logY()) this.rangeY = low === high ? [low / 2, high * 2] : [low / (high / low) ** 0.05, high * (high / low) ** 0.05];
    else { const pad = (high - low) * 0.05 || Math.abs(high) * 0.1 || 1; this.rangeY = [low - pad, high + pad]; }
  }

  resize() {
    const width = this.host.clientWidth;
    if (!width || width === this.width) return;
    if (!this.plot) { this.remake(); return; }
    this.width = width;
    this.plot.setSize({ width, height: this.options.height });
    this.light();
  }

  /** How values become pixels of the plot's own rectangle, `w` by `h` of them. */
  scale(w, h) {
    const { logX } = this.options;
    return place(this.rangeX, this.rangeY, w, h, logX, this.logY());
  }

  draw() {
    const { ctx, bbox } = this.plot;
    const { left, top, width, height } = bbox;
    if (width < 2 || height < 2) return;
    const to = this.scale(width, height);
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    const began = performance.now();
    if (this.series.length > RASTER_FROM) this.drawMany(ctx, to, bbox);
    else { ctx.translate(left, top); for (const line of this.series) this.drawOne(ctx, to, line); }
    ctx.restore();
    this.drawMs = performance.now() - began;
  }

  drawMany(ctx, to, { left, top, width, height }) {
    const w = Math.round(width), h = Math.round(height);
    if (!this.raster || this.raster.width !== w || this.raster.height !== h) {
      this.raster = new Raster(w, h);
      this.sheet = new OffscreenCanvas(w, h);
      this.shift = null;
    }
    let bare = [0, w];
    if (this.shift && Math.abs(this.shift) < w) bare = this.raster.shift(this.shift);
    else this.raster.clear();
    this.shift = null;
    const colours = new Map();
    for (const line of this.series) {
      let rgb = colours.get(line.colour);
      if (!rgb) colours.set(line.colour, (rgb = channels(line.colour)));
      const { px, py, n } = to.both(line.x, line.y, ...bare);
      this.raster.line(px, py, n, rgb, ...bare);
    }
    this.sheet.getContext("2d").putImageData(this.raster.finish(), 0, 0);
    ctx.drawImage(this.sheet, left, top);
  }

  drawOne(ctx, to, line) {
    const unit = window.devicePixelRatio || 1;
    ctx.lineJoin = "round";
    if (line.low) {
      ctx.globalAlpha = 0.16;
      ctx.fillStyle = line.colour;
      ctx.fill(to.band(line.x, line.low, line.high));
    }
    ctx.strokeStyle = line.colour;
    if (line.raw) {
      ctx.globalAlpha = 0.22;
      ctx.lineWidth = unit;
      ctx.stroke(to.path(line.x, line.raw));
    }
    ctx.globalAlpha = 1;
    ctx.lineWidth = (line.width || 1.5) * unit;
    if (line.dash) ctx.setLineDash(line.dash.map((d) => d * unit));
    ctx.stroke(to.path(line.x, line.y, 2.2 * unit));
    ctx.setLineDash([]);
  }

  /** Let one line stand out, on a sheet above the others: nothing else is drawn again. */
  highlight(id) {
    if (id === this.lit) return;
    this.lit = id;
    this.light();
  }

  light() {
    if (!this.plot || !this.overlay) return;
    const unit = window.devicePixelRatio || 1, over = this.plot.over;
    const w = Math.round(over.clientWidth * unit), h = Math.round(over.clientHeight * unit);
    if (this.overlay.width !== w || this.overlay.height !== h) { this.overlay.width = w; this.overlay.height = h; }
    const ctx = this.overlay.getContext("2d");
    ctx.clearRect(0, 0, w, h);
    const line = this.lit === null ? null : this.series.find((s) => s.id === this.lit);
    if (!line || this.series.length < 2) return;
    const to = this.scale(w, h);
    ctx.lineJoin = "round";
    for (const [colour, width] of [[token("--page"), 5], [line.lit || line.colour, 2.5]]) {
      ctx.strokeStyle = colour;
      ctx.lineWidth = width * unit;
      ctx.stroke(to.path(line.x, line.y, 3 * unit));
    }
  }

  moved() {
    const { left, top } = this.plot.cursor;
    if (this.quiet || left === undefined) return;
    if (left < 0) { this.options.onHover?.(null); return; }
    const { clientWidth: w, clientHeight: h } = this.plot.over;
    const to = this.scale(w, h);
    this.options.onHover?.({ left, top, x: to.x(left), near: nearest(this.series, to, left, top, NEAR_PX) });
  }

  clicked() {
    if (this.dragged) { this.dragged = false; return; }
    const { left, top } = this.plot.cursor;
    const to = this.scale(this.plot.over.clientWidth, this.plot.over.clientHeight);
    const [first] = nearest(this.series, to, left, top, NEAR_PX);
    if (first) this.options.onPick?.(first.line);
  }

  brushed() {
    const { left, width } = this.plot.select;
    if (width < 4) return;
    this.dragged = true;
    const to = this.scale(this.plot.over.clientWidth, this.plot.over.clientHeight);
    this.plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
    this.zoom([to.x(left), to.x(left + width)]);
  }

  /** Show a range of x, or all of it; `told` says whether the owner hears of it. */
  zoom(view, told = true) {
    if (view) {
      const [low, high] = this.wholeX;
      view = [Math.max(low, view[0]), Math.min(high, view[1])];
      if (!(view[1] - view[0] > (high - low) * LEAST_ZOOM)) return;
      if (view[0] === low && view[1] === high) view = null;
    }
    this.view = view;
    this.fit();
    this.refresh();
    if (told) this.options.onZoom?.(view);
  }

  /** Move the zoomed part by a share of its width. */
  pan(share) {
    if (!this.view) return;
    const { logX } = this.options;
    const f = logX ? Math.log : (v) => v, g = logX ? Math.exp : (v) => v;
    const [a, b] = this.view.map(f), [low, high] = this.wholeX.map(f);
    const by = Math.max(low - a, Math.min(high - b, share * (b - a)));
    if (this.series.length > RASTER_FROM && this.raster) this.slide(by / (b - a), (part) => [g(a + part), g(b + part)], b - a);
    else this.zoom([g(a + by), g(b + by)]);
  }

  /** Move a thousand lines: the picture is shifted by whole pixels, and only its new edge is drawn. */
  slide(share, viewAt, wide) {
    const { width } = this.raster;
    this.rest = (this.rest || 0) + share * width; // what is less than a pixel waits for the next move
    const by = Math.trunc(this.rest);
    if (!by) return;
    this.rest -= by;
    this.shift = by;
    this.view = this.rangeX = viewAt((by / width) * wide);
    this.refresh();
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.zoom(this.view), SETTLE_MS);
  }

  /** Zoom by a factor about a share of the width. */
  magnify(factor, at = 0.5) {
    const { logX } = this.options;
    const f = logX ? Math.log : (v) => v, g = logX ? Math.exp : (v) => v;
    const [a, b] = this.rangeX.map(f);
    const middle = a + at * (b - a);
    this.zoom([g(middle - (middle - a) * factor), g(middle + (b - middle) * factor)]);
  }

  wheeled(event) {
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
    const width = this.plot.over.clientWidth;
    if (event.ctrlKey || event.metaKey) this.magnify(event.deltaY > 0 ? 1.25 : 0.8, event.offsetX / width);
    else if (sideways && this.view) this.pan((event.deltaX || event.deltaY) / width);
    else return; // the page scrolls on
    event.preventDefault();
  }

  /** Shift and drag: move the zoomed part along. uPlot must not take it for a brush. */
  grabbed(event) {
    if (!event.shiftKey || !this.view) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    let at = event.clientX;
    const over = this.plot.over, width = over.clientWidth;
    this.dragged = true;
    const move = (e) => { this.pan((at - e.clientX) / width); at = e.clientX; };
    const end = () => { removeEventListener("mousemove", move); removeEventListener("mouseup", end); };
    addEventListener("mousemove", move);
    addEventListener("mouseup", end);
  }

  destroy() {
    waiting.delete(this);
    clearTimeout(this.settling);
    this.sizes.disconnect();
    this.plot?.destroy();
    this.plot = null;
  }
}
