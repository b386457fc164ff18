/** What is said in words: of the units, of the rate, and by the doctor when a try has ended. */

import { html } from "../../vendor/preact.js";

const percent = (share) => (share === null ? "–" : `${Math.round(100 * share)} %`);

/** Silent and full units of the first network, layer by layer. */
export function Units({ units }) {
  if (!units.some((one) => one.silent > 0 || one.full !== null)) return null;
  const full = units.some((one) => one.full !== null);
  return html`<table class="play-units"><caption>Hidden units of the first network, on training rows</caption>
    <thead><tr><th scope="col">layer</th><th scope="col">silent: 0 on every row</th>${full && html`<th scope="col">at an end of the bend</th>`}</tr></thead>
    <tbody>${units.map((one) => html`<tr key=${one.layer}><th scope="row">${one.layer}</th><td><${Share} share=${one.silent} /></td>${full && html`<td><${Share} share=${one.full} /></td>`}</tr>`)}</tbody></table>`;
}

const Share = ({ share }) => html`<span class="play-share"><i style=${{ width: `${100 * (share ?? 0)}%` }}></i></span> ${percent(share)}`;

/** The doctor's words, and what the twins say of the rate. */
export function Findings({ now }) {
  if (now.status !== "ended" || now.findings === null) return null;
  return html`<section class="play-findings" aria-label="What the try shows"><p>${now.rateSays}</p>
    ${now.findings.length === 0 ? html`<p class="soft">The doctor finds nothing wrong with the curves of these networks.</p>`
      : html`<ul>${now.findings.map((one) => html`<li key=${`${one.check} ${one.twin}`} class=${`play-finding finding-${one.severity}`}><b>${one.who.join(", ")}:</b> ${one.sign}. ${one.meaning}. <span class="play-remedy">Try: ${one.remedy}.</span></li>`)}</ul>`}</section>`;
}
