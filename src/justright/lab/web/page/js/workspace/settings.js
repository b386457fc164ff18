/** How the workspace is set: kept with the lab's file, so that it is the same next time. */

import * as api from "../api.js";
import { change, state, tell } from "../state.js";

const KEEP_AFTER_MS = 800; // settings move in bursts; one write after the last (house convention)
const VIEW = "workspace";

export const DEFAULTS = {
  filter: "", // an expression or words
  kind: "", // only runs of this kind; "" is all
  columns: null, // names of columns; null chooses them from what there is
  sort: { by: "created", down: true },
  group: "", // a column
  x: "step", logX: false, logY: false, trim: true,
  smooth: { kind: "ema", amount: 0 },
  middle: "mean", band: "minmax", members: false,
  colourBy: "auto",
  hidden: [], baseline: null,
  closed: [], // names of sections
  wide: [], // names of metrics whose charts are large
  search: "", // which charts
  charts: [], // the user's own: {id, kind, …}
  tableWidth: 480, // pixels; 0 is closed
};

let timer = 0;

/** Read what was kept, once; a workspace that nobody changed has nothing. */
export async function loadSettings() {
  if (loadSettings.begun) return;
  loadSettings.begun = true;
  let kept = {};
  try {
    const views = await api.getViews();
    if (views.some((view) => view.name === VIEW)) kept = (await api.getView(VIEW)).body;
  } catch (fault) {
    tell(fault.seen, { tone: "bad", try: fault.try });
  }
  const space = { ...DEFAULTS, ...kept };
  change({ space, hidden: new Set(space.hidden) });
}

/** Change settings, now on the page and soon in the file. */
export function set(fields) {
  const space = { ...state.space, ...fields };
  change({ space, ...(fields.hidden && { hidden: new Set(fields.hidden) }) });
  clearTimeout(timer);
  timer = setTimeout(() => keep(), KEEP_AFTER_MS);
}

async function keep() {
  try {
    await api.putView(VIEW, "workspace", state.space);
  } catch (fault) {
    // A file that may only be read still shows everything: say it once, and go on.
    if (!keep.told) tell(`The layout is not kept: ${fault.seen}`, { tone: "bad", try: fault.try });
    keep.told = true;
  }
}

/** Open or close the eye of runs. */
export function show(ids, on) {
  const hidden = new Set(state.hidden);
  for (const id of ids) if (on) hidden.delete(id); else hidden.add(id);
  set({ hidden: [...hidden] });
}

/** Show these of all runs, and no other. */
export function showOnly(ids) {
  const wanted = new Set(ids);
  set({ hidden: state.runs.ids.filter((id) => !wanted.has(id)) });
}
