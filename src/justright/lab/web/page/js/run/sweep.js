/** The learning-rate sweep: loss against rate, the usable band, and the rate that was chosen. */

import { html } from "../../vendor/preact.js";
import { Figures, Plot } from "../figure/plot.js";
import { finite, named, number, plural, sentence } from "../figure/words.js";

export function Sweep({ sweep }) {
  const picture = sweepPicture(sweep);
  const band = { low: sweep.usable_low, high: sweep.usable_high, label: "usable rates" };
  return html`
    <p>
      The same network was trained at ${plural(sweep.rates.length, "rate")},${" "}
      ${plural(sweep.n_steps, "step")} each. The rate read off them is${" "}
      <b>${number(sweep.chosen)}</b>. ${sentence(sweep.reason)}
    </p>
    <${Plot}
      picture=${picture}
      bands=${[band]}
      label=${`Loss against learning rate: usable from ${number(band.low)} to ${number(band.high)}, chosen ${number(sweep.chosen)}${ending(sweep)}`}
    />
    <p class="soft">
      Shaded: rates as good as the best one within its noise, ${number(band.low)} to${" "}
      ${number(band.high)}.${" "}
      ${finite(sweep.diverges_at)
        ? `From ${number(sweep.diverges_at)} training diverges.`
        : "No rate diverged."}${" "}
      ${others(sweep.suggestions)}
    </p>
    <${Cautions} cautions=${sweep.cautions} />
    <${Figures} picture=${picture} />
  `;
}

/** The ramp: one training whose rate rises step by step. */
export function Ramp({ ramp }) {
  const picture = {
    title: "Loss while the rate rose",
    x: "learning rate",
    y: "training loss",
    series: [
      { name: "each step", x: ramp.rates, y: ramp.losses, drawn: "points" },
      { name: "smoothed", x: ramp.rates, y: ramp.smoothed, drawn: "line" },
    ],
    marks: marksOf(ramp),
    x_log: true,
  };
  return html`
    <p>
      The rate rose over ${plural(ramp.n_steps, "step")}. The rate read off them is${" "}
      <b>${number(ramp.chosen)}</b>. ${sentence(ramp.reason)} ${others(ramp.suggestions)}
    </p>
    <${Plot} picture=${picture} label=${`Loss while the learning rate rose, chosen ${number(ramp.chosen)}`} />
    <${Cautions} cautions=${ramp.cautions} />
    <${Figures} picture=${picture} />
  `;
}

export function Cautions({ cautions }) {
  if (!cautions?.length) return null;
  return html`<ul class="cautions">${cautions.map((one) => html`<li>${sentence(one)}</li>`)}</ul>`;
}

function sweepPicture(sweep) {
  const losses = [...sweep.validation_loss, ...sweep.train_loss].filter(finite);
  return {
    title: "Loss at each learning rate",
    x: "learning rate",
    y: "loss",
    series: [
      { name: "validation", x: sweep.rates, y: sweep.validation_loss, drawn: "line" },
      { name: "training", x: sweep.rates, y: sweep.train_loss, drawn: "line" },
    ],
    marks: marksOf(sweep),
    x_log: true,
    y_log: Math.min(...losses) > 0 && Math.max(...losses) > 100 * Math.min(...losses),
    whole: true,
  };
}

function marksOf({ chosen, diverges_at: end }) {
  const marks = [{ x: chosen, label: `chosen ${number(chosen)}` }];
  return finite(end) ? [...marks, { x: end, label: `diverges from ${number(end)}` }] : marks;
}

function others(suggestions) {
  const told = Object.entries(suggestions ?? {}).map(([name, rate]) => `${named(name)} ${number(rate)}`);
  return told.length ? `Other readings: ${told.join(", ")}.` : "";
}

const ending = (sweep) =>
  finite(sweep.diverges_at) ? `, diverging from ${number(sweep.diverges_at)}` : "";
