/** What the whole page knows: one observable object, changed only through `change`. */

import { useEffect, useReducer, useRef } from "../vendor/preact.js";
import * as api from "./api.js";
import { allot, isDark, paletteColour } from "./colours.js";
import { Runs } from "./runs.js";

const MOST_ASKED = 300; // runs by number in one address; a sweep that ends changes thousands
const THEMES = ["system", "light", "dark"];

export const state = {
  ready: false,
  fault: null, // the LabFault that keeps the page from loading, or null
  server: {}, // what GET /api/state said
  project: "", // "" is all of them
  runs: new Runs({ columns: {} }),
  metrics: [], // [{name, n_runs}]
  cursor: null,
  live: "off", // "on" | "off"
  theme: localStorage.getItem("theme") || "system",
  dark: false, // whether the page is dark now, by the theme or by the system
  hover: null, // the run under the pointer, anywhere on the page
  hidden: new Set(), // runs whose eye is closed
  places: new Map(), // run -> place in the palette, where few are shown
  change: null, // the latest change heard: {runs, metrics, jobs}
  notice: null, // {text, try?, tone: "good" | "bad"} told at the foot of the page
};

const listeners = new Set();
let queued = false;

/** Set fields of the state; listeners hear of it once, after the present task. */
export function change(fields) {
  Object.assign(state, fields);
  if (queued) return;
  queued = true;
  queueMicrotask(() => {
    queued = false;
    for (const listener of [...listeners]) listener();
  });
}

/** Call a function at each change of the state; returns the function that ends it. */
export function listen(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A hook: what `pick` finds in the state; the component is drawn again when that differs. */
export function useLab(pick) {
  const [, draw] = useReducer((n) => n + 1, 0);
  const found = pick(state);
  const now = useRef(null);
  now.current = { pick, found };
  useEffect(() => {
    const look = () => { if (!Object.is(now.current.pick(state), now.current.found)) draw(); };
    look(); // what changed between the drawing and now was not heard
    return listen(look);
  }, []);
  return found;
}

/** The colour of a run: the user's own, else its place among the few shown, else by its number. */
export function colourOf(id) {
  const own = state.runs.value(id, "colour");
  return own || paletteColour(state.places.get(id) ?? id - 1);
}

/** Let few runs have colours that differ all. */
export const paint = (ids) => change({ places: allot(ids) });

/** Tell the user something at the foot of the page, for some seconds. */
export function tell(text, { tone = "good", try: hint = "" } = {}) {
  const notice = { text, tone, try: hint };
  change({ notice });
  setTimeout(() => state.notice === notice && change({ notice: null }), tone === "bad" ? 12000 : 4000);
}

/** Do something with the server; a refusal is told at the foot of the page. Returns null then. */
export async function attempt(work) {
  try {
    return await work();
  } catch (fault) {
    if (fault.name !== "AbortError") {
      tell([fault.seen || fault.message, fault.needed].filter(Boolean).join("; needed: "), {
        tone: "bad", try: fault.try || "",
      });
    }
    return null;
  }
}

/** Choose the theme: "system", "light" or "dark". */
export function setTheme(theme) {
  localStorage.setItem("theme", theme);
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  change({ theme, dark: isDark() });
}

/** The theme that the switch goes to next. */
export const nextTheme = (theme) => THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];

/** Load the table of runs and the names of metrics for a project. */
export async function load(project = state.project) {
  const [reply, metrics] = await Promise.all([api.getRuns({ project }), api.getMetrics(project)]);
  change({ project, runs: new Runs(reply), metrics, cursor: reply.cursor });
}

/** The table after a change: the changed rows merged in, or all anew where they are many. */
async function after(ids) {
  if (!ids.length) return state.runs;
  if (ids.length > MOST_ASKED) return new Runs(await api.getRuns({ project: state.project }));
  return state.runs.merged(await api.getRuns({ project: state.project, ids }), ids);
}

/** Take over what changed, and only that: runs by their numbers, names only when one is new. */
async function follow(heard) {
  const runs = await after(heard.runs), known = new Set(state.metrics.map((m) => m.name));
  const projects = new Set(state.server.projects);
  const [metrics, server] = await Promise.all([
    heard.metrics.some((m) => !known.has(m)) ? api.getMetrics(state.project) : state.metrics,
    (runs.columns.project || []).some((name) => !projects.has(name)) ? api.getState() : state.server,
  ]);
  change({ cursor: heard.cursor, change: heard, runs, metrics, server });
}

/** Load everything and begin to listen. */
export async function start() {
  setTheme(state.theme);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => change({ dark: isDark() }));
  try {
    const [server] = await Promise.all([api.getState(), load()]);
    change({ ready: true, server, fault: null });
  } catch (fault) {
    change({ ready: true, fault });
    return;
  }
  let line = Promise.resolve(); // one change after the other, in the order heard
  const heard = (what) => { line = line.then(() => follow(what)).catch(() => {}); };
  api.live(state.cursor, heard, (live) => change({ live }));
}
