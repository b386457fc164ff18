/** A refusal or a failure in its three parts: what was seen, what is needed, what to try. */

import { html } from "../../vendor/preact.js";

/** `fault`: with these parts, or the text of a command that failed. */
export function Fault({ fault }) {
  if (!fault) return null;
  const parts = typeof fault === "string" ? partsOf(fault) : fault;
  return html`<div class="fault" role="alert">
    <p><b>${parts.seen || "It failed, and did not say why."}</b></p>
    ${parts.needed && html`<p>Needed: ${parts.needed}</p>`}
    ${parts.try && html`<p>Try: <code>${parts.try}</code></p>`}
  </div>`;
}

/** The lines "error: …", "needed: …", "try: …" as parts; other lines belong to the one before. */
function partsOf(text) {
  const parts = { seen: [], needed: [], try: [] };
  let part = "seen";
  for (const line of text.split("\n")) {
    const [, word, rest] = /^\s*(error|needed|try):\s*(.*)$/.exec(line) ?? [];
    if (word) part = word === "error" ? "seen" : word;
    parts[part].push(word ? rest : line.trim());
  }
  return Object.fromEntries(Object.entries(parts).map(([name, lines]) => [name, lines.join(" ").trim()]));
}
