/** The pinned tries: what differed, how well they did, and the way back to them. */

import { html } from "../../vendor/preact.js";
import { label, number } from "../format.js";
import { IconButton } from "../ui.js";
import { Picture } from "./picture.js";
import { session } from "./session.js";

const SMALL = 96; // pixels of a picture in the list

/** The levers in which a pinned try differs from the one on the page, in words. */
function apart(one) {
  const names = [...new Set([...Object.keys(one.moved), ...Object.keys(session.moved)])];
  const value = (moved, name) => (name in moved ? label(String(moved[name])) : "by the book");
  const differing = names.filter((name) => String(one.moved[name]) !== String(session.moved[name]));
  if (one.set !== session.set) return `on ${one.set}`;
  return differing.map((name) => `${label(name)} ${value(one.moved, name)} → ${value(session.moved, name)}`).join("; ") || "as it is now";
}

const lastOf = (one) => [...one.rows].reverse().find((row) => row[1] !== null)?.[1];

export function Pinned({ now, pinned }) {
  if (!pinned.length) return html`<p class="soft play-hint">Pin a try to keep its curve beside the next ones.</p>`;
  return html`<section class="play-pinned"><h2>Pinned tries</h2><table><thead><tr><th scope="col">try</th><th scope="col">data set</th><th scope="col">then → now</th>
      <th scope="col">validation loss</th><th scope="col">score</th><th scope="col"><span class="unseen">Actions</span></th></tr></thead>
    <tbody>${pinned.map((one) => html`<tr key=${one.key}><th scope="row"><span class="play-pin"><i style=${{ background: one.colour }}></i>
        ${now.said && one.set === now.set && one.picture?.surface && html`<${Picture} said=${now.said} picture=${one.picture} score=${one.score} pinned=${[]} size=${SMALL} />`}<span>${one.name}</span></span></th>
      <td>${one.set}</td><td>${apart(one)}</td><td>${number(lastOf(one) ?? null, 3)}</td>
      <td>${one.score ? `${label(one.metric ?? "")} ${number(one.score[0], 3)}` : "–"}</td>
      <td class="play-pin-do"><button type="button" class="button" aria-label=${`Take the levers of ${one.name}`} onClick=${() => session.retake(one)}>Take</button>
        <${IconButton} icon="bin" label=${`Unpin ${one.name}`} onClick=${() => session.unpin(one.key)} /></td></tr>`)}</tbody></table></section>`;
}
