/** A figure of every layer over time: one strip a layer, all on one scale of colours. */

import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from "../../vendor/preact.js";
import { getHeat } from "../api.js";
import { channels, ramp } from "../colours.js";
import { finite, named, number } from "../figure/words.js";
import { useLab } from "../state.js";
import { layerId } from "./told.js";

/** Decades shown at most, from the largest value down: smaller values are all dark. */
const MOST_DECADES = 8;
const LEGEND = 64; // colours of the legend

export function Heat({ id, prefix, version }) {
  const [found, setFound] = useState(null);
  useEffect(() => {
    let isCurrent = true;
    getHeat(id, prefix).then(
      (answer) => isCurrent && setFound(ordered(answer)),
      (error) => isCurrent && setFound({ error }),
    );
    return () => {
      isCurrent = false;
    };
  }, [id, prefix, version]);
  if (!found) return html`<p class="soft" role="status">Reading ${named(prefix)} …</p>`;
  if (found.error) return html`<p class="empty">${found.error.seen ?? String(found.error)}</p>`;
  if (!found.layers.length) return null;
  return html`<${Strips} ...${{ ...found, prefix }} />`;
}

/** The layers by name, "net.2" before "net.10". */
function ordered({ layers, steps, values }) {
  const { compare } = new Intl.Collator("en", { numeric: true });
  const order = layers.map((_, i) => i).sort((a, b) => compare(layers[a], layers[b]));
  return { layers: order.map((i) => layers[i]), steps, values: order.map((i) => values[i]) };
}

/** The strips of values that are here; read at the newest step until another is chosen. */
export function Strips({ layers, steps, values, prefix }) {
  const [at, setAt] = useState(Infinity);
  const scale = useMemo(() => scaleOf(values), [values]);
  const step = Math.min(at, steps.length - 1);
  const choose = (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    setAt(Math.max(0, Math.min(steps.length - 1, Math.floor(share * steps.length))));
  };
  return html`<figure class="heat-figure">
    <div class="heat-legend" aria-hidden="true">
      <span>${number(scale.low)}</span><${Ramp} /><span>${number(scale.high)}</span>
      <span class="soft">${scale.log ? "logarithmic" : "linear"}</span>
    </div>
    <label class="heat-step">
      <span>at step <b>${number(steps[step], 6)}</b></span>
      <input
        type="range"
        min="0"
        max=${steps.length - 1}
        value=${step}
        aria-label="Step at which ${named(prefix)} is read"
        aria-valuetext="step ${steps[step]}"
        onInput=${(event) => setAt(Number(event.currentTarget.value))}
      />
    </label>
    <table class="heat-table">
      <caption class="unseen">${named(prefix)} by layer, at step ${steps[step]}</caption>
      <colgroup><col class="heat-name" /><col /><col class="heat-value" /></colgroup>
      <thead class="unseen"><tr>
        <th scope="col">layer</th><th scope="col">over time</th><th scope="col">at the step</th>
      </tr></thead>
      <tbody>
        ${layers.map(
          (layer, i) => html`<tr id=${layerId(prefix, layer)} key=${layer}>
            <th scope="row" title=${layer}>${layer}</th>
            <td>
              <${Strip} values=${values[i]} scale=${scale} onPoint=${choose}
                at=${(step + 0.5) / steps.length}
                label=${`${named(prefix)} of ${layer}: ${course(values[i])}`} />
            </td>
            <td class="num">${number(values[i][step])}</td>
          </tr>`,
        )}
      </tbody>
    </table>
  </figure>`;
}

function Strip({ values, scale, at, label, onPoint }) {
  const ref = useRef(null);
  const theme = useLab((s) => s.theme);
  useLayoutEffect(() => paint(ref.current, values, scale), [values, scale, theme]);
  return html`<div class="heat-strip" onPointerMove=${onPoint} onPointerDown=${onPoint}>
    <canvas ref=${ref} role="img" aria-label=${label}></canvas>
    <i style=${{ left: `${(at * 100).toFixed(2)}%` }}></i>
  </div>`;
}

function Ramp() {
  const ref = useRef(null);
  const theme = useLab((s) => s.theme);
  useLayoutEffect(() => {
    const even = Array.from({ length: LEGEND }, (_, i) => i / (LEGEND - 1));
    paint(ref.current, even, { share: (v) => v });
  }, [theme]);
  return html`<canvas ref=${ref}></canvas>`;
}

function paint(canvas, values, scale) {
  canvas.width = Math.max(1, values.length);
  canvas.height = 1;
  const brush = canvas.getContext("2d");
  const image = brush.createImageData(canvas.width, 1);
  const colours = ramp().map(channels);
  values.forEach((value, i) => {
    if (!finite(value)) return; // see-through: the page's hatching shows
    const [red, green, blue] = between(colours, scale.share(value));
    image.data.set([red, green, blue, 255], 4 * i);
  });
  brush.putImageData(image, 0, 0);
}

function between(colours, share) {
  const place = Math.min(Math.max(share, 0), 1) * (colours.length - 1);
  const below = Math.min(Math.floor(place), colours.length - 2);
  const part = place - below;
  return colours[below].map((v, k) => Math.round(v + part * (colours[below + 1][k] - v)));
}

/** Norms and ratios of layers lie decades apart, shares do not. */
function scaleOf(values) {
  const seen = values.flat().filter(finite);
  const above = seen.filter((v) => v > 0);
  const high = seen.length ? Math.max(...seen) : 1;
  const smallest = above.length ? Math.min(...above) : 0;
  const log = above.length > 0 && high > 20 * smallest && !seen.some((v) => v < 0);
  if (!log) {
    const low = seen.length ? Math.min(...seen, 0) : 0;
    return { low, high, log, share: (v) => (high > low ? (v - low) / (high - low) : 0.5) };
  }
  const low = Math.max(smallest, high / 10 ** MOST_DECADES);
  return { low, high, log, share: (v) => (v > 0 ? Math.log(v / low) / Math.log(high / low) : 0) };
}

function course(values) {
  const seen = values.filter(finite);
  if (!seen.length) return "nothing recorded";
  const missing = values.length - seen.length;
  const ends = `from ${number(seen[0])} at the start to ${number(seen[seen.length - 1])} at the end`;
  return missing ? `${ends}; not finite at ${missing} of ${values.length} places` : ends;
}
