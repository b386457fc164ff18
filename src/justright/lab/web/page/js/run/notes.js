/** The logbook, and the user's own note in Markdown. */

import { html, useEffect, useRef, useState } from "../../vendor/preact.js";
import { editRun } from "../api.js";
import { Written } from "../figure/written.js";
import { count, when } from "../figure/words.js";
import { attempt } from "../state.js";

const FIRST_LINES = 15;

export function Notes({ id, notes, onKept }) {
  const kept = notes.length ? notes[notes.length - 1].text : "";
  const [draft, setDraft] = useState(null);
  const box = useRef(null);
  useEffect(() => box.current?.focus(), [draft === null]);
  const keep = async () => {
    if ((await attempt(() => editRun(id, { note: draft }).then(() => true))) === null) return;
    setDraft(null);
    onKept();
  };
  if (draft === null)
    return html`<${Written} text=${kept} />
      ${!kept && html`<p class="soft">What did you try here, and why? Markdown is understood.</p>`}
      <button type="button" class="button" onClick=${() => setDraft(kept)}>
        ${kept ? "Edit the note" : "Write a note"}
      </button>`;
  return html`<form onSubmit=${(event) => { event.preventDefault(); keep(); }}>
    <textarea ref=${box} rows="8" aria-label="Note in Markdown" value=${draft}
      onInput=${(event) => setDraft(event.currentTarget.value)}></textarea>
    <div class="tools">
      <button type="submit" class="button primary">Keep the note</button>
      <button type="button" class="button" onClick=${() => setDraft(null)}>Cancel</button>
    </div>
    <${Written} text=${draft} />
  </form>`;
}

export function Logbook({ entries }) {
  const [all, setAll] = useState(false);
  const shown = all ? entries : entries.slice(0, FIRST_LINES);
  return html`<ol class="logbook">
      ${shown.map((one) => html`<li>
        ${one.subject
          ? html`<b>${one.subject}</b> ${one.action}${one.count ? ` (${count(one.count)})` : ""}
              ${one.reason && html`<span class="soft"> ${one.reason}</span>`}`
          : html`${one.at && html`<span class="soft">${when(one.at)}</span>`} ${one.text}`}
      </li>`)}
    </ol>
    ${entries.length > FIRST_LINES &&
    html`<button type="button" class="button" onClick=${() => setAll(!all)}>
      ${all ? "Show fewer" : `Show all ${count(entries.length)} lines`}
    </button>`}`;
}
