/** Charts to take away: values as CSV, the picture as PNG, the drawing as SVG. */

import { token } from "./colours.js";

const MOST_NAMED = 12; // lines whose names stand below a picture
const HEAD_PX = 26, ROW_PX = 17, LETTER_PX = 6.2; // the title, a row of names, a letter of 11 px

/** Let the browser save a file. */
export function save(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name.replace(/[^\w.-]+/g, "_");
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// A cell that begins like a formula would be computed by a spreadsheet: it is kept as text.
const guarded = (text) => (/^[=+@\t\r-]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text);

/** Write one cell of a CSV file. */
export function csvCell(value) {
  if (value === null || value === undefined || value !== value) return "";
  const text = typeof value === "string" ? guarded(value) : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const row = (values) => values.map(csvCell).join(",");

/** Write rows as a CSV file. */
export const csv = (rows) => new Blob([`${rows.map(row).join("\n")}\n`], { type: "text/csv" });

const escaped = (text) => String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

function values(series, options) {
  const rows = [["name", options.xLabel, "value", "low", "high"]];
  for (const { name, x, y, low, high } of series) {
    for (let i = 0; i < x.length; i++) rows.push([name, x[i], y[i], low?.[i], high?.[i]]);
  }
  return rows;
}

/** Lay the names of few lines out in rows of a width: [{name, colour, x, row}]. */
function key(series, width, measure) {
  if (series.length < 2 || series.length > MOST_NAMED) return [];
  let x = 0, row = 0;
  return series.map(({ name, colour }) => {
    const wide = measure(name) + 34;
    if (x > 0 && x + wide > width) { x = 0; row++; }
    const at = { name, colour, x, row };
    x += wide;
    return at;
  });
}

const rowsOf = (names) => (names.length ? names[names.length - 1].row + 1 : 0);

async function png(title, { plot }, series) {
  const from = plot.ctx.canvas, unit = devicePixelRatio || 1, sheet = document.createElement("canvas");
  const ctx = sheet.getContext("2d"), font = `${11 * unit}px system-ui, sans-serif`;
  ctx.font = font;
  const names = key(series, from.width / unit - 16, (name) => ctx.measureText(name).width / unit);
  sheet.width = from.width;
  sheet.height = from.height + (HEAD_PX + ROW_PX * rowsOf(names)) * unit;
  ctx.fillStyle = token("--page");
  ctx.fillRect(0, 0, sheet.width, sheet.height);
  ctx.fillStyle = token("--ink");
  ctx.font = `600 ${13 * unit}px system-ui, sans-serif`;
  ctx.fillText(title, 8 * unit, 18 * unit);
  ctx.drawImage(from, 0, HEAD_PX * unit);
  ctx.font = font;
  for (const { name, colour, x, row } of names) {
    const y = from.height + (HEAD_PX + row * ROW_PX) * unit;
    ctx.fillStyle = colour;
    ctx.fillRect((8 + x) * unit, y + 6 * unit, 14 * unit, 3 * unit);
    ctx.fillStyle = token("--ink");
    ctx.fillText(name, (27 + x) * unit, y + 11 * unit);
  }
  return new Promise((done) => sheet.toBlob(done, "image/png"));
}

/** Write the lines of one series as SVG path data. */
function pathData(to, x, y) {
  const { px, py, n } = to.both(x, y);
  let text = "", down = false;
  for (let i = 0; i < n; i++) {
    if (py[i] !== py[i]) { down = false; continue; }
    text += `${down ? "L" : "M"}${px[i].toFixed(1)} ${py[i].toFixed(1)}`;
    down = true;
  }
  return text;
}

function ticks(lines, to, w, h) {
  const soft = token("--soft"), grid = token("--grid"), { axes } = lines.plot;
  const text = (x, y, anchor, words) => `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${soft}">${escaped(words)}</text>`;
  const along = (axes[0]._splits || []).map((v, i) => [to.px(v), axes[0]._values?.[i]]).filter(([p, t]) => t !== null && p >= 0 && p <= w);
  const up = (axes[1]._splits || []).map((v, i) => [to.py(v), axes[1]._values?.[i]]).filter(([p, t]) => t !== null && p >= 0 && p <= h);
  return along.map(([p, t]) => `<path d="M${p} 0V${h}" stroke="${grid}"/>${text(p, h + 16, "middle", t)}`).join("")
    + up.map(([p, t]) => `<path d="M0 ${p}H${w}" stroke="${grid}"/>${text(-6, p + 4, "end", t)}`).join("");
}

function svg(title, lines, series) {
  const w = lines.plot.over.clientWidth, h = lines.plot.over.clientHeight, to = lines.scale(w, h), ink = token("--ink");
  const drawn = series.map((s) => `<path fill="none" stroke="${s.colour}" stroke-width="1.5" d="${pathData(to, s.x, s.y)}"><title>${escaped(s.name)}</title></path>`);
  const names = key(series, w, (name) => LETTER_PX * name.length), tall = h + 60 + ROW_PX * rowsOf(names);
  const keys = names.map(({ name, colour, x, row }) => `<path d="M${x} ${h + 34 + row * ROW_PX}h14" stroke="${colour}" stroke-width="3"/>`
    + `<text x="${x + 19}" y="${h + 38 + row * ROW_PX}" fill="${ink}">${escaped(name)}</text>`);
  return new Blob([`<svg xmlns="http://www.w3.org/2000/svg" viewBox="-60 -32 ${w + 76} ${tall}" font-family="system-ui, sans-serif" font-size="11">`
    + `<rect x="-60" y="-32" width="${w + 76}" height="${tall}" fill="${token("--page")}"/>`
    + `<text x="-52" y="-14" font-size="13" font-weight="600" fill="${ink}">${escaped(title)}</text>`
    + `${ticks(lines, to, w, h)}<clipPath id="r"><rect width="${w}" height="${h}"/></clipPath><g clip-path="url(#r)">${drawn.join("")}</g>${keys.join("")}</svg>`], { type: "image/svg+xml" });
}

/** Save a chart as "csv", "png" or "svg". */
export async function take(kind, { title, lines, series, options }) {
  const blob = kind === "csv" ? csv(values(series, options)) : kind === "png" ? await png(title, lines, series) : svg(title, lines, series);
  save(`${title}.${kind}`, blob);
}

/** An SVG element with its looks written into it: outside the page there is no style sheet. */
function standalone(element) {
  const copy = element.cloneNode(true), { width, height } = element.getBoundingClientRect();
  const from = [element, ...element.querySelectorAll("*")], to = [copy, ...copy.querySelectorAll("*")];
  from.forEach((node, i) => {
    const look = getComputedStyle(node);
    for (const name of ["fill", "stroke", "stroke-width", "font-size", "font-family", "opacity", "text-anchor"]) to[i].setAttribute(name, look.getPropertyValue(name));
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  return new XMLSerializer().serializeToString(copy);
}

/** Save an SVG element of the page as it is drawn now. */
export const takeDrawing = (title, element) => save(`${title}.svg`, new Blob([standalone(element)], { type: "image/svg+xml" }));

/** Save an SVG element of the page as a picture, at twice its size. */
export async function takePicture(title, element) {
  const { width, height } = element.getBoundingClientRect(), sheet = document.createElement("canvas");
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(standalone(element))}`;
  await picture.decode();
  sheet.width = 2 * width;
  sheet.height = 2 * height;
  const ctx = sheet.getContext("2d");
  ctx.fillStyle = token("--page");
  ctx.fillRect(0, 0, sheet.width, sheet.height);
  ctx.drawImage(picture, 0, 0, sheet.width, sheet.height);
  save(`${title}.png`, await new Promise((done) => sheet.toBlob(done, "image/png")));
}
