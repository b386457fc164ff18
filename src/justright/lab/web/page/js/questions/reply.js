/** One answer: the sentence, the interval picture, the table; how and cautions unfold. */

import { html } from "../../vendor/preact.js";
import { Copyable } from "../figure/copy.js";
import { Forest } from "../figure/forest.js";
import { Figures, Plot } from "../figure/plot.js";
import { count, finite, named, number, plural, seconds, sentence } from "../figure/words.js";

const ENDED = {
  clear: "once the answer was clear",
  hopeless: "as the answer could not become clear in the time left",
  time: "with the time",
  interrupted: "as it was stopped; the answer is from what was reached",
  done: "when all of it was done",
};

/** `untitled` where the sentence stands above it already. */
export function Reply({ reply, untitled = false }) {
  return html`<div class="reply">
    ${!untitled && html`<h3 class="said">${sentence(reply.sentence)}</h3>`}
    <p class="soft">
      ${reply.asked} Predicting <b>${reply.target}</b> from ${reply.source}${judged(reply)}.
      ${!reply.clear && html` <span class="chip severity-warn">not clear</span>`}
    </p>
    <${Picture} reply=${reply} />
    <${Table} reply=${reply} />
    ${reply.advice && html`<p>To use it:</p><${Copyable} text=${reply.advice} label="What to paste to use the answer" />`}
    <${How} reply=${reply} />
  </div>`;
}

/** The picture of an answer: a forest of its intervals, or lines and points on axes. */
export function Picture({ reply }) {
  const { picture } = reply;
  const verdicts = Object.fromEntries((reply.effects ?? []).map((one) => [one.name, one.verdict]));
  const label = `${picture.title}. ${reply.sentence}`;
  if (!picture.series.some((one) => one.y.some(finite))) return null;
  return html`<figure class="picture">
    <figcaption>${picture.title}</figcaption>
    ${picture.lying
      ? html`<${Forest} rows=${rowsOf(picture, verdicts)} label=${label} note=${picture.y}
          zero=${picture.zero} difference=${picture.zero} />`
      : html`<${Plot} picture=${picture} label=${label} />`}
    <${Figures} picture=${picture} />
  </figure>`;
}

/** A row for each point of a lying picture: its place, its value, its interval. */
export function rowsOf(picture, verdicts = {}) {
  const several = picture.series.length > 1;
  return picture.series.flatMap((series) =>
    series.x.map((x, i) => {
      const place = typeof x === "string" ? x : number(x);
      const verdict = verdicts[place];
      return {
        name: several ? `${place}, ${series.name}` : place,
        value: series.y[i],
        low: series.low?.[i],
        high: series.high?.[i],
        css: verdict === "useful" || verdict === "harmful" ? verdict : "plain",
      };
    }),
  );
}

function Table({ reply }) {
  if (!reply.rows.length) return null;
  const numeric = reply.columns.map((_, i) => reply.rows.every((row) => typeof row[i] !== "string"));
  return html`<div class="scrolled" tabindex="0" role="region" aria-label="Figures of the answer"><table>
    <caption class="unseen">${reply.asked}</caption>
    <thead><tr>
      ${reply.columns.map((name, i) => html`<th scope="col" class=${numeric[i] ? "num" : ""}>${name}</th>`)}
    </tr></thead>
    <tbody>
      ${reply.rows.map((row) => html`<tr>
        ${row.map((value, i) => html`<td class=${numeric[i] ? "num" : ""}>${cell(value)}</td>`)}
      </tr>`)}
    </tbody>
  </table></div>`;
}

function How({ reply }) {
  const { how = [], cautions = [], command, n_networks: n } = reply;
  const foot = n ? `${plural(n, "network")} in ${seconds(reply.seconds)}.` : "";
  const ended = reply.ended in ENDED ? ` It ended ${ENDED[reply.ended]}.` : "";
  if (!how.length && !cautions.length && !foot && !command) return null;
  const title = [
    "How it was measured",
    cautions.length ? `and ${plural(cautions.length, "caution")}` : "",
  ].join(" ");
  return html`<details class="how">
    <summary>${title}</summary>
    ${cautions.length > 0 &&
    html`<ul class="cautions">${cautions.map((one) => html`<li>${sentence(one)}</li>`)}</ul>`}
    <p>${how.map(sentence).join(" ")}</p>
    ${foot && html`<p class="soft">${foot}${ended}</p>`}
    ${command && html`<p>Ask again:</p><${Copyable} text=${command} label="Command that asks it again" />`}
  </details>`;
}

function judged(reply) {
  if (!reply.metric) return "";
  return `, judged by ${named(reply.metric)}: ${reply.higher_is_better ? "higher" : "lower"} is better`;
}

function cell(value) {
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "string") return value;
  return Number.isInteger(value) ? count(value) : number(value, 4);
}
