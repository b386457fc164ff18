/** Scores of a few runs side by side, with their intervals. */

import { html } from "../../vendor/preact.js";
import { Forest } from "../figure/forest.js";
import { named } from "../figure/words.js";
import { scoresOf } from "../run/told.js";

/** `answers`: of the runs, in order; `look(id)`: name and colour. */
export function Scores({ answers, look }) {
  const scores = answers.map(scoresOf);
  const metrics = [...new Set(scores.flat().map((one) => one.metric))];
  const shared = metrics.filter((metric) => scores.filter((list) => of(list, metric)).length > 1);
  const shown = shared.length ? shared : metrics;
  if (!shown.length) return html`<p class="soft">None of these runs has a score with an interval.</p>`;
  return shown.map((metric) => {
    const found = scores.map((list) => of(list, metric));
    const up = found.find((one) => one?.higher_is_better !== undefined)?.higher_is_better;
    const better = up === undefined ? "" : `, ${up ? "higher" : "lower"} is better`;
    return html`<h3>${named(metric)}</h3>
      <${Forest}
        rows=${answers.map(({ run }, i) => ({ ...found[i], name: look(run.id).name, colour: look(run.id).colour, href: `#/run/${run.id}` }))}
        label=${`${named(metric)} of ${answers.length} runs`}
        note=${`${named(metric)}${better}`}
      />`;
  });
}

const of = (list, metric) => list.find((one) => one.metric === metric);
