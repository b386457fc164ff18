/** Questions that are being asked: what they say, how far they are, and a way to cancel. */

import { html, useCallback, useEffect, useState } from "../../vendor/preact.js";
import { cancelJob, getJobs } from "../api.js";
import { percent } from "../figure/words.js";
import { attempt, useLab } from "../state.js";
import { Fault } from "./fault.js";

const EVERY_MS = 2000; // between looks while something runs and says nothing (house convention)

/** A hook: the questions asked since the lab was started, and a function that looks again. */
export function useJobs() {
  const [jobs, setJobs] = useState([]);
  const look = useCallback(() => getJobs().then(setJobs, () => {}), []);
  const change = useLab((s) => s.change);
  useEffect(() => {
    if (!change || change.jobs) look();
  }, [change]);
  const isRunning = jobs.some((job) => job.state === "running");
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setInterval(look, EVERY_MS);
    return () => clearInterval(timer);
  }, [isRunning]);
  return [jobs, look];
}

export function Jobs({ jobs, questions, onChange }) {
  const shown = jobs.filter((job) => job.state !== "finished");
  if (!shown.length) return null;
  return html`<section class="jobs" aria-labelledby="jobs-title">
    <h2 id="jobs-title">Being asked</h2>
    <ul class="plain-list">
      ${shown.map((job) => html`<li key=${job.id} class="job job-${job.state}">
        <${Job} job=${job} asked=${askedOf(job, questions)} onChange=${onChange} />
      </li>`)}
    </ul>
  </section>`;
}

function Job({ job, asked, onChange }) {
  const [isEnding, setEnding] = useState(false);
  const cancel = async () => {
    setEnding((await attempt(() => cancelJob(job.id))) !== null);
    onChange();
  };
  const share = job.done_share;
  const isRunning = job.state === "running";
  return html`
    <div class="job-head">
      <b>${asked}</b><span class="soft">${job.target} from ${job.path}</span>
      <span class="chip state-${job.state}">${job.state}</span>
      ${isRunning && html`<button type="button" class="button" disabled=${isEnding} aria-label=${`Cancel: ${asked}`} onClick=${cancel}>
        ${isEnding ? "Ending…" : "Cancel"}</button>`}
    </div>
    ${isRunning && html`<progress max="1" value=${share ?? undefined} aria-label=${`Progress of: ${asked}`}>
      ${percent(share ?? 0)}
    </progress>`}
    ${isRunning && job.said.length > 0 && html`<pre class="job-said" tabindex="0" aria-label="What it says">${job.said.slice(-5).join("\n")}</pre>`}
    ${job.state === "failed" && html`<${Fault} fault=${job.error} />`}
  `;
}

export const askedOf = (job, questions) =>
  questions.find((one) => one.name === job.question)?.asked ?? job.question;
