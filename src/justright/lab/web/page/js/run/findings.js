/** What the doctor found: the sign, what it means, what mends it, and a way to its evidence. */

import { html } from "../../vendor/preact.js";
import { count, named, number, percent, sentence } from "../figure/words.js";

const WORDS = { stop: "stop", warn: "warn", note: "note" };

/** `evidenceOf(finding)` is {id, words} of the element that shows it, or null. */
export function Findings({ findings, evidenceOf = () => null, compact = false }) {
  if (!findings.length) return null;
  return html`<ul class="findings">
    ${findings.map((one) => html`<li class="finding ${one.severity}">
      <${Finding} finding=${one} evidence=${evidenceOf(one)} compact=${compact} />
    </li>`)}
  </ul>`;
}

function Finding({ finding, evidence, compact }) {
  const place = finding.layer ? `layer ${finding.layer}` : finding.column ? `column ${finding.column}` : "";
  return html`<p>
      <span class="chip severity-${finding.severity}">${WORDS[finding.severity] ?? "note"}</span>${" "}
      <b>${sentence(finding.sign)}</b>
      ${place && html` <span class="where">${place}</span>`}
    </p>
    ${finding.meaning && html`<p>${sentence(finding.meaning)}</p>`}
    ${finding.remedy && html`<p><b>Remedy:</b> ${sentence(finding.remedy)}</p>`}
    ${!compact && html`<p class="soft">${[finding.check, ...figures(finding)].join(" · ")}</p>`}
    ${evidence &&
    html`<p><button type="button" class="linklike" onClick=${() => showEvidence(evidence.id)}>
      ${evidence.words}
    </button></p>`}`;
}

function figures(finding) {
  const told = Object.entries(finding.numbers ?? {}).map(([k, v]) => `${named(k)} ${number(v)}`);
  if (finding.line) told.push(`line ${count(finding.line)} of the script`);
  if (finding.confidence < 1) told.push(`${percent(finding.confidence)} sure`);
  return told;
}

/** Brings an element into sight, gives it the focus, and marks it for a moment. */
export function showEvidence(id) {
  const element = document.getElementById(id);
  if (!element) return;
  for (let up = element.closest("details"); up; up = up.parentElement.closest("details")) up.open = true;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ behavior: still ? "auto" : "smooth", block: "center" });
  element.setAttribute("tabindex", "-1");
  element.focus({ preventScroll: true });
  element.classList.add("evident");
  setTimeout(() => element.classList.remove("evident"), 2500);
}
