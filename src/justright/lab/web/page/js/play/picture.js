/** What the first network makes of one or two features, under the rows that it was shown. */

import { html, useLayoutEffect, useRef } from "../../vendor/preact.js";
import { channels, paletteColour, rampColour, token } from "../colours.js";
import { number } from "../format.js";
import { useLab } from "../state.js";

const SIDE = 320; // pixels of the picture, before the device's own (house convention)
const NAMED = { blue: 0, orange: 1, green: 2 }; // places in the palette that are called so
const POINT = 3.2; // pixels: radius of a row

/** Colour of a class: its own name where it is a colour's, as those of the toys are. */
const teams = (classes) => (i) => paletteColour(NAMED[classes[i]] ?? i);
const mix = (a, b, share) => a.map((v, i) => Math.round(v + (b[i] - v) * share));

/** Colour of a value of the surface: of a probability, of a winner, or of a number. */
function shades(said, points, values) {
  const page = channels(token("--page").length === 4 ? "#ffffff" : token("--page"));
  const tint = (own, strength) => mix(page, channels(own), 0.12 + 0.6 * Math.max(0, Math.min(1, strength)));
  const { task, classes } = said.set, team = teams(classes);
  if (task === "binary") return (v) => (v > 50 ? tint(team(1), (v - 50) / 50) : tint(team(0), (50 - v) / 50));
  if (classes.length) return (v) => tint(team(Math.floor(v / 1000)), ((v % 1000) / 100 - 1 / classes.length) / (1 - 1 / classes.length));
  const all = points ? points.values : values, low = Math.min(...all), high = Math.max(...all);
  return (v) => mix(page, channels(rampColour((v - low) / (high - low || 1))), 0.7);
}

function paintSurface(brush, { n, values }, shade, side) {
  const sheet = document.createElement("canvas");
  sheet.width = sheet.height = n;
  const small = sheet.getContext("2d"), image = small.createImageData(n, n);
  for (let row = 0; row < n; row++) for (let i = 0; i < n; i++) image.data.set([...shade(values[row * n + i]), 255], 4 * ((n - 1 - row) * n + i));
  small.putImageData(image, 0, 0);
  brush.imageSmoothingEnabled = true;
  brush.drawImage(sheet, 0, 0, side, side);
}

function paintPoints(brush, points, said, places) {
  const classes = said.set.classes.length, team = teams(said.set.classes);
  points.values.forEach((value, i) => {
    const [x, y] = places(i), colour = classes ? team(value) : token("--accent");
    brush.beginPath();
    brush.arc(x, y, POINT, 0, 2 * Math.PI);
    brush.fillStyle = points.held[i] ? token("--page") : colour;
    brush.strokeStyle = points.held[i] ? colour : token("--page");
    brush.lineWidth = points.held[i] ? 1.6 : 0.8;
    brush.fill();
    brush.stroke();
  });
}

function paintLine(brush, { ends, values }, at, colour, width) {
  brush.beginPath();
  values.forEach((y, i) => {
    const [px, py] = at(ends[0] + (i / (values.length - 1)) * (ends[1] - ends[0]), y);
    if (i) brush.lineTo(px, py); else brush.moveTo(px, py);
  });
  Object.assign(brush, { strokeStyle: colour, lineWidth: width, lineJoin: "round" });
  brush.stroke();
}

function paint(canvas, { said, picture, pinned }) {
  const dots = devicePixelRatio || 1;
  canvas.width = canvas.height = Math.round(SIDE * dots);
  const brush = canvas.getContext("2d"), { points } = said;
  brush.scale(dots, dots);
  if (points.columns.length === 2) {
    const [[left, right], [bottom, top]] = points.ends;
    if (picture?.surface) paintSurface(brush, picture.surface, shades(said, points, picture.surface.values), SIDE);
    return paintPoints(brush, points, said, (i) => [((points.columns[0][i] - left) / (right - left)) * SIDE, (1 - (points.columns[1][i] - bottom) / (top - bottom)) * SIDE]);
  }
  const [left, right] = points.ends[0], low = Math.min(...points.values), high = Math.max(...points.values), pad = 0.1 * (high - low || 1);
  const at = (x, y) => [((x - left) / (right - left)) * SIDE, (1 - (y - low + pad) / (high - low + 2 * pad)) * SIDE];
  paintPoints(brush, points, said, (i) => at(points.columns[0][i], points.values[i]));
  pinned.forEach((one) => one.picture?.line && paintLine(brush, one.picture.line, at, one.colour, 1.4));
  if (picture?.line) paintLine(brush, picture.line, at, token("--ink"), 2.4);
  return undefined;
}

const told = (said, score) => {
  const { n_train: n, n_validation: m, metric, classes } = said.set;
  const what = said.points.columns.length === 2 ? "Decision surface" : "Fitted curve";
  const figure = score ? `; ${metric.replaceAll("_", " ")} ${number(score[0], 3)} on the validation rows` : "";
  return `${what} of the first network over ${said.points.names.join(" and ")}, with ${n} training and ${m} validation rows${classes.length ? ` of ${classes.length} classes` : ""}${figure}`;
};

export function Picture({ said, picture, score, pinned, size = SIDE }) {
  const canvas = useRef(null), theme = useLab((s) => s.theme);
  useLayoutEffect(() => { if (said?.points) paint(canvas.current, { said, picture, pinned }); }, [said, picture, pinned, theme]);
  if (!said?.points) return null;
  const key = said.set.classes.length ? said.set.classes.map((name, i) => html`<li><i style=${{ background: teams(said.set.classes)(i) }}></i>${name}</li>`) : "";
  const small = size < SIDE;
  return html`<figure class=${`play-picture ${small ? "play-small" : ""}`}><canvas ref=${canvas} role="img" aria-label=${told(said, score)}></canvas>
    ${!small && html`<figcaption><ul class="legend">${key}<li><b class="dot dot-full"></b>trained on</li><li><b class="dot"></b>validation</li></ul></figcaption>`}</figure>`;
}
