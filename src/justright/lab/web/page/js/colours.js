/** Colours of runs and of values: told apart by people who do not see all hues. */

// 12 colours after Okabe & Ito (2008) and Tol (2021), ordered so that neighbours differ most;
// the dark theme's are lighter twins of the same hues.
const LIGHT = ["#0072b2", "#d55e00", "#009e73", "#aa4499", "#e69f00", "#3aa5e0",
  "#882255", "#8a8a1f", "#6558d3", "#2a9d8f", "#cc6677", "#7a6a5c"];
const DARK = ["#4aa8e8", "#ff8a3d", "#35c79a", "#d681c8", "#f2b83a", "#84cbf5",
  "#d0608f", "#c2c24a", "#9d93ff", "#5cc9bb", "#f098a4", "#b3a190"];
// Viridis at eight places (van der Walt & Smith 2015), its dimmest end left out on dark.
const RAMP_LIGHT = ["#440154", "#46327e", "#365c8d", "#277f8e", "#1fa187", "#4ac16d", "#9fda3a", "#d8c81a"];
const RAMP_DARK = ["#6a4fa3", "#5b6fb5", "#4a8cbf", "#3aa5b5", "#36b89a", "#5fcb78", "#aede47", "#f6e62b"];

export const PALETTE_SIZE = LIGHT.length;

/** Whether the page is dark now, by the user's choice or else the system's. */
export function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

/** The nth colour of the palette. */
export const paletteColour = (n, dark = isDark()) => (dark ? DARK : LIGHT)[((n % 12) + 12) % 12];

/** The colour of a share 0..1 of a range. */
export function rampColour(share, dark = isDark()) {
  const ramp = dark ? RAMP_DARK : RAMP_LIGHT;
  return ramp[Math.max(0, Math.min(ramp.length - 1, Math.floor(share * ramp.length)))];
}

/** The eight colours of the ramp, for a legend. */
export const ramp = (dark = isDark()) => (dark ? RAMP_DARK : RAMP_LIGHT);

/** Read a custom property of the theme, such as "--line". */
export const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Split "#rrggbb" into red, green and blue, 0..255. */
export function channels(hex) {
  const n = parseInt(hex.slice(1, 7), 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
}

/** Give each run a colour of its own: its number decides, a taken colour gives way to the next. */
export function allot(ids) {
  const taken = new Set(), places = new Map();
  for (const id of ids) {
    let at = (id - 1) % PALETTE_SIZE;
    for (let i = 0; i < PALETTE_SIZE && taken.has(at); i++) at = (at + 1) % PALETTE_SIZE;
    taken.add(at);
    places.set(id, at);
  }
  return places;
}
