/** All reports that were kept, and a form to begin one. */

import { html, useEffect, useState } from "../../vendor/preact.js";
import { dropView, getViews } from "../api.js";
import { when } from "../figure/words.js";
import { attempt } from "../state.js";
import { IconButton } from "../ui.js";

export function Reports() {
  const [views, setViews] = useState(null);
  const [name, setName] = useState("");
  const look = () => attempt(getViews).then((found) => setViews((found ?? []).filter((one) => one.kind === "report")));
  useEffect(() => { look(); }, []);
  const begin = (event) => {
    event.preventDefault();
    const words = name.trim().replaceAll("/", "-"); // a slash would be a step in the lab's addresses
    if (words) location.hash = `#/report/${encodeURIComponent(words)}`;
  };
  const drop = async (view) => {
    if (!confirm(`Remove the report “${view.name}”?`)) return;
    await attempt(() => dropView(view.name));
    look();
  };
  return html`<section class="page report-view">
    <h1>Reports</h1>
    <p>A report holds charts of your runs with your words between them, and leaves as one HTML file that opens anywhere.</p>
    <form class="tools" onSubmit=${begin}>
      <input type="text" aria-label="Name of the new report" placeholder="Name of a new report" maxlength="80"
        value=${name} onInput=${(e) => setName(e.currentTarget.value)} />
      <button type="submit" class="button primary" disabled=${!name.trim()}>Begin it</button>
    </form>
    ${views && !views.length && html`<p class="soft">There is none yet.</p>`}
    <ul class="plain-list report-list">
      ${(views ?? []).map((view) => html`<li key=${view.name}>
        <a href="#/report/${encodeURIComponent(view.name)}">${view.name}</a>
        <span class="soft">${when(view.at)}</span>
        <${IconButton} icon="bin" label=${`Remove the report ${view.name}`} onClick=${() => drop(view)} />
      </li>`)}
    </ul>
  </section>`;
}
