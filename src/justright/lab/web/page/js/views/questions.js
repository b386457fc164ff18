/** Questions: the four big ones on top, a form to ask, what is being asked, and every answer. */

import { html, useEffect, useState } from "../../vendor/preact.js";
import { sentence } from "../figure/words.js";
import { Ask } from "../questions/ask.js";
import { Jobs, useJobs } from "../questions/jobs.js";
import { Kept, questionOf, useReplies } from "../questions/kept.js";
import { useLab } from "../state.js";

export default function View() {
  const server = useLab((s) => s.server);
  const runs = useLab((s) => s.runs);
  const questions = server.questions ?? [];
  const [jobs, look] = useJobs();
  const big = questions.filter((one) => one.big);
  const plain = [...big, ...questions.filter((one) => !one.big)].filter((one) => !one.needs);
  const [chosen, setChosen] = useState(plain[0]?.name ?? "");
  useEffect(() => {
    document.title = "Questions · Justright lab";
    return () => { document.title = "Justright lab"; };
  }, []);
  const ids = runs.ids.filter((id) => runs.value(id, "kind") === "question").reverse();
  const choose = (name) => {
    setChosen(name);
    const form = document.getElementById("ask");
    form?.scrollIntoView({ block: "center" });
    form?.querySelector("select")?.focus();
  };
  const canAsk = server.services?.ask;
  return html`<section class="page questions-view">
    <h1>Questions</h1>
    <${Big} ...${{ questions: big, runs, ids, canAsk, onChoose: choose }} />
    <section id="ask" aria-labelledby="ask-title">
      <h2 id="ask-title">Ask your data</h2>
      ${canAsk
        ? html`<${Ask} ...${{ questions: plain, chosen, onChosen: setChosen, onAsked: look }} />`
        : html`<p class="soft">This lab only shows. To ask, start it with <code>justright lab</code> in the folder of your
            tables, or ask in the shell: <code>justright ask data.csv --target price --question dropout</code>.</p>`}
    </section>
    <${Jobs} jobs=${jobs} questions=${questions} onChange=${look} />
    ${ids.length
      ? html`<${Kept} ...${{ runs, ids, questions }} />`
      : html`<section aria-labelledby="none-title"><h2 id="none-title">Answers</h2>
          <p>None yet. Ask one above; its answer stays here, with its interval and how it was measured.</p></section>`}
    <${Others} questions=${questions.filter((one) => !one.big)} canAsk=${canAsk} onChoose=${choose} />
  </section>`;
}

function Big({ questions, runs, ids, canAsk, onChoose }) {
  const latest = questions.map((one) => ids.find((id) => questionOf(runs, id) === one.name));
  const replies = useReplies(latest.filter((id) => id !== undefined));
  if (!questions.length) return null;
  return html`<div class="big-questions">
    ${questions.map((one, i) => {
      const id = latest[i];
      const reply = replies[id]?.reply;
      return html`<article class="big-question" key=${one.name}>
        <h2>${one.asked}</h2>
        ${reply
          ? html`<p>${sentence(reply.sentence)} <a href="#/run/${id}">Answer in full</a></p>`
          : html`<p class="soft">Not asked yet.</p>`}
        ${canAsk && !one.needs && html`<button type="button" class="button" aria-label=${`Ask: ${one.asked}`} onClick=${() => onChoose(one.name)}>
          ${reply ? "Ask again" : "Ask"}</button>`}
      </article>`;
    })}
  </div>`;
}

function Others({ questions, canAsk, onChoose }) {
  if (!questions.length) return null;
  return html`<section aria-labelledby="others-title"><h2 id="others-title">All other questions</h2>
    <ul class="other-questions">
      ${questions.map((one) => html`<li key=${one.name}>
        ${canAsk && !one.needs
          ? html`<button type="button" class="linklike" onClick=${() => onChoose(one.name)}>${one.asked}</button>`
          : one.asked}
        ${one.needs && html`<span class="soft"> In the shell: it needs ${one.needs}.</span>`}
      </li>`)}
    </ul>
  </section>`;
}
