/** What is played now: the data set, the levers that were moved, and what the worker says of them. */

import { getView, getViews, play, playLive, putView, stopPlay } from "../api.js";
import { change } from "../state.js";
import { label } from "../format.js";

const WAIT_MS = 120; // after the last move of a lever: a slider sends many (house convention)
const KEEP_MS = 800; // after the last change, before the tries are kept by the server
const MOST_PINNED = 6; // more curves cannot be told apart (house convention)
const VIEW = "play"; // name under which the server keeps the pinned tries
const PAGE = Math.random().toString(36).slice(2, 8); // several pages may be open

const fresh = () => ({ rows: [], layers: [], picture: null, score: null, units: [], troubles: [], findings: null, rateSays: "", seconds: null, cut: false });

class Session {
  constructor() {
    Object.assign(this, {
      sets: [], set: "moons", target: null, moved: {}, preset: null, status: "starting", said: null,
      error: null, pinned: [], latency: null, begun: false, number: 0, ...fresh(),
    });
    this.listeners = new Set();
  }

  /** Id of the try that is on the page. */
  get id() { return `${PAGE}-${this.number}`; }

  /** Whether the curves on the page are those of the levers on the page. */
  get current() { return this.rows.length > 0 && ["running", "paused", "ended"].includes(this.status); }

  /** What the levers are now: moved ones as they were moved, others as the rule book has them. */
  value(lever) { return lever.name in this.moved ? this.moved[lever.name] : lever.value; }

  tell() {
    if (this.queued) return;
    this.queued = true;
    requestAnimationFrame(() => {
      this.queued = false;
      for (const listener of [...this.listeners]) listener();
    });
  }

  /** Begin to listen, go on from what was kept; returns the end of listening. */
  open() {
    const end = playLive((message) => this.hear(message));
    if (!this.begun) {
      this.begun = true;
      this.restore().catch(() => {}).finally(() => this.send(0));
    } else this.send(0);
    change({ play: this });
    return () => { end(); clearTimeout(this.waiting); stopPlay().catch(() => {}); };
  }

  /** Take what the server kept, where it kept something. */
  async restore() {
    if (!(await getViews()).some((view) => view.name === VIEW)) return;
    const { body } = await getView(VIEW);
    if (typeof body?.set === "string") this.set = body.set;
    if (body?.moved && typeof body.moved === "object") this.moved = body.moved;
    this.target = body?.target ?? null;
    this.pinned = Array.isArray(body?.pinned) ? body.pinned.slice(0, MOST_PINNED) : [];
  }

  keep() {
    clearTimeout(this.keeping);
    const { set, target, moved, pinned } = this;
    this.keeping = setTimeout(() => putView(VIEW, "play", { set, target, moved, pinned }).catch(() => {}), KEEP_MS);
  }

  /** Start a new try of the levers as they are. */
  send(wait = WAIT_MS) {
    clearTimeout(this.waiting);
    this.changedAt = performance.now();
    this.number += 1; // from here on the old try's lines are not heard; its curves stay until new ones come
    Object.assign(this, { status: "waiting", error: null, latency: null });
    this.waiting = setTimeout(() => this.start(), wait);
    this.tell();
  }

  async start() {
    const levers = this.target === null ? this.moved : { ...this.moved, target: this.target };
    this.order = { set: this.set, levers, id: this.id };
    await this.post(this.order);
  }

  async post(order) {
    try {
      await play(order);
    } catch (fault) {
      if (order.id === this.id) this.refuse({ seen: fault.seen, needed: fault.needed, try: fault.try });
    }
  }

  refuse(error) {
    Object.assign(this, { error, status: "refused" });
    this.tell();
  }

  move(name, value) {
    this.moved = { ...this.moved, [name]: value };
    this.send();
    this.keep();
  }

  /** Leave a lever to the rule book again. */
  leave(name) {
    const { [name]: _, ...moved } = this.moved;
    this.moved = moved;
    this.send();
    this.keep();
  }

  choose(set, target = null) {
    Object.assign(this, { set, target, preset: null });
    this.send(0);
    this.keep();
  }

  take(preset) {
    Object.assign(this, { set: preset.set, target: null, moved: { ...preset.levers }, preset });
    this.send(0);
    this.keep();
  }

  reset() {
    Object.assign(this, { moved: {}, preset: null });
    this.send(0);
    this.keep();
  }

  pause() { return stopPlay().catch(() => {}); }

  /** Go on where it was stopped; what has ended begins anew. */
  goOn() { return this.status === "paused" ? this.post(this.order) : this.send(0); }

  pin() {
    const validation = this.rows.map((row) => [row.step, row.validation && row.validation[0], row.train && row.train[0]]);
    const one = { key: `${this.id}-${Date.now()}`, name: this.words(), set: this.set, target: this.target,
      moved: { ...this.moved }, rows: validation, score: this.score, picture: this.picture, metric: this.said?.set.metric };
    this.pinned = [...this.pinned, one].slice(-MOST_PINNED);
    this.keep();
    this.tell();
  }

  unpin(key) {
    this.pinned = this.pinned.filter((one) => one.key !== key);
    this.keep();
    this.tell();
  }

  /** Take the levers of a pinned try. */
  retake(one) {
    Object.assign(this, { set: one.set, target: one.target ?? null, moved: { ...one.moved }, preset: null });
    this.send(0);
    this.keep();
  }

  /** The levers that were moved, in words. */
  words(moved = this.moved) {
    const said = Object.entries(moved).map(([name, value]) => `${label(name)} ${value === true ? "on" : value === false ? "off" : label(String(value))}`);
    return said.join(", ") || "the rule book's own";
  }

  /** Take in a line of the worker. */
  hear(message) {
    if (message.state === "ready") this.sets = message.sets;
    else if (message.state === "gone") this.lost();
    else if (message.state === "paused" && message.id === null) this.status = this.rows.length ? "paused" : this.status;
    else if (message.id === this.id) this.follow(message);
    else if (message.state === "laid" && message.id !== null && !String(message.id).startsWith(PAGE)) this.status = "elsewhere";
    this.tell();
  }

  lost() { this.status = "gone"; }

  follow(message) {
    if (message.error) this.refuse(message.error);
    else if (message.state === "laid") Object.assign(this, fresh(), { said: message, status: "running" });
    else if (message.state === "paused") this.status = "paused";
    else if (message.state === "going on") this.status = "running";
    else if (message.state === "ended") {
      Object.assign(this, { status: "ended", findings: message.findings, rateSays: message.rate_says, seconds: message.seconds, cut: message.cut });
    } else if (message.rows) this.grow(message);
  }

  grow(message) {
    if (!this.rows.length) this.latency = (performance.now() - this.changedAt) / 1000;
    this.rows = [...this.rows, ...message.rows];
    this.layers = message.layers;
    this.troubles = message.troubles;
    if (message.score) this.score = message.score;
    if (message.units) this.units = message.units;
    if (message.surface || message.line) this.picture = { surface: message.surface, line: message.line };
  }
}

export const session = new Session();
