/** A picture with axes, as an answer or a sweep has it: lines, bands, points with intervals and
   named places, drawn as SVG at the width that there is. */

import { html, useLayoutEffect, useRef, useState } from "../../vendor/preact.js";
import { axis, axisAround } from "./scale.js";
import { finite, number } from "./words.js";

const HEIGHT = 250; // pixels of the plot itself
const LEFT = 54; // pixels for the ticks of the y axis
const RIGHT = 14;
const ROW = 17; // pixels of a row of words
const HUES = 6; // in css/figure.css
const ASIDE = 9; // pixels between the points of two series at one word
const TURN = 0.6; // share of the axis from which the words of a mark lie on its left
const MANY = 300; // points beyond which each is drawn without a ring to catch the pointer
const LETTER = 6.6; // pixels of a letter of a tick, about

/** picture: {title, x, y, series: [{name, x, y, low, high, drawn, told}], marks: [{x, label}],
   x_log, y_log, zero, whole} as in kinds/reply.py; bands: [{low, high, label}] along x. */
export function Plot({ picture, bands = [], label }) {
  const [ref, width] = useWidth();
  const drawable = picture.series.some((one) => one.y.some(finite));
  if (!drawable) return null;
  return html`<div class="plot" ref=${ref}>
    <${Legend} series=${picture.series} bands=${bands} />
    <p class="plot-named">${picture.y}</p>
    ${width > 0 && html`<${Axes} ...${{ picture, bands, label, width }} />`}
    <p class="plot-named plot-below">${picture.x}</p>
  </div>`;
}

function Axes({ picture, bands, label, width }) {
  const inner = width - LEFT - RIGHT;
  const x = xAxis(picture, bands);
  const y = yAxis(picture);
  const right = (value) => {
    const place = typeof value === "string" ? x.words.indexOf(value) : value;
    return Math.max(-inner, Math.min(x.share(place), 2) * inner);
  };
  const down = (value) => Math.max(-HEIGHT, Math.min((1 - y.share(value)) * HEIGHT, 2 * HEIGHT));
  const tilted = x.words.join("").length * LETTER > inner * 0.8;
  const above = 6 + ROW * picture.marks.length;
  const longest = Math.max(0, ...x.words.map((word) => word.length));
  const below = ROW + 8 + (tilted ? Math.min(longest, 24) * 4.2 : 0);
  const of = { picture, x, y, right, down, inner, tilted };
  return html`<svg
    class="plot-area"
    width=${width}
    height=${above + HEIGHT + below}
    role="img"
    aria-label=${label || picture.title}
  >
    <g transform="translate(${LEFT} ${above})">
      ${bands.map(
        (band) => html`<rect
          class="plot-usable"
          x=${right(band.low)}
          width=${Math.max(2, right(band.high) - right(band.low))}
          y="0"
          height=${HEIGHT}
        />`,
      )}
      <${Grid} ...${of} />
      <svg width=${inner} height=${HEIGHT}>
        ${picture.series.map(
          (one, i) => one.drawn !== "points" && html`<${Line} ...${of} series=${one} hue=${i % HUES} />`,
        )}
      </svg>
      ${picture.series.map((one, i) => html`<${Dots} ...${of} series=${one} i=${i} />`)}
      <${Marks} ...${of} />
    </g>
  </svg>`;
}

function Grid({ picture, x, y, right, down, inner, tilted }) {
  return html`${y.ticks().map(
      ([value, said]) => html`<line class="grid" x1="0" x2=${inner} y1=${down(value)} y2=${down(value)} />
        <text x="-7" y=${down(value) + 4} text-anchor="end">${said}</text>`,
    )}
    ${picture.zero &&
    !y.log &&
    y.low < 0 &&
    y.high > 0 &&
    html`<line class="zero" x1="0" x2=${inner} y1=${down(0)} y2=${down(0)} />`}
    ${x.ticks().map(([value, said]) => {
      const at = right(value);
      const turned = tilted ? `translate(${at} ${HEIGHT + 14}) rotate(-38)` : "";
      return html`<line class="tick" x1=${at} x2=${at} y1=${HEIGHT} y2=${HEIGHT + 5} />
        ${tilted
          ? html`<text transform=${turned} text-anchor="end">${said}</text>`
          : html`<text x=${at} y=${HEIGHT + ROW + 2} text-anchor="middle">${said}</text>`}`;
    })}`;
}

function Line({ series, hue, right, down }) {
  const points = pointsOf(series);
  const banded = stretches(points, (p) => finite(p.y) && finite(p.low) && finite(p.high));
  const whole = stretches(points, (p) => finite(p.y));
  const path = (part, key) => part.map((p) => `${fixed(right(p.x))},${fixed(down(p[key]))}`);
  return html`<g class="hue${hue}">
    ${banded.map((part) => {
      const ring = [...path(part, "high"), ...path(part, "low").reverse()].join(" ");
      return html`<polygon class="band" points=${ring} />`;
    })}
    ${whole.map(
      (part) => html`<polyline
        class=${series.drawn === "dashes" ? "line dashes" : "line"}
        points=${path(part, "y").join(" ")}
      />`,
    )}
  </g>`;
}

function Dots({ series, i, picture, x, right, down }) {
  const isDots = series.drawn === "points";
  const aside = isDots && x.words.length ? (i - (picture.series.length - 1) / 2) * ASIDE : 0;
  return html`<g class="hue${i % HUES}">
    ${pointsOf(series).map((p, k) => {
      if (!finite(p.y) || down(p.y) < 0 || down(p.y) > HEIGHT) return null;
      const at = right(p.x) + aside;
      const ends = [p.low, p.high].map((v) => Math.min(Math.max(down(v), 0), HEIGHT));
      return html`<g class="told">
        <title>${series.told?.[k] ?? toldOf(series, p)}</title>
        ${isDots &&
        finite(p.low) &&
        finite(p.high) &&
        html`<line class="whisker" x1=${at} x2=${at} y1=${ends[0]} y2=${ends[1]} />`}
        <circle class="dot" cx=${at} cy=${down(p.y)} r=${isDots ? 4.5 : 2.5} />
        ${series.x.length <= MANY && html`<circle class="near" cx=${at} cy=${down(p.y)} r="9" />`}
      </g>`;
    })}
  </g>`;
}

function Marks({ picture, x, right, inner }) {
  const n = picture.marks.length;
  return picture.marks.map((mark, i) => {
    const top = -ROW * (n - i) + 12;
    const at = right(mark.x);
    const isLate = x.share(mark.x) > TURN;
    return html`<line class="mark" x1=${at} x2=${at} y1=${top - 10} y2=${HEIGHT} />
      <text class="mark-words" x=${at + (isLate ? -5 : 5)} y=${top} text-anchor=${isLate ? "end" : "start"}>
        ${fitting(mark.label, isLate ? at : inner - at)}
      </text>`;
  });
}

function Legend({ series, bands }) {
  if (series.length < 2 && !bands.length) return null;
  return html`<div class="plot-legend">
    ${series.map(
      (one, i) => html`<span class="plot-key hue${i % HUES}">
        <i class="swatch ${one.drawn ?? "line"}"></i>${one.name}
      </span>`,
    )}
    ${bands.map((band) => html`<span class="plot-key"><i class="swatch usable"></i>${band.label}</span>`)}
  </div>`;
}

/** Every point of a picture, for those who cannot see it. */
export function Figures({ picture }) {
  const rows = picture.series.flatMap((series) => pointsOf(series).map((p) => ({ series, p })));
  return html`<details class="point-table">
    <summary>Show as table</summary>
    <div class="scrolled"><table>
      <caption>${picture.title}</caption>
      <thead><tr>
        <th scope="col">series</th><th scope="col">${picture.lying ? "choice" : picture.x || "x"}</th>
        <th scope="col" class="num">${picture.y || "y"}</th>
        <th scope="col" class="num">from</th><th scope="col" class="num">to</th>
      </tr></thead>
      <tbody>
        ${rows.map(
          ({ series, p }) => html`<tr>
            <td>${series.name}</td><td>${placed(p.x)}</td><td class="num">${number(p.y)}</td>
            <td class="num">${finite(p.low) ? number(p.low) : ""}</td>
            <td class="num">${finite(p.high) ? number(p.high) : ""}</td>
          </tr>`,
        )}
      </tbody>
    </table></div>
  </details>`;
}

function xAxis(picture, bands) {
  const places = picture.series.flatMap((one) => one.x);
  const words = [...new Set(places.filter((place) => typeof place === "string"))];
  if (words.length) return axis({ low: -0.5, high: words.length - 0.5, words });
  const more = [...picture.marks.map((mark) => mark.x), ...bands.flatMap((b) => [b.low, b.high])];
  return axisAround([...places, ...more], { log: picture.x_log });
}

function yAxis(picture) {
  const values = picture.series.flatMap((one) => [...one.y, ...(one.low ?? []), ...(one.high ?? [])]);
  const all = picture.zero ? [...values, 0] : values;
  return axisAround(all, { log: picture.y_log, whole: picture.whole });
}

function pointsOf(series) {
  return series.x.map((x, i) => ({ x, y: series.y[i], low: series.low?.[i], high: series.high?.[i] }));
}

function stretches(points, isWhole) {
  const parts = [[]];
  for (const point of points) {
    if (isWhole(point)) parts[parts.length - 1].push(point);
    else if (parts[parts.length - 1].length) parts.push([]);
  }
  return parts.filter((part) => part.length);
}

function toldOf(series, p) {
  const ends = finite(p.low) && finite(p.high) ? ` (${number(p.low)} to ${number(p.high)})` : "";
  return `${series.name}, ${placed(p.x)}: ${number(p.y)}${ends}`;
}

const placed = (x) => (typeof x === "string" ? x : number(x));
const fixed = (v) => v.toFixed(1);

function fitting(words, room) {
  const letters = Math.max(6, Math.floor(room / LETTER));
  return words.length > letters ? `${words.slice(0, letters - 1)}…` : words;
}

/** The width of an element, kept up to date. */
export function useWidth() {
  const ref = useRef(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const measure = () => setWidth(Math.floor(ref.current?.clientWidth ?? 0));
    measure();
    if (!ref.current) return undefined;
    const watcher = new ResizeObserver(measure);
    watcher.observe(ref.current);
    return () => watcher.disconnect();
  }, []);
  return [ref, width];
}
