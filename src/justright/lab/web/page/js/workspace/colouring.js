/** Which colour each shown run has: its own while they are few, one by a column beyond. */

import { channels, isDark, paletteColour, ramp, rampColour, token } from "../colours.js";
import { cell } from "../format.js";
import { colourOf } from "../state.js";
import { isNumeric, scoreColumn, valueOf } from "./columns.js";

export const MOST_HUES = 12; // more runs cannot be told apart by hue
const MOST_KINDS = 8; // values of a column that have a colour each

/** The name of the column that colours the runs now; "" where each has its own colour. */
export function colourColumn(runs, shown, chosen) {
  if (chosen === "own" || (chosen === "auto" && shown.length <= MOST_HUES)) return "";
  return chosen === "auto" ? scoreColumn(runs) : chosen;
}

/**
 * Colour the shown runs.
 *
 * @returns {{of: (id: number) => string, legend: object|null}} legend: {column, ends: [low, high],
 *   ramp} for numbers, {column, kinds: [[value, colour]]} for words, null without a column.
 */
export function colouring(runs, shown, chosen) {
  const column = colourColumn(runs, shown, chosen), grey = token("--mass");
  if (!column) {
    const few = shown.length <= MOST_HUES || chosen === "own";
    return { of: few ? colourOf : (id) => runs.value(id, "colour") || grey, legend: null };
  }
  return isNumeric(runs, column, shown) && new Set(shown.map((id) => valueOf(runs, id, column))).size > MOST_KINDS
    ? byNumber(runs, shown, column, grey) : byKind(runs, shown, column, grey);
}

/** By rank, not by size: one diverged run would leave all others one colour. */
function byNumber(runs, shown, column, grey) {
  const dark = isDark(), own = [];
  for (const id of shown) {
    const value = valueOf(runs, id, column);
    if (value !== null && value === value) own.push([id, value]);
  }
  own.sort((a, b) => a[1] - b[1]);
  const colours = new Map(own.map(([id], i) => [id, rampColour(i / own.length, dark)]));
  return {
    of: (id) => runs.value(id, "colour") || colours.get(id) || grey,
    legend: own.length ? { column, ends: [own[0][1], own[own.length - 1][1]], ramp: ramp(dark) } : null,
  };
}

function byKind(runs, shown, column, grey) {
  const counts = new Map();
  for (const id of shown) {
    const key = cell(valueOf(runs, id, column));
    counts.set(key, (counts.get(key) || 0) + 1);
  }
  const kinds = [...counts].sort((a, b) => b[1] - a[1]).slice(0, MOST_KINDS).map(([key]) => key).sort();
  const colours = new Map(kinds.map((key, i) => [key, paletteColour(i)]));
  return {
    of: (id) => runs.value(id, "colour") || colours.get(cell(valueOf(runs, id, column))) || grey,
    legend: { column, kinds: [...colours] },
  };
}

/** Black or white, whichever is read better on a colour. */
export function inkOn(colour) {
  const [r, g, b] = channels(colour);
  return 0.299 * r + 0.587 * g + 0.114 * b > 140 ? "#10141a" : "#ffffff";
}
