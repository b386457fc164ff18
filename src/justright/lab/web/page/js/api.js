/** All HTTP of the page: one function an endpoint, and the stream of changes. */

const MAGIC = 0x4a52; // the first word of a reply with curves: "JR"
const RECONNECT_MS = [500, 1000, 2000, 5000, 10000]; // waits between tries (house convention)

/** A refusal of the server, in its three parts: what it saw, what it needs, what to try. */
export class LabFault extends Error {
  constructor(fault, status) {
    super(fault.seen || `the lab answered ${status}`);
    this.seen = this.message;
    this.needed = fault.needed || "";
    this.try = fault.try || "";
    this.status = status;
  }
}

async function call(method, path, body, signal) {
  const headers = { "X-Justright": "lab" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let reply;
  try {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    reply = await fetch(path, { method, headers, body: sent, signal, credentials: "same-origin" });
  } catch (lost) {
    if (lost.name === "AbortError") throw lost;
    throw new LabFault({ seen: "the lab does not answer", try: "justright lab" }, 0);
  }
  if (!reply.ok) throw new LabFault(await reply.json().catch(() => ({})), reply.status);
  return reply;
}

const json = async (method, path, body, signal) => {
  const reply = await call(method, path, body, signal);
  return reply.status === 204 ? null : reply.json();
};

/** Write a query string of the values that are given. */
function query(path, values) {
  const given = Object.entries(values).filter(([, v]) => v !== undefined && v !== null && v !== "");
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}

export const getState = () => json("GET", "/api/state");
export const getRuns = ({ project, since, ids, figures } = {}) =>
  json("GET", query("/api/runs", { project, since, ids: ids?.join(","), figures }));
export const filterRuns = (where, text, project, signal) =>
  json("GET", query("/api/filter", { where, text, project }), undefined, signal);
export const getMetrics = (project) => json("GET", query("/api/metrics", { project }));
export const getRun = (id) => json("GET", `/api/run/${id}`);
export const getHeat = (id, prefix) => json("GET", query(`/api/run/${id}/heat`, { prefix }));
export const editRuns = (ids, changes) => json("POST", "/api/runs/edit", { ids, ...changes });
export const editRun = (id, changes) => json("POST", `/api/run/${id}/edit`, changes);
export const removeRuns = (ids) => json("POST", "/api/runs/remove", { ids });
export const getImportance = (metric, ids, direction) =>
  json("POST", query("/api/importance", { direction }), { metric, ids, direction });
export const getViews = () => json("GET", "/api/views");
export const getView = (name) => json("GET", `/api/views/${encodeURIComponent(name)}`);
export const putView = (name, kind, body) =>
  json("PUT", `/api/views/${encodeURIComponent(name)}`, { kind, body });
export const dropView = (name) => json("DELETE", `/api/views/${encodeURIComponent(name)}`);
export const markdown = (text) => json("POST", "/api/markdown", { text });
export const reportHtml = async (name, body = {}) =>
  (await call("POST", `/api/reports/${encodeURIComponent(name)}/html`, body)).blob();
export const getFiles = () => json("GET", "/api/files");
export const getColumns = (path) => json("GET", query("/api/columns", { path }));
export const startJob = (job) => json("POST", "/api/jobs", job);
export const getJobs = () => json("GET", "/api/jobs");
export const cancelJob = (id) => json("POST", `/api/jobs/${id}/cancel`, {});
export const play = (settings) => json("POST", "/api/play", settings);
export const stopPlay = () => json("POST", "/api/play/stop", {});

/**
 * Fetch curves of one metric.
 *
 * @param {object} wanted metric, x, runs, points, from, to, after: as the endpoint takes them.
 * @returns {Promise<{base: number, curves: Map<number, {x: Float32Array, y: Float32Array}>}>}
 *   NaN in y is a gap; `base` (seconds since 1970) is what wall-clock x count from.
 */
export async function getCurves(wanted, signal) {
  const reply = await call("POST", "/api/curves", wanted, signal);
  return { base: Number(reply.headers.get("X-Base") || 0), curves: unpack(await reply.arrayBuffer()) };
}

/** Read the binary reply: views into the one buffer, nothing is copied. */
export function unpack(buffer) {
  const words = new Uint32Array(buffer, 0, 2);
  if (words[0] !== MAGIC) throw new LabFault({ seen: "the curves came damaged", try: "reload the page" }, 200);
  const n = words[1];
  const heads = new Uint32Array(buffer, 8, 2 * n);
  const curves = new Map();
  let at = 8 + 8 * n;
  for (let i = 0; i < n; i++) {
    const length = heads[2 * i + 1];
    const x = new Float32Array(buffer, at, length);
    const y = new Float32Array(buffer, at + 4 * length, length);
    curves.set(heads[2 * i], { x, y });
    at += 8 * length;
  }
  return curves;
}

/** Listen to a stream of the server; reconnects by itself, each time from where it stands. */
function listen(address, kinds, onStatus) {
  let source = null, tries = 0, timer = 0, ended = false;
  const open = () => {
    source = new EventSource(address());
    source.onopen = () => { tries = 0; onStatus("on"); };
    source.onerror = () => {
      source.close();
      if (ended) return;
      onStatus("off");
      timer = setTimeout(open, RECONNECT_MS[Math.min(tries++, RECONNECT_MS.length - 1)]);
    };
    for (const [kind, heard] of Object.entries(kinds)) {
      source.addEventListener(kind, (event) => heard(JSON.parse(event.data)));
    }
  };
  open();
  return () => { ended = true; clearTimeout(timer); source.close(); };
}

/** Hear of changes from a cursor on: `onChange({cursor, runs, metrics, jobs})`; returns its end. */
export function live(cursor, onChange, onStatus = () => {}) {
  let at = cursor;
  const heard = (change) => { at = change.cursor; onChange(change); };
  return listen(() => query("/api/live", at), { change: heard }, onStatus);
}

/** Hear what the playground's worker says; returns the function that ends it. */
export const playLive = (onSay, onStatus = () => {}) =>
  listen(() => "/api/play/live", { message: onSay, say: onSay }, onStatus);
