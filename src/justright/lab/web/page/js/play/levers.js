/** The levers as controls: a slider with a box, a select, a switch; what each does and usually is. */

import { html, useState } from "../../vendor/preact.js";
import { label, number } from "../format.js";
import { IconButton } from "../ui.js";
import { session } from "./session.js";

const STOPS = 400; // places of a slider (house convention)
const LEAST = 1e-6; // of a lever that can be 0 and is moved on a log scale: where its log begins
const GROUPS = [["Network", ["depth", "width", "activation", "init", "normalisation", "residual"]],
  ["Training", ["optimizer", "learning_rate", "momentum", "batch_size", "schedule", "clip", "clip_threshold"]],
  ["Against over-fitting", ["dropout", "weight_decay"]]];

const inWords = (value) => (value === true ? "on" : value === false ? "off" : typeof value === "number" ? number(value) : label(value));

/** How a slider's place and the lever's value go together. */
export function track(lever) {
  const whole = lever.kind === "count", zero = lever.log && lever.low <= 0;
  const low = zero ? LEAST : lever.low;
  const f = lever.log ? Math.log : (v) => v, g = lever.log ? Math.exp : (v) => v;
  const stops = whole && !lever.log ? lever.high - lever.low : STOPS;
  const fit = (v) => (whole ? Math.round(v) : Number(v.toPrecision(2)));
  return {
    stops,
    value: (place) => (zero && place === 0 ? 0 : Math.min(lever.high, Math.max(zero ? 0 : lever.low, fit(g(f(low) + (place / stops) * (f(lever.high) - f(low))))))),
    place: (value) => (zero && value < low ? 0 : Math.round(((f(Math.max(low, value)) - f(low)) / (f(lever.high) - f(low))) * stops)),
  };
}

function Slide({ lever, value, id }) {
  const along = track(lever);
  const share = (v) => `${(100 * along.place(v)) / along.stops}%`;
  const usual = lever.usual_low === null ? null
    : { left: share(lever.usual_low), right: `calc(100% - ${share(lever.usual_high)})` };
  const [writing, write] = useState(null);
  const wrote = () => {
    const own = Number(writing);
    write(null);
    if (writing !== null && writing.trim() !== "" && Number.isFinite(own) && own !== value) session.move(lever.name, own);
  };
  return html`<span class="lever-slide">
    <span class="lever-track">${usual && html`<i class="lever-usual" style=${usual}></i>`}
      <input type="range" min="0" max=${along.stops} step="1" value=${along.place(value)} aria-label=${label(lever.name)}
        aria-valuetext=${`${number(value)} ${lever.unit}`} aria-describedby=${id} onInput=${(e) => session.move(lever.name, along.value(Number(e.target.value)))} /></span>
    <input type="text" inputmode="decimal" class="lever-box" aria-label=${`${label(lever.name)}, exactly`} value=${writing ?? String(value)}
      onInput=${(e) => write(e.target.value)} onBlur=${wrote} onKeyDown=${(e) => e.key === "Enter" && wrote()} /></span>`;
}

function Control({ lever, value, id }) {
  const set = (v) => session.move(lever.name, v);
  if (lever.kind === "word") return html`<select aria-label=${label(lever.name)} aria-describedby=${id} value=${value} onChange=${(e) => set(e.target.value)}>
    ${lever.words.map((word) => html`<option value=${word} selected=${word === value}>${label(word)}</option>`)}</select>`;
  if (lever.kind === "switch") return html`<label class="tick"><input type="checkbox" role="switch" aria-label=${label(lever.name)} aria-describedby=${id} checked=${value} onChange=${(e) => set(e.target.checked)} /> <span>${value ? "on" : "off"}</span></label>`;
  return html`<${Slide} lever=${lever} value=${value} id=${id} />`;
}

function Refusal({ error }) {
  return html`<div class="lever-refusal" role="alert"><p>${error.seen}</p>
    ${error.needed && html`<p class="soft">Needed: ${error.needed}</p>`}
    ${error.mend ? Object.entries(error.mend).map(([name, value]) => html`<button type="button" class="button" onClick=${() => session.move(name, typed(name, value))}>Try ${label(name)} = ${label(String(value))}</button>`)
      : error.try && html`<p>Try: ${error.try}</p>`}</div>`;
}

/** A value that came as text, as the lever has it. */
function typed(name, text) {
  const lever = session.said?.levers.find((one) => one.name === name);
  if (lever?.kind === "switch") return text === "on";
  return lever?.kind === "word" || !Number.isFinite(Number(text)) ? text : Number(text);
}

function LeverRow({ lever, error }) {
  const value = session.value(lever), moved = lever.name in session.moved, id = `about-${lever.name}`;
  return html`<div class=${`lever ${moved ? "lever-moved" : ""} ${error ? "lever-wrong" : ""}`} data-lever=${lever.name}>
    <div class="lever-head"><span class="lever-name">${label(lever.name)}</span><${Control} lever=${lever} value=${value} id=${id} />
      ${moved && html`<${IconButton} icon="reset" label=${`Leave ${label(lever.name)} to the rule book`} onClick=${() => session.leave(lever.name)} />`}</div>
    <p class="lever-about" id=${id}>${lever.help}. <span title=${lever.why}>book: <b>${inWords(lever.book)}</b></span>${lever.usual && html` · usual: ${label(lever.usual)}`}</p>
    ${error && html`<${Refusal} error=${error} />`}</div>`;
}

export function Levers({ said, error }) {
  if (!said) return error ? html`<${Refusal} error=${error} />` : html`<p class="waiting" role="status">The levers come with the first reply…</p>`;
  const by = new Map(said.levers.map((lever) => [lever.name, lever]));
  return html`${error && !error.lever && html`<${Refusal} error=${error} />`}
    ${GROUPS.map(([name, own]) => html`<fieldset class="lever-group" key=${name}><legend>${name}</legend>
      ${own.filter((one) => by.has(one)).map((one) => html`<${LeverRow} key=${one} lever=${by.get(one)} error=${error?.lever === one ? error : null} />`)}</fieldset>`)}`;
}
