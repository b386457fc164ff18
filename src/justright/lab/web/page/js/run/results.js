/** What the predictions look like: which classes are taken for which, and whether they hold. */

import { html } from "../../vendor/preact.js";
import { Figures, Plot } from "../figure/plot.js";
import { count, named, number, percent, plural } from "../figure/words.js";

const MOST_CLASSES = 20;

export function Results({ record }) {
  const { confusion, calibration, predicted_true: pairs, coverage } = record;
  const parts = [
    confusion && html`<${Confusion} confusion=${confusion} />`,
    calibration && html`<${Calibration} calibration=${calibration} />`,
    ...(pairs ?? []).map((one) => html`<${Pairs} found=${one} />`),
    coverage?.length > 0 && html`<${Coverage} coverage=${coverage} />`,
  ].filter(Boolean);
  return parts.length ? parts : null;
}

export const hasResults = (record) =>
  Boolean(record?.confusion || record?.calibration || record?.predicted_true?.length || record?.coverage?.length);

function Confusion({ confusion }) {
  const { classes, counts } = confusion;
  if (classes.length > MOST_CLASSES) return null;
  return html`<h3>Which classes are taken for which</h3>
    <div class="scrolled" tabindex="0" role="region" aria-label="Confusion matrix"><table class="confusion">
      <caption class="unseen">Rows are true classes, columns are predicted ones</caption>
      <thead><tr>
        <th scope="col">true ↓ predicted →</th>
        ${classes.map((name) => html`<th scope="col" class="num">${name}</th>`)}
      </tr></thead>
      <tbody>
        ${classes.map((name, i) => {
          const total = counts[i].reduce((sum, n) => sum + n, 0);
          return html`<tr><th scope="row">${name}</th>${counts[i].map((n, j) => {
            const share = total ? n / total : 0;
            return html`<td class="num ${i === j ? "right" : "wrong"}" style=${{ "--share": share.toFixed(3) }}>
              ${count(n)} <small>${percent(Number(share.toFixed(3)))}</small></td>`;
          })}</tr>`;
        })}
      </tbody>
    </table></div>`;
}

function Calibration({ calibration }) {
  const picture = {
    title: "Can its probabilities be believed?",
    x: "predicted probability",
    y: "share that came true",
    series: [
      {
        name: "the network", x: calibration.predicted, y: calibration.observed, drawn: "points",
        told: calibration.predicted.map((p, i) =>
          `said ${percent(p)}, came true ${percent(calibration.observed[i])}, ${plural(calibration.n_rows[i], "row")}`),
      },
      { name: "right", x: [0, 1], y: [0, 1], drawn: "dashes" },
    ],
    marks: [],
    whole: true,
  };
  return html`<h3>${picture.title}</h3>
    <p>Expected calibration error <b>${number(calibration.error)}</b>, temperature <b>${number(calibration.temperature)}</b>.</p>
    <${Plot} picture=${picture} label=${`Calibration: error ${number(calibration.error)}`} />
    <${Figures} picture=${picture} />`;
}

function Pairs({ found }) {
  const ends = [Math.min(...found.true), Math.max(...found.true)];
  const picture = {
    title: `Predicted against true: ${found.name}`,
    x: `true ${found.name}`,
    y: `predicted ${found.name}`,
    series: [
      { name: "test rows", x: found.true, y: found.predicted, drawn: "points" },
      { name: "right", x: ends, y: ends, drawn: "dashes" },
    ],
    marks: [],
    whole: true,
  };
  return html`<h3>${picture.title}</h3>
    <${Plot} picture=${picture} label=${`${picture.title}, ${plural(found.true.length, "row")}`} />
    <${Figures} picture=${picture} />`;
}

function Coverage({ coverage }) {
  return html`<h3>Do its intervals hold?</h3>
    <ul>${coverage.map((one) => html`<li>
      ${one.column && html`<b>${named(one.column)}</b>: `}of ${percent(one.level)} intervals${" "}
      ${percent(one.observed)} held (${percent(one.low)} to ${percent(one.high)}), on ${plural(one.n_rows, "row")};
      half of them are narrower than ${number(one.width)}.
    </li>`)}</ul>`;
}
