/** One run: what came out, why it is so, what happened inside, and how to do it again. */

import { html, useEffect, useState } from "../../vendor/preact.js";
import { useMetricsOf, useRows, useRun } from "../run/answer.js";
import { Again, Files, Timings } from "../run/again.js";
import { Curves, Layers, PickGroup, firstGroup } from "../run/curves.js";
import { DataFacts, columnId } from "../run/data.js";
import { Design } from "../run/design.js";
import { Findings, showEvidence } from "../run/findings.js";
import { Header } from "../run/header.js";
import { Members } from "../run/members.js";
import { Logbook, Notes } from "../run/notes.js";
import { Results, hasResults } from "../run/results.js";
import { Scores } from "../run/scores.js";
import { Search } from "../run/search.js";
import { Ramp, Sweep } from "../run/sweep.js";
import { curved, findingsOf, layerId, layered, logbookOf, newest, scoresOf } from "../run/told.js";
import { Reply } from "../questions/reply.js";
import { Fault } from "../questions/fault.js";
import { chartId } from "../figure/curves.js";

export default function View({ rest }) {
  const { answer, fault, version, again } = useRun(rest);
  useEffect(() => {
    if (answer) document.title = `${answer.run.name || answer.run.uid} · Justright lab`;
    return () => { document.title = "Justright lab"; };
  }, [answer?.run.name]);
  if (fault && !answer) return html`<section class="page run-view"><h1>No such run</h1><${Fault} fault=${fault} />
    <p><a href="#/">All runs are in the workspace.</a></p></section>`;
  if (!answer) return html`<p class="waiting" role="status">Reading the run…</p>`;
  return html`<${Page} ...${{ answer, version, again }} />`;
}

function Page({ answer, version, again }) {
  const { run, children } = answer;
  const runs = useRows(children.length ? children : [run.id]);
  const ofMembers = useMetricsOf(children, runs);
  const metrics = answer.metrics.length ? answer.metrics : ofMembers;
  const [chosen, setGroup] = useState("");
  const groups = [...new Set(children.map((id) => runs.value(id, "group") ?? ""))];
  const group = chosen || firstGroup(groups);
  const members = group === "*" ? children : children.filter((id) => (runs.value(id, "group") ?? "") === group);
  const ids = answer.metrics.length ? [run.id] : members;
  const picker = answer.metrics.length ? null : html`<${PickGroup} groups=${groups} value=${group} onChange=${setGroup} />`;
  const sections = sectionsOf({ answer, version, again, runs, ids, metrics, picker }).filter((one) => one.body);
  return html`<article class="page run-view">
    <${Header} answer=${answer} onKept=${again} />
    <nav class="section-links" aria-label="Parts of this run">
      ${sections.map((one) => html`<button type="button" onClick=${() => showEvidence(one.id)}>${one.title}</button>`)}
    </nav>
    ${sections.length <= 1 && html`<p class="empty">Nothing has been recorded yet. ${
      run.state === "running" ? "Curves appear here as soon as the first numbers come." : "Use run.log({…}) to keep curves."}</p>`}
    ${sections.map((one) => html`<section key=${one.id} id=${one.id} class="part" aria-labelledby="${one.id}-title">
      <h2 id="${one.id}-title">${one.title}</h2>
      ${one.body}
    </section>`)}
  </article>`;
}

function sectionsOf({ answer, version, again, runs, ids, metrics, picker }) {
  const { run, children } = answer;
  const record = newest(answer, "record");
  const reply = newest(answer, "reply");
  const findings = findingsOf(answer);
  const logbook = logbookOf(answer);
  const lines = curved(metrics);
  const hasLayers = Object.keys(layered(metrics)).length > 0;
  const hasVerdict = record || newest(answer, "diagnosis") || run.summary.verdict || scoresOf(answer).length;
  const evidenceOf = (finding) => evidence(finding, metrics, record);
  const part = (id, title, isThere, body) => ({ id, title, body: isThere ? body() : null });
  return [
    part("answer", "The answer", reply, () => html`<${Reply} reply=${reply} />`),
    part("scores", "What came out", hasVerdict && !reply, () => html`<${Scores} answer=${answer} />`),
    part("findings", "What the doctor found", findings.length, () => html`<${Findings} ...${{ findings, evidenceOf }} />`),
    part("design", "The design", answer.design?.decisions?.length, () => html`<${Design} design=${answer.design} />`),
    part("curves", "Curves", lines.length, () => html`<${Curves} ids=${ids} metrics=${lines}>${picker}<//>`),
    part("rate", "The learning rate", record?.sweep || record?.ramp, () => html`
      ${record.sweep && html`<${Sweep} sweep=${record.sweep} />`}${record.ramp && html`<${Ramp} ramp=${record.ramp} />`}`),
    part("layers", "Inside the network", hasLayers, () => html`<${Layers} ...${{ runs, ids, metrics, version }} />`),
    part("results", "The predictions", hasResults(record), () => html`<${Results} record=${record} />`),
    part("search", "The search", record?.search, () => html`<${Search} search=${record.search} />`),
    part("members", "Members", children.length, () => html`<${Members} runs=${runs} ids=${children} />`),
    part("data", "The data", record?.data || answer.data, () => html`<${DataFacts} ...${{ answer, record }} />`),
    part("notes", "Notes", true, () => html`<${Notes} id=${run.id} notes=${answer.notes} onKept=${again} />`),
    part("logbook", "Logbook", logbook.length, () => html`<${Logbook} entries=${logbook} />`),
    part("files", "Files", answer.artifacts.length, () => html`<${Files} artifacts=${answer.artifacts} />`),
    part("time", "Where the time went", Object.keys(record?.timings_s ?? {}).length, () => html`<${Timings} timings=${record.timings_s} />`),
    part("again", "Do it again", run.command || record || Object.keys(run.config).length, () => html`<${Again} run=${run} record=${record} />`),
  ];
}

/** Where the page shows what a finding is about: the row of its layer or column, or a chart. */
function evidence(finding, metrics, record) {
  if (finding.column && record?.columns?.some((one) => one.name === finding.column))
    return { id: columnId(finding.column), words: "See the column" };
  const sections = layered(metrics);
  const [prefix] = Object.entries(sections).find(([, layers]) => layers.includes(finding.layer)) ?? [];
  if (prefix) return { id: layerId(prefix, finding.layer), words: "See the layer over time" };
  if (/rate|sweep/.test(finding.check) && record?.sweep) return { id: "rate", words: "See the sweep" };
  if (finding.fault === null || finding.fault === undefined) return null; // it is about the data
  const metric = ["validation_loss", "train_loss", "loss"].find((name) => metrics.includes(name));
  return metric ? { id: chartId(metric), words: "See the curve" } : null;
}
