/** A forest of intervals: one row a thing, a dot for its value, a whisker for its interval.
   Tracks are SVG in percent: they stretch with the page, while dots stay round. */

import { html } from "../../vendor/preact.js";
import { axis, niceTicks } from "./scale.js";
import { finite, number, signed } from "./words.js";

/** Share of the axis kept free on either side (house convention). */
const MARGIN = 0.06;
/** Times the median reach of the rows beyond which a row is drawn at the edge, so that the others
   do not become dots (house convention, as in the reports). */
const FAR = 6;

/** rows: [{name, value, low, high, css, colour, href}]; css "useful", "harmful", "network", "baseline" or "plain". */
export function Forest({ rows, label, note = "", zero = false, difference = false }) {
  const shown = rows.filter((row) => finite(row.value));
  if (!shown.length) return null;
  const scale = around(shown, zero);
  const at = (value) => `${(Math.min(Math.max(scale.share(value), 0), 1) * 100).toFixed(2)}%`;
  return html`<div class="forest" role="figure" aria-label=${label}>
    ${rows.map(
      (row) => html`<div class="forest-row ${row.css ?? "plain"}" style=${row.colour ? { "--mark": row.colour } : undefined}>
        <span class="forest-name">
          ${row.href ? html`<a href=${row.href}>${row.name}</a>` : row.name}
        </span>
        <${Track} row=${row} scale=${scale} at=${at} zero=${zero} />
        <span class="forest-value">
          <b>${difference ? signed(row.value) : number(row.value, 4)}</b>${" "}
          ${hasInterval(row) && html`<small>${number(row.low)} to ${number(row.high)}</small>`}
        </span>
      </div>`,
    )}
    <div class="forest-row forest-axis" aria-hidden="true">
      <span></span><${Ticks} scale=${scale} at=${at} /><span></span>
    </div>
    ${note &&
    html`<div class="forest-row" aria-hidden="true">
      <span></span><span class="forest-note">${note}</span><span></span>
    </div>`}
  </div>`;
}

function Track({ row, scale, at, zero }) {
  const off = finite(row.value) && (row.value < scale.low || row.value > scale.high);
  const whisker = hasInterval(row) && !off;
  return html`<svg class="forest-track" height="26" aria-hidden="true">
    <line class="rule" x1="0" x2="100%" y1="13" y2="13" />
    ${zero && html`<line class="zero" x1=${at(0)} x2=${at(0)} y1="3" y2="23" />`}
    ${whisker &&
    html`<line class="whisker" x1=${at(row.low)} x2=${at(row.high)} y1="13" y2="13" />
      ${[row.low, row.high].map(
        (end) => html`<line class="cap" x1=${at(end)} x2=${at(end)} y1="8" y2="18" />`,
      )}`}
    ${off
      ? html`<text x=${at(row.value)} y="17" text-anchor=${row.value < scale.low ? "start" : "end"}>
          ${row.value < scale.low ? "◂ off the scale" : "off the scale ▸"}
        </text>`
      : finite(row.value) && html`<circle class="dot" cx=${at(row.value)} cy="13" r="5.5" />`}
  </svg>`;
}

function Ticks({ scale, at }) {
  return html`<svg class="forest-track" height="20">
    ${niceTicks(scale.low, scale.high, 4).map((value) => {
      const share = scale.share(value);
      const anchor = share < 0.04 ? "start" : share > 0.96 ? "end" : "middle";
      return html`<line x1=${at(value)} x2=${at(value)} y1="0" y2="5" />
        <text x=${at(value)} y="17" text-anchor=${anchor}>${number(value)}</text>`;
    })}
  </svg>`;
}

const hasInterval = (row) => finite(row.low) && finite(row.high) && row.low < row.high;

function around(rows, zero) {
  const reaches = rows.map((row) => Math.max(...spanOf(row).map(Math.abs))).sort((a, b) => a - b);
  const reach = FAR * reaches[Math.floor(reaches.length / 2)];
  const near = rows.filter((row) => row.css !== "harmful" || Math.abs(row.value) <= reach);
  const ends = (near.length ? near : rows).flatMap(spanOf).concat(zero ? [0] : []);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const room = (high - low) * MARGIN || Math.abs(high) * MARGIN || 1;
  return axis({ low: low - room, high: high + room });
}

const spanOf = (row) => [row.low, row.value, row.high].filter(finite);
