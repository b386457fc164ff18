/** The verdict, and every score with its interval beside those of the baselines. */

import { html } from "../../vendor/preact.js";
import { Forest } from "../figure/forest.js";
import { count, named, number, percent, plural, sentence } from "../figure/words.js";
import { newest, scoresOf } from "./told.js";

export function Scores({ answer }) {
  const record = newest(answer, "record");
  const diagnosis = newest(answer, "diagnosis");
  const scores = scoresOf(answer);
  const verdict = record?.verdict ?? diagnosis?.verdict ?? answer.run.summary.verdict ?? "";
  const [first] = scores;
  if (!verdict && !first) return null;
  return html`
    ${verdict && html`<p class="verdict">${sentence(verdict)}</p>`}
    ${diagnosis && html`<${Checked} diagnosis=${diagnosis} />`}
    ${first && html`<${First} score=${first} record=${record} />`}
    ${record && html`<${AllScores} record=${record} />`}
    ${record?.warnings?.length > 0 &&
    html`<h3>Before you use it</h3>
      <ul class="cautions">${record.warnings.map((one) => html`<li>${one}</li>`)}</ul>`}
  `;
}

function First({ score, record }) {
  const rows = [
    { name: "network", css: "network", ...score },
    ...(record?.baselines ?? []).map((one) => ({
      name: one.name,
      css: "baseline",
      ...(one.scores.find((s) => s.metric === score.metric) ?? {}),
    })),
  ];
  const better =
    score.higher_is_better === undefined ? "" : `, ${score.higher_is_better ? "higher" : "lower"} is better`;
  const level = percent(score.level ?? 0.95);
  return html`<${Forest}
      rows=${rows}
      label=${`${named(score.metric)} with ${level} intervals`}
      note=${`${named(score.metric)}${better}; ${level} intervals`}
    />
    ${record?.baselines?.length > 0 &&
    html`<ul class="soft plain-list">
      ${record.baselines.map((one) => html`<li><b>${one.name}</b>: ${sentence(one.what)}</li>`)}
    </ul>`}`;
}

function AllScores({ record }) {
  const { scores, baselines, data } = record;
  if (!scores.length) return null;
  const rows = data?.n_test ? "rows that no choice has looked at" : "validation rows, which choices have looked at";
  const of = (list, metric) => number(list?.find((one) => one.metric === metric)?.value, 4);
  return html`<details>
    <summary>All scores, on ${count(scores[0].n_rows)} ${rows}</summary>
    <div class="scrolled" tabindex="0" role="region" aria-label="All scores"><table>
      <thead><tr>
        <th scope="col">metric</th><th scope="col" class="num">network</th>
        <th scope="col">interval</th>
        ${data?.n_test ? html`<th scope="col" class="num">validation</th>` : null}
        ${baselines.map((one) => html`<th scope="col" class="num">${one.name}</th>`)}
      </tr></thead>
      <tbody>
        ${scores.map(
          (one) => html`<tr>
            <th scope="row">${named(one.metric)} ${one.higher_is_better ? "↑" : "↓"}</th>
            <td class="num"><b>${number(one.value, 4)}</b></td>
            <td>${number(one.low)} to ${number(one.high)}</td>
            ${data?.n_test ? html`<td class="num">${of(record.validation_scores, one.metric)}</td>` : null}
            ${baselines.map((base) => html`<td class="num">${of(base.scores, one.metric)}</td>`)}
          </tr>`,
        )}
      </tbody>
    </table></div>
    <p class="soft">↑ higher is better, ↓ lower is better.</p>
  </details>`;
}

function Checked({ diagnosis }) {
  const skipped = diagnosis.not_checked ?? [];
  return html`
    ${diagnosis.ended && html`<p>${sentence(typeof diagnosis.ended === "string" ? diagnosis.ended : diagnosis.ended.words ?? "")}</p>`}
    <details>
      <summary>
        ${plural(diagnosis.checked.length, "check")} made, ${count(skipped.length)} not; watching took${" "}
        ${percent(diagnosis.overhead_share)} of the time
      </summary>
      <p>Made: ${diagnosis.checked.join(", ") || "none"}.</p>
      ${skipped.length > 0 &&
      html`<ul>${skipped.map((one) => html`<li><b>${one.check}</b>: ${one.because}</li>`)}</ul>`}
    </details>`;
}
