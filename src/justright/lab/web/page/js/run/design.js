/** The design of a run: each lever's value, where it comes from, and what would change it. */

import { html, useState } from "../../vendor/preact.js";
import { named, number, plural, sentence, valued } from "../figure/words.js";

export const ORIGINS = {
  rule: "by a rule",
  measurement: "by a measurement on your data",
  user: "by you",
};

export function Design({ design }) {
  const [sought, setSought] = useState("");
  const [origin, setOrigin] = useState("");
  const [unfolded, setUnfolded] = useState(false);
  const shown = design.decisions.filter(
    (one) => (!origin || one.origin === origin) && holds(one, sought.trim().toLowerCase()),
  );
  const counts = Object.entries(ORIGINS)
    .map(([key, words]) => [design.decisions.filter((one) => one.origin === key).length, words])
    .filter(([n]) => n)
    .map(([n, words]) => `${n} ${words}`);
  const idle = shown.filter(isIdle);
  const row = (one) => html`<${Decision} key=${one.lever} decision=${one} open=${unfolded} />`;
  return html`
    <p>
      ${design.task &&
      html`Predicts <b>${design.task.target}</b> as ${design.task.kind}. `}
      ${plural(design.decisions.length, "lever")}: ${counts.join(", ")}.
    </p>
    <div class="tools">
      <input
        type="search"
        aria-label="Search the design"
        placeholder="Search levers, values, reasons, sources"
        value=${sought}
        onInput=${(event) => setSought(event.currentTarget.value)}
      />
      <select aria-label="Origin" value=${origin} onChange=${(e) => setOrigin(e.currentTarget.value)}>
        <option value="">every origin</option>
        ${Object.entries(ORIGINS).map(([key, words]) => html`<option value=${key}>${words}</option>`)}
      </select>
      <button type="button" class="button" aria-pressed=${unfolded} onClick=${() => setUnfolded(!unfolded)}>
        ${unfolded ? "Fold all" : "Unfold all"}
      </button>
    </div>
    ${shown.filter((one) => !isIdle(one)).map(row)}
    ${idle.length > 0 && html`<details class="idle" open=${Boolean(sought)}>
      <summary>${plural(idle.length, "lever")} without effect here</summary>
      ${idle.map(row)}
    </details>`}
    ${!shown.length && html`<p class="soft">No lever has “${sought}” in it.</p>`}
  `;
}

function Decision({ decision, open }) {
  return html`<details class="decision" open=${open}>
    <summary>
      <span class="lever">${named(decision.lever)}</span>
      <b class="value">${valued(decision.value)} ${decision.unit && html`<small>${decision.unit}</small>`}</b>
      <span class="chip origin-${decision.origin}">${decision.origin}</span>
      <span class="reason">${sentence(decision.reason)}</span>
    </summary>
    <div class="grounds"><${Grounds} decision=${decision} /></div>
  </details>`;
}

function Grounds({ decision }) {
  const isRule = decision.origin === "rule";
  const evidence = Object.entries(decision.evidence ?? {});
  const passed = decision.passed_over ?? [];
  return html`
    ${isRule &&
    html`<p>Rule <code>${decision.rule}</code>${decision.when && ` holds when ${decision.when}`}.</p>`}
    ${decision.source &&
    decision.source !== decision.origin &&
    html`<p>Source: <${Source} text=${decision.source} />.</p>`}
    ${evidence.length > 0 &&
    html`<p>Figures: ${evidence.map(([k, v]) => `${named(k)} ${number(v)}`).join(", ")}.</p>`}
    <p>
      <b>What would change it:</b>${" "}
      ${decision.turn
        ? `${decision.turn.when} (now ${decision.turn.seen}): ${decision.turn.rule} would choose ${decision.turn.choice}.`
        : isRule
          ? "no single fact; set the lever yourself."
          : decision.origin === "user"
            ? "you, by leaving it to the rule book."
            : "other data, or setting the lever yourself."}
    </p>
    ${passed.length > 0 &&
    html`<div class="scrolled" tabindex="0" role="region" aria-label="Rules passed over for ${named(decision.lever)}">
      <table>
        <caption>Rules passed over</caption>
        <thead><tr>
          <th scope="col">rule</th><th scope="col">would have chosen</th>
          <th scope="col">when</th><th scope="col">why not</th>
        </tr></thead>
        <tbody>
          ${passed.map(
            (one) => html`<tr>
              <td><code>${one.rule}</code></td><td>${one.choice}</td>
              <td>${one.when}</td><td>${one.because}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`}
  `;
}

/** A source with its address as a link, if it has one. */
function Source({ text }) {
  const found = /https?:\/\/[^\s)]+/.exec(text);
  const arxiv = /arXiv:(\d{4}\.\d{4,5})/.exec(text);
  const address = found?.[0] ?? (arxiv ? `https://arxiv.org/abs/${arxiv[1]}` : "");
  if (!address) return text;
  return html`<a href=${address} target="_blank" rel="noreferrer noopener">${text}</a>`;
}

/** The rule book gives every lever a value; the reason of one that does nothing begins so. */
const isIdle = (decision) => decision.origin === "rule" && /^not used/i.test(decision.reason);

function holds(decision, sought) {
  if (!sought) return true;
  const { lever, reason, source, rule, when, unit } = decision;
  const passed = (decision.passed_over ?? []).map((one) => `${one.rule} ${one.choice}`);
  const text = [lever, named(lever), valued(decision.value), String(decision.value), reason];
  return [...text, source, rule, when, unit, ...passed].join(" ").toLowerCase().includes(sought);
}
