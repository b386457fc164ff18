/** Answers that were kept, newest first; each is read when it comes into sight. */

import { html, useEffect, useState } from "../../vendor/preact.js";
import { getRun } from "../api.js";
import { useFreshness } from "../figure/curves.js";
import { sentence, when } from "../figure/words.js";
import { newest } from "../run/told.js";
import { Fault } from "./fault.js";
import { Reply } from "./reply.js";

const FIRST = 8; // answers read at once; the others when asked for (house convention)

/** A hook: the answers of question runs by id: `{run, reply}`, or `{fault}`. */
export function useReplies(ids) {
  const [found, setFound] = useState({});
  const fresh = useFreshness(ids);
  useEffect(() => {
    let isCurrent = true;
    for (const id of ids) {
      if (found[id]?.reply) continue;
      getRun(id).then(
        (answer) => isCurrent && setFound((old) => ({ ...old, [id]: { run: answer.run, reply: newest(answer, "reply") } })),
        (fault) => isCurrent && setFound((old) => ({ ...old, [id]: { fault } })),
      );
    }
    return () => { isCurrent = false; };
  }, [ids.join(","), fresh]);
  return found;
}

export function Kept({ runs, ids, questions }) {
  const [question, setQuestion] = useState("");
  const [n, setN] = useState(FIRST);
  const asked = [...new Set(ids.map((id) => questionOf(runs, id)))].filter(Boolean);
  const found = question ? ids.filter((id) => questionOf(runs, id) === question) : ids;
  const shown = found.slice(0, n);
  const replies = useReplies(shown);
  return html`<section aria-labelledby="kept-title">
    <div class="tools"><h2 id="kept-title">Answers</h2>
      ${asked.length > 1 && html`<label class="field"><span>to</span>
        <select value=${question} onChange=${(e) => setQuestion(e.currentTarget.value)}>
          <option value="">every question</option>
          ${asked.map((name) => html`<option value=${name}>${wordsOf(name, questions)}</option>`)}
        </select></label>`}
    </div>
    ${shown.map((id, i) => html`<article class="kept-answer" key=${id} id="answer-${id}">
      <${Answer} id=${id} found=${replies[id]} open=${i === 0} />
    </article>`)}
    ${found.length > n && html`<button type="button" class="button" onClick=${() => setN(n + FIRST)}>Show more answers</button>`}
  </section>`;
}

function Answer({ id, found, open }) {
  if (!found) return html`<p class="soft" role="status">Reading the answer…</p>`;
  if (found.fault) return html`<${Fault} fault=${found.fault} />`;
  const { run, reply } = found;
  const head = html`<p class="kept-head soft">
    <a href="#/run/${id}">${run.name || run.uid}</a> <span>${when(run.created)}</span>
    ${run.state !== "finished" && html`<span class="chip state-${run.state}">${run.state}</span>`}
  </p>`;
  if (!reply) return html`${head}<p>${run.state === "running" ? "It is being answered." : "It ended without an answer."}</p>`;
  return html`<details open=${open}>
      <summary>${sentence(reply.sentence)}</summary>
      <${Reply} reply=${reply} untitled />
    </details>${head}`;
}

/** The question that a run answers: its name begins with it, as "dropout: penguins". */
export function questionOf(runs, id) {
  return runs.value(id, "config.question") ?? runs.name(id).split(":")[0];
}

const wordsOf = (name, questions) => questions.find((one) => one.name === name)?.asked ?? name;
