/** What can be done with runs: the menu of one, the bar of those selected, and their questions. */

import { html, useEffect, useRef, useState } from "../../vendor/preact.js";
import * as api from "../api.js";
import { PALETTE_SIZE, paletteColour } from "../colours.js";
import { count } from "../format.js";
import { attempt, change, load, state, tell } from "../state.js";
import { Dialog, Icon } from "../ui.js";
import { set, show, showOnly } from "./settings.js";

const MOST_COMPARED = 5; // more columns are not read side by side

/** Change runs in the lab's file, then read them again. */
export async function edit(ids, fields) {
  if (await attempt(() => api.editRuns(ids, fields).then(() => true)) === null) return;
  const reply = await attempt(() => api.getRuns({ project: state.project, ids }));
  if (reply) change({ runs: state.runs.merged(reply, ids) });
}

const pin = (id) => edit([id], { pin: !state.runs.value(id, "pinned") });
const baseline = (id) => set({ baseline: state.space.baseline === id ? null : id });

/** Do what a key stands for with a run; whether it stands for anything. */
export function act(id, key, pick) {
  const does = {
    Enter: () => { location.hash = `#/run/${id}`; }, h: () => show([id], state.hidden.has(id)), o: () => showOnly([id]),
    p: () => pin(id), b: () => baseline(id), " ": () => pick(id),
  }[key];
  does?.();
  return Boolean(does);
}

export function compare(ids) {
  if (ids.length < 2 || ids.length > MOST_COMPARED) tell(`Select 2 to ${MOST_COMPARED} runs to compare; ${ids.length} are selected.`, { tone: "bad" });
  else location.hash = `#/compare/${ids.join(",")}`;
}

const Item = ({ icon, children, onClick, danger }) => html`<button type="button" role="menuitem" class=${danger ? "menu-item danger" : "menu-item"} onClick=${onClick}><${Icon} name=${icon} />${children}</button>`;

/** The menu of one run, beside the button that opened it. */
export function RunMenu({ id, at, onClose, ask }) {
  const box = useRef(null);
  useEffect(() => {
    box.current.querySelector("button").focus();
    const away = (e) => { if (!box.current?.contains(e.target)) onClose(); };
    addEventListener("pointerdown", away);
    addEventListener("scroll", onClose, { once: true, capture: true });
    return () => { removeEventListener("pointerdown", away); removeEventListener("scroll", onClose, true); };
  }, [id]);
  const key = (event) => {
    const items = [...box.current.querySelectorAll("button")], now = items.indexOf(document.activeElement);
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) items[(now + by + items.length) % items.length].focus();
    else if (event.key === "Escape") { onClose(); at.focus(); } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const then = (work) => () => { onClose(); work(); };
  const place = at.getBoundingClientRect(), up = place.bottom + 330 > innerHeight;
  const { runs, space, hidden } = state;
  return html`<div class="menu-panel run-menu" role="menu" aria-label=${`More for ${runs.name(id)}`} ref=${box} onKeyDown=${key}
    style=${{ left: `${Math.min(place.left, innerWidth - 200)}px`, top: up ? "auto" : `${place.bottom + 2}px`, bottom: up ? `${innerHeight - place.top + 2}px` : "auto" }}>
    <${Item} icon="wide" onClick=${then(() => { location.hash = `#/run/${id}`; })}>Open<//>
    <${Item} icon=${hidden.has(id) ? "eye" : "shut"} onClick=${then(() => show([id], hidden.has(id)))}>${hidden.has(id) ? "Show" : "Hide"}<//>
    <${Item} icon="eye" onClick=${then(() => showOnly([id]))}>Only this<//>
    <${Item} icon="pin" onClick=${then(() => pin(id))}>${runs.value(id, "pinned") ? "Unpin" : "Pin to the top"}<//>
    <${Item} icon="flag" onClick=${then(() => baseline(id))}>${space.baseline === id ? "No baseline" : "Take as the baseline"}<//>
    <${Item} icon="tag" onClick=${then(() => ask({ kind: "tag", ids: [id] }))}>Tag…<//>
    <hr class="menu-line" />
    <div class="swatches" role="none">${Array.from({ length: PALETTE_SIZE }, (_, i) => html`
      <button type="button" role="menuitem" class="swatch-button" aria-label=${`Colour ${i + 1}`} style=${{ background: paletteColour(i) }} onClick=${then(() => edit([id], { colour: paletteColour(i) }))}></button>`)}
      <button type="button" role="menuitem" class="swatch-button swatch-none" aria-label="Colour by itself" title="Colour by itself" onClick=${then(() => edit([id], { colour: "" }))}><${Icon} name="close" size="12" /></button></div>
    <hr class="menu-line" />
    <${Item} icon="bin" danger onClick=${then(() => ask({ kind: "remove", ids: [id] }))}>Delete…<//>
  </div>`;
}

/** What can be done with the selected runs. */
export function Bulk({ ids, onClear, ask }) {
  if (!ids.length) return null;
  const { runs } = state, allPinned = ids.every((id) => runs.value(id, "pinned"));
  const Act = ({ icon, name, onClick, danger }) => html`<button type="button" class=${danger ? "button danger" : "button"} onClick=${onClick}><${Icon} name=${icon} size="14" />${name}</button>`;
  return html`<div class="bulk" role="group" aria-label="Selected runs"><b>${ids.length} selected</b>
    <${Act} icon="compare" name="Compare" onClick=${() => compare(ids)} />
    <${Act} icon="eye" name="Only these" onClick=${() => showOnly(ids)} />
    <${Act} icon="pin" name=${allPinned ? "Unpin" : "Pin"} onClick=${() => edit(ids, { pin: !allPinned })} />
    <${Act} icon="tag" name="Tag" onClick=${() => ask({ kind: "tag", ids })} />
    <${Act} icon="bin" name="Delete" danger onClick=${() => ask({ kind: "remove", ids })} />
    <button type="button" class="button" onClick=${onClear}>Clear</button></div>`;
}

function TagDialog({ ids, onClose }) {
  const [text, write] = useState("");
  const { runs } = state;
  const present = [...new Set(ids.flatMap((id) => runs.value(id, "tags") || []))].sort();
  const add = async (event) => {
    event.preventDefault();
    const tags = text.split(",").map((t) => t.trim()).filter(Boolean);
    if (tags.length) await edit(ids, { tag: tags });
    onClose();
  };
  return html`<${Dialog} title=${ids.length === 1 ? `Tags of ${runs.name(ids[0])}` : `Tags of ${count(ids.length, "run")}`} onClose=${onClose}>
    ${present.length > 0 && html`<p>${present.map((tag) => html`<button type="button" class="button" key=${tag} aria-label=${`Take the tag ${tag} away`} onClick=${() => edit(ids, { untag: [tag] }).then(onClose)}>${tag} <${Icon} name="close" size="12" /></button> `)}</p>`}
    <form onSubmit=${add}><label class="field">New tags <input type="text" autofocus value=${text} placeholder="good, to repeat" onInput=${(e) => write(e.target.value)} /></label>
      <div class="dialog-foot"><button type="button" class="button" onClick=${onClose}>Cancel</button><button class="button primary">Add</button></div></form>
  <//>`;
}

function RemoveDialog({ ids, onClose, onDone }) {
  const { runs } = state, running = ids.filter((id) => runs.value(id, "state") === "running").length;
  const remove = async () => {
    onClose();
    if (await attempt(() => api.removeRuns(ids).then(() => true)) === null) return;
    await attempt(() => load());
    onDone();
    tell(`${count(ids.length, "run")} deleted.`);
  };
  return html`<${Dialog} title=${ids.length === 1 ? `Delete ${runs.name(ids[0])}?` : `Delete ${count(ids.length, "run")}?`} onClose=${onClose}>
    <p>Their curves, notes and findings go too, and so do the runs inside them. This cannot be undone.</p>
    ${running > 0 && html`<p>${count(running, "run")} of them still ${running === 1 ? "trains" : "train"}; the training goes on, unrecorded.</p>`}
    <div class="dialog-foot"><button type="button" class="button" autofocus onClick=${onClose}>Keep</button><button type="button" class="button danger" onClick=${remove}>Delete</button></div>
  <//>`;
}

/** The question that is open now: about tags or about deleting. */
export function Question({ asked, onClose, onDone }) {
  if (!asked) return null;
  return asked.kind === "tag" ? html`<${TagDialog} ids=${asked.ids} onClose=${onClose} />` : html`<${RemoveDialog} ids=${asked.ids} onClose=${onClose} onDone=${onDone} />`;
}
