/** What a search tried, what came of it, and which levers mattered. */

import { html } from "../../vendor/preact.js";
import { Forest } from "../figure/forest.js";
import { count, named, number, percent, plural, seconds, sentence, signed, valued } from "../figure/words.js";

const SHOWN = 20;

export function Search({ search }) {
  const best = [...search.tried]
    .filter((one) => one.score !== null)
    .sort((a, b) => b.rung - a.rung || a.score - b.score)
    .slice(0, SHOWN);
  return html`
    <p>${plural(search.tried.length, "configuration")} in ${seconds(search.seconds)},
      proposed by ${search.sampler}. ${gain(search)}</p>
    ${search.stages.length > 0 && html`<ol>
      ${search.stages.map((one) => html`<li><b>${one.name}</b>: ${sentence(one.said)}</li>`)}
    </ol>`}
    ${search.importance.length > 0 && html`<h3>Which levers mattered</h3>
      <${Forest}
        rows=${search.importance.map((one) => ({ ...one, name: named(one.lever), value: one.share, css: "network" }))}
        label="Share of the spread of the scores that each lever explains"
        note="share of the spread of the scores, 95 % intervals"
      />`}
    <h3>The best that were tried</h3>
    <div class="scrolled tall" tabindex="0" role="region" aria-label="Configurations"><table>
      <thead><tr>
        <th scope="col" class="num">number</th><th scope="col">idea</th>
        ${search.levers.map((name) => html`<th scope="col">${named(name)}</th>`)}
        <th scope="col" class="num">score</th><th scope="col" class="num">${named(search.metric)}</th>
        <th scope="col">became</th>
      </tr></thead>
      <tbody>
        ${best.map((one) => html`<tr>
          <td class="num">${count(one.number)}</td><td>${one.idea}</td>
          ${search.levers.map((name) => html`<td>${valued(one.levers[name])}</td>`)}
          <td class="num">${number(one.score, 4)}</td><td class="num">${number(one.metric, 4)}</td>
          <td>${one.fate}${share(search, one)}</td>
        </tr>`)}
      </tbody>
    </table></div>
  `;
}

function gain(search) {
  if (search.gain === null) return "";
  const ends = search.low === null ? "" : ` (${number(search.low)} to ${number(search.high)})`;
  return `On rows that had no part in the choice, the ensemble gains ${signed(search.gain)}${ends} over the rule book's design.`;
}

function share(search, tried) {
  const pick = search.picks.find((one) => one.number === tried.number);
  return pick ? `, ${percent(pick.weight)} of the ensemble` : "";
}
