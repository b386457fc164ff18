/** The curves that were fetched: each once, and afterwards only what is new. */

import * as api from "../api.js";
import { from } from "../places.js";
import { listen, state } from "../state.js";

const POINTS = [[50, 1000], [200, 600], [Infinity, 400]]; // points a curve, by the number of curves
const FULL = 0.9; // of the points asked for: a reply this long was thinned by the server
const AT_ONCE = 2; // requests for curves: one is drawn while the other is read
const GROWN = 2; // times its points: a curve that grew so is fetched anew, thinned

const pointsFor = (n) => POINTS.find(([most]) => n <= most)[1];

const queue = [];
let busy = 0;

/** Wait for a turn: asked for all at once, the first chart would come as late as the last. */
async function inTurn(work) {
  if (busy >= AT_ONCE) await new Promise((go) => queue.push(go));
  busy++;
  try {
    return await work();
  } finally {
    busy--;
    queue.shift()?.();
  }
}

/** One metric over one x: runs -> curves, and those who look at them. */
class Bundle {
  constructor(metric, x) {
    Object.assign(this, { metric, x, base: 0, curves: new Map(), asked: new Set(), watchers: new Set(), version: 0 });
  }

  /** Fetch the runs that were never asked for. */
  async want(ids) {
    const missing = ids.filter((id) => !this.asked.has(id));
    if (!missing.length) return;
    for (const id of missing) this.asked.add(id);
    try {
      await this.fetch(missing, pointsFor(ids.length));
    } catch (fault) {
      for (const id of missing) this.asked.delete(id);
      throw fault;
    }
  }

  async fetch(ids, points, after) {
    const { metric, x } = this;
    const reply = await inTurn(() => api.getCurves({ metric, x, runs: ids, points, ...(after && { after }) }));
    if (reply.base && this.base && reply.base !== this.base) this.curves.clear(); // an earlier run: all shifts
    this.base = reply.base;
    for (const [id, curve] of reply.curves) {
      const old = after && id in after ? this.curves.get(id) : null;
      this.curves.set(id, old ? joined(old, curve) : { ...curve, thinned: curve.x.length > points * FULL, points });
    }
    this.version++;
    for (const watcher of this.watchers) watcher();
  }

  /** Fetch what running runs have logged since; only steps say where a curve ended. */
  async grow(ids) {
    const mine = ids.filter((id) => this.asked.has(id)), after = {};
    for (const id of mine) {
      const { x, points } = this.curves.get(id) || { x: [] };
      if (this.x === "step" && x.length && x.length < GROWN * points) after[id] = x[x.length - 1];
    }
    if (mine.length) await this.fetch(mine, pointsFor(this.asked.size), after);
  }

  /** Curves with all their points in a part of x, for a zoom; null where all are here already. */
  async detail(ids, [low, high], signal) {
    const thin = ids.filter((id) => this.curves.get(id)?.thinned);
    if (!thin.length) return null;
    const wanted = { metric: this.metric, x: this.x, runs: thin, points: pointsFor(ids.length), from: low, to: high };
    const { curves } = await api.getCurves(wanted, signal);
    for (const [id, fine] of curves) curves.set(id, within(this.curves.get(id), fine, low, high));
    return curves;
  }
}

/** A curve whose part between two places is a finer one: beside the zoom it goes on, coarser. */
function within(whole, fine, low, high) {
  const before = from(whole.x, low), after = Math.max(before, from(whole.x, high));
  const spliced = (a, b) => { const all = new Float32Array(before + b.length + a.length - after); all.set(a.subarray(0, before)); all.set(b, before); all.set(a.subarray(after), before + b.length); return all; };
  return { x: spliced(whole.x, fine.x), y: spliced(whole.y, fine.y) };
}

function joined(old, fresh) {
  if (!fresh.x.length) return old;
  const grow = (a, b) => { const all = new Float32Array(a.length + b.length); all.set(a); all.set(b, a.length); return all; };
  return { ...old, x: grow(old.x, fresh.x), y: grow(old.y, fresh.y) };
}

const bundles = new Map();

/** The bundle of a metric over an x ("step", "seconds", "wall", "epoch", "metric:<name>"). */
export function bundle(metric, x) {
  const key = `${x}|${metric}`;
  if (!bundles.has(key)) bundles.set(key, new Bundle(metric, x));
  return bundles.get(key);
}

let heard = null;

// One change moves all bundles that somebody looks at; the rest is fetched anew when looked at.
listen(() => {
  const news = state.change;
  if (!news || news === heard) return;
  heard = news;
  const metrics = new Set(news.metrics);
  for (const [key, one] of bundles) {
    if (!metrics.has(one.metric)) continue;
    if (one.watchers.size) one.grow(news.runs).catch(() => {});
    else bundles.delete(key);
  }
});
