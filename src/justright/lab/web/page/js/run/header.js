/** The head of a run: its name, state, tags and colour, which can be changed, and its main facts. */

import { html, useEffect, useRef, useState } from "../../vendor/preact.js";
import { editRun, editRuns } from "../api.js";
import { count, plural, seconds, valued, when } from "../figure/words.js";
import { attempt, colourOf } from "../state.js";
import { Icon, IconButton } from "../ui.js";
import { Fact } from "./data.js";

const KINDS = {
  fit: "journey", member: "network", question: "question", search: "search", check: "check",
  watch: "watched script", own: "own run", play: "playground", import: "imported",
};
const MAIN = { n_parameters: "Weights", n_networks: "Networks" }; // of the summary, beside the scores

export function Header({ answer, onKept }) {
  const { run } = answer;
  const edit = async (work) => {
    if ((await attempt(() => work.then(() => true))) !== null) onKept();
  };
  return html`<header class="run-head">
    ${answer.parent && html`<p class="soft"><a href="#/run/${answer.parent}">↑ The run that it belongs to</a></p>`}
    <${Name} run=${run} onName=${(name) => edit(editRun(run.id, { name }))} />
    <div class="run-marks">
      <span class="chip state-${run.state}">${run.state}</span>
      <span class="chip">${KINDS[run.kind] ?? run.kind}</span>
      ${run.group && html`<span class="chip">${run.group}</span>`}
      <${Tags} tags=${run.tags}
        onAdd=${(word) => edit(editRuns([run.id], { tag: [word] }))}
        onRemove=${(word) => edit(editRuns([run.id], { untag: [word] }))} />
      <span class="run-head-gap"></span>
      <label class="colour-field">
        <span class="unseen">Colour of the run</span>
        <input type="color" value=${colourOf(run.id)}
          onChange=${(e) => edit(editRuns([run.id], { colour: e.currentTarget.value }))} />
      </label>
      <${IconButton} icon="pin" label=${run.pinned ? "Unpin the run" : "Pin the run"} pressed=${Boolean(run.pinned)}
        onClick=${() => edit(editRuns([run.id], { pin: !run.pinned }))} />
      <a class="button" href="#/compare/${run.id}"><${Icon} name="compare" /> <span>Compare</span></a>
    </div>
    <dl class="facts">
      <${Fact} name="Began" value=${when(run.created)} />
      <${Fact} name="Took" value=${run.ended ? seconds(run.ended - run.created) : "runs still"} />
      <${Fact} name="Steps" value=${run.n_steps ? valued(run.n_steps) : ""} />
      ${Object.entries(MAIN).map(([name, words]) => html`<${Fact} name=${words} value=${name in run.summary ? count(run.summary[name]) : ""} />`)}
      <${Fact} name="Belong to it" value=${answer.children.length ? plural(answer.children.length, "run") : ""} />
      <${Fact} name="Source" value=${run.source} />
      <${Fact} name="Project" value=${run.project} />
      <${Fact} name="Id" value=${run.uid} code />
    </dl>
  </header>`;
}

function Name({ run, onName }) {
  const [draft, setDraft] = useState(null);
  const box = useRef(null);
  useEffect(() => box.current?.select(), [draft === null]);
  if (draft === null)
    return html`<h1>
      <span>${run.name || run.uid}</span>
      <button type="button" class="button small" aria-label="Rename the run" onClick=${() => setDraft(run.name)}>Rename</button>
    </h1>`;
  const keep = (event) => {
    event.preventDefault();
    setDraft(null);
    if (draft.trim() && draft.trim() !== run.name) onName(draft.trim());
  };
  return html`<form class="rename" onSubmit=${keep}
    onKeyDown=${(event) => event.key === "Escape" && setDraft(null)}>
    <input ref=${box} aria-label="Name of the run" value=${draft} maxlength="200"
      onInput=${(event) => setDraft(event.currentTarget.value)} />
    <button type="submit" class="button primary">Keep</button>
    <button type="button" class="button" onClick=${() => setDraft(null)}>Cancel</button>
  </form>`;
}

function Tags({ tags, onAdd, onRemove }) {
  const [draft, setDraft] = useState("");
  const add = (event) => {
    event.preventDefault();
    if (draft.trim()) onAdd(draft.trim());
    setDraft("");
  };
  return html`
    ${tags.map((word) => html`<span class="chip tag" key=${word}>
      ${word}<button type="button" aria-label="Take off the tag ${word}" onClick=${() => onRemove(word)}>×</button>
    </span>`)}
    <form class="tag-form" onSubmit=${add}>
      <input aria-label="Add a tag" placeholder="+ tag" value=${draft} maxlength="60"
        onInput=${(event) => setDraft(event.currentTarget.value)} />
    </form>`;
}
