/** Compare: two to five runs side by side. */

import { html, useEffect, useMemo, useState } from "../../vendor/preact.js";
import { getRun } from "../api.js";
import { allot, paletteColour } from "../colours.js";
import { Diff, leversOf, rowsOf, settingsOf } from "../compare/diff.js";
import { Scores } from "../compare/scores.js";
import { AXES, ChartGrid, useFreshness } from "../figure/curves.js";
import { Fault } from "../questions/fault.js";
import { choosable, useMetricsOf, useRows } from "../run/answer.js";
import { firstGroup } from "../run/curves.js";
import { Findings } from "../run/findings.js";
import { curved, findingsOf } from "../run/told.js";
import { useLab } from "../state.js";
import { Choice, IconButton, Tick } from "../ui.js";

const MOST_RUNS = 5;
const MOST_MEMBERS = 8; // lines of a run that has curves only in its members (house convention)

export default function View({ rest }) {
  const ids = useMemo(
    () => [...new Set(rest.split(",").map(Number))].filter((id) => id > 0).slice(0, MOST_RUNS),
    [rest],
  );
  const runs = useLab((s) => s.runs);
  const { answers, fault } = useAnswers(ids);
  useEffect(() => {
    document.title = "Compare · Justright lab";
    return () => { document.title = "Justright lab"; };
  }, []);
  const places = allot(ids);
  const theme = useLab((s) => s.theme);
  const look = useMemo(() => (id) => ({
    name: runs.name(id),
    colour: runs.value(id, "colour") || paletteColour(places.get(id) ?? 0),
  }), [runs, rest, theme]);
  return html`<section class="page compare-view">
    <h1>Compare</h1>
    <${Chosen} ...${{ ids, runs, look }} />
    <${Fault} fault=${fault} />
    ${ids.length < 2 && html`<p class="hint">Add ${ids.length ? "another run" : "two runs"} above, or mark runs in the
      <a href="#/">workspace</a> and choose Compare.</p>`}
    ${answers.length > 1 && html`<${Body} ...${{ answers, look }} />`}
  </section>`;
}

function useAnswers(ids) {
  const [found, setFound] = useState({ answers: [] });
  const fresh = useFreshness(ids);
  useEffect(() => {
    let isCurrent = true;
    Promise.allSettled(ids.map(getRun)).then((all) => {
      if (!isCurrent) return;
      const lost = all.find((one) => one.status === "rejected");
      setFound({ answers: all.filter((one) => one.value).map((one) => one.value), fault: lost?.reason });
    });
    return () => { isCurrent = false; };
  }, [ids, fresh]);
  return found;
}

function Chosen({ ids, runs, look }) {
  const go = (next) => { location.hash = `#/compare/${next.join(",")}`; };
  const others = choosable(runs).filter((id) => !ids.includes(id));
  return html`<div class="chosen">
    ${ids.map((id) => html`<span class="chosen-run" key=${id}>
      <i class="run-dot" style=${{ background: look(id).colour }}></i><a href="#/run/${id}">${look(id).name}</a>
      <${IconButton} icon="close" label=${`Take ${look(id).name} out`} onClick=${() => go(ids.filter((one) => one !== id))} />
    </span>`)}
    ${ids.length < MOST_RUNS && html`<label class="field"><span class="unseen">Add a run</span>
      <select value="" onChange=${(e) => e.currentTarget.value && go([...ids, Number(e.currentTarget.value)])}>
        <option value="" selected>+ Add a run</option>
        ${others.slice(0, 500).map((id) => html`<option key=${id} value=${id}>${runs.name(id)} (${runs.value(id, "kind")})</option>`)}
      </select></label>`}
  </div>`;
}

function Body({ answers, look }) {
  const heads = answers.map(({ run }) => look(run.id));
  const levers = rowsOf(answers.map(leversOf));
  const settings = rowsOf(answers.map(settingsOf));
  return html`
    <section class="part" aria-labelledby="scores-title"><h2 id="scores-title">Scores</h2>
      <${Scores} ...${{ answers, look }} /></section>
    ${levers.length > 0 && html`<section class="part" aria-labelledby="designs-title"><h2 id="designs-title">Designs</h2>
      <${Diff} what="levers" rows=${levers} heads=${heads} /></section>`}
    ${settings.length > 0 && html`<section class="part" aria-labelledby="settings-title"><h2 id="settings-title">Settings</h2>
      <${Diff} what="settings" rows=${settings} heads=${heads} /></section>`}
    <section class="part" aria-labelledby="curves-title"><h2 id="curves-title">Curves</h2>
      <${Curves} ...${{ answers, look, legend: heads }} /></section>
    <section class="part" aria-labelledby="findings-title"><h2 id="findings-title">Findings</h2>
      <div class="beside">
        ${answers.map((answer, i) => html`<div key=${answer.run.id}>
          <h3><i class="run-dot" style=${{ background: heads[i].colour }}></i>${heads[i].name}</h3>
          ${findingsOf(answer).length
            ? html`<${Findings} findings=${findingsOf(answer)} compact />`
            : html`<p class="soft">Nothing was found.</p>`}
        </div>`)}
      </div></section>
  `;
}

function Curves({ answers, look, legend }) {
  const [x, setX] = useState("step");
  const [logY, setLogY] = useState(false);
  const runs = useLab((s) => s.runs);
  const lines = useMemo(() => answers.map((answer) => linesOf(answer, runs)), [answers, runs]);
  const owner = useMemo(
    () => new Map(answers.flatMap(({ run }, i) => lines[i].map((id) => [id, run.id]))),
    [answers, lines],
  );
  const members = [...owner.keys()].filter((id) => owner.get(id) !== id);
  const rows = useRows(members);
  const ofMembers = useMetricsOf(members, rows);
  const lookOf = useMemo(() => (id) => {
    const of = look(owner.get(id));
    return owner.get(id) === id ? of : { colour: of.colour, name: `${of.name}: ${rows.name(id)}` };
  }, [owner, look, rows]);
  const metrics = answers.map((one) => (one.metrics.length ? curved(one.metrics) : one.children.length ? curved(ofMembers) : []));
  const shared = [...new Set(metrics.flat())].filter((name) => metrics.filter((list) => list.includes(name)).length > 1);
  if (!shared.length) return html`<p class="soft">These runs have no curve in common.</p>`;
  return html`<div class="tools">
      <${Choice} label="Horizontal axis" value=${x} options=${AXES} onChange=${setX} />
      <${Tick} label="Logarithmic" checked=${logY} onChange=${setLogY} />
    </div>
    <${ChartGrid} metrics=${shared} ...${{ x, logY, ids: [...owner.keys()], look: lookOf, legend }} />`;
}

/** The run itself, or where it has no curves the first of its final networks. */
function linesOf(answer, runs) {
  if (answer.metrics.length) return [answer.run.id];
  const groupOf = (id) => runs.value(id, "group") ?? "";
  const group = firstGroup([...new Set(answer.children.map(groupOf))]);
  return answer.children.filter((id) => groupOf(id) === group).slice(0, MOST_MEMBERS);
}
