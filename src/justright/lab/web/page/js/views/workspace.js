/** All runs in one table, all their curves in one chart a metric. */

import { html, useEffect, useMemo, useRef, useState } from "../../vendor/preact.js";
import { paletteColour } from "../colours.js";
import { count } from "../format.js";
import { paint, state, useLab } from "../state.js";
import { IconButton, Select } from "../ui.js";
import { act, Bulk, Question, RunMenu } from "../workspace/actions.js";
import { colouring, MOST_HUES } from "../workspace/colouring.js";
import { autoColumns } from "../workspace/columns.js";
import { Empty } from "../workspace/empty.js";
import { Filter, useMatches } from "../workspace/filter.js";
import { grouped, sorted } from "../workspace/order.js";
import { ColumnPicker } from "../workspace/picker.js";
import { Sections } from "../workspace/sections.js";
import { set } from "../workspace/settings.js";
import { Splitter } from "../workspace/splitter.js";
import { RunsTable } from "../workspace/table.js";
import { Toolbar } from "../workspace/toolbar.js";

const MOST_DRAWN = 1000; // runs in one chart; more are black, and slow (house convention)

/** An array that stays the same object while its members do: what depends on it rests then. */
function useSame(list) {
  const kept = useRef(list);
  if (kept.current !== list && (kept.current.length !== list.length || kept.current.some((v, i) => v !== list[i]))) kept.current = list;
  return kept.current;
}

/** A value that stays the same object while its key does: a step of one run redraws no other chart. */
function useKept(value, key) {
  const kept = useRef({ value, key });
  if (kept.current.key !== key) kept.current = { value, key };
  return kept.current.value;
}

/** What follows from the runs and the settings: order, groups, shown runs, colours. */
function useModel(runs, space, hidden, dark) {
  const { ids: matches, fault } = useMatches(space.filter);
  const matched = useMemo(() => runs.ids.filter((id) => (!matches || matches.has(id)) && (!space.kind || runs.value(id, "kind") === space.kind)), [runs, matches, space.kind]);
  const order = useSame(useMemo(() => sorted(runs, matched, space.sort), [runs, matched, space.sort]));
  const parts = useMemo(() => (space.group ? grouped(runs, order, space.group) : null), [runs, order, space.group]);
  const groups = useKept(parts, JSON.stringify(parts));
  const open = useMemo(() => order.filter((id) => !hidden.has(id)), [order, hidden]);
  // Lines lie above each other in the order of the runs, not of the table: sorting redraws nothing.
  const shown = useSame(useMemo(() => open.slice(0, MOST_DRAWN).sort((a, b) => a - b), [open]));
  useEffect(() => { if (shown.length <= MOST_HUES || state.places.size) paint(shown.length <= MOST_HUES ? shown : []); }, [shown]);
  const places = useLab((s) => s.places);
  const fresh = useMemo(() => colouring(runs, shown, space.colourBy), [runs, shown, space.colourBy, places, dark]);
  const colours = useKept(fresh, `${space.colourBy} ${shown.map(fresh.of)} ${JSON.stringify(fresh.legend)}`);
  const groupColours = useMemo(() => groups && new Map(groups.map(({ key }, i) => [key, paletteColour(i)])), [groups, dark]);
  return { order, groups, shown, colours, groupColours, fault, left: open.length - shown.length };
}

function Kinds({ runs, kind }) {
  const kinds = useMemo(() => [...new Set(runs.columns.kind || [])].filter(Boolean).sort(), [runs]);
  if (kinds.length < 2) return null;
  return html`<${Select} label="Kind of runs" seen=${false} value=${kind} onChange=${(k) => set({ kind: k })} options=${[["", "all kinds"], ...kinds.map((k) => [k, k])]} />`;
}

function Runs({ runs, space, hidden, model }) {
  const [picked, setPicked] = useState(new Set()), [menu, openMenu] = useState(null), [asked, ask] = useState(null);
  const columns = useMemo(() => space.columns || autoColumns(runs), [space.columns, runs]);
  const pick = (ids, on) => setPicked((old) => {
    if (!ids.length) return new Set();
    const now = new Set(old);
    for (const id of ids) if (on) now.add(id); else now.delete(id);
    return now;
  });
  const turn = (id) => pick([id], !picked.has(id));
  const chosen = [...picked].filter((id) => runs.has(id));
  return html`<aside class="runs-side" aria-label="Runs" style=${{ width: `${space.tableWidth}px` }}>
    <div class="runs-head"><${Filter} value=${space.filter} fault=${model.fault} /><${Kinds} runs=${runs} kind=${space.kind} />
      <${ColumnPicker} runs=${runs} columns=${columns} chosen=${space.columns} />
      <${IconButton} icon="side" label="Close the table" className="close-table" onClick=${() => set({ tableWidth: 0 })} /></div>
    <${Bulk} ids=${chosen} onClear=${() => pick([])} ask=${ask} />
    <${RunsTable} runs=${runs} order=${model.order} groups=${model.groups} columns=${columns} space=${space} hidden=${hidden} colours=${model.colours}
      picked=${picked} onPick=${pick} onMenu=${(id, at) => openMenu({ id, at })} act=${(id, key) => act(id, key, turn)} />
    ${!model.order.length && html`<p class="waiting">No run matches. <button type="button" class="button" onClick=${() => set({ filter: "", kind: "" })}>Show all runs</button></p>`}
    ${menu && html`<${RunMenu} id=${menu.id} at=${menu.at} onClose=${() => openMenu(null)} ask=${ask} />`}
    <${Question} asked=${asked} onClose=${() => ask(null)} onDone=${() => pick([])} />
  </aside>`;
}

function Loaded({ space }) {
  const runs = useLab((s) => s.runs), metrics = useLab((s) => s.metrics), hidden = useLab((s) => s.hidden), dark = useLab((s) => s.dark);
  const model = useModel(runs, space, hidden, dark);
  const { shown, colours, groups, groupColours, left } = model;
  if (!runs.n) return html`<${Empty} />`;
  return html`<div class="workspace"><h1 class="unseen">Workspace</h1>
    ${space.tableWidth > 0 && html`<${Runs} runs=${runs} space=${space} hidden=${hidden} model=${model} /><${Splitter} width=${space.tableWidth} />`}
    <div class="charts">
      <${Toolbar} space=${space} runs=${runs} metrics=${metrics} shown=${shown} legend=${groups ? null : colours.legend} onTable=${() => set({ tableWidth: 480 })} />
      ${left > 0 && html`<p class="limit">The charts draw ${count(MOST_DRAWN, "run")}; ${left.toLocaleString("en-GB")} more are in the table. Filter or hide runs to choose which.</p>`}
      <${Sections} metrics=${metrics} space=${space} shown=${shown} runs=${runs} colours=${colours} groups=${groups} groupColours=${groupColours} hidden=${hidden} />
    </div>
  </div>`;
}

export default function View() {
  const space = useLab((s) => s.space);
  return space ? html`<${Loaded} space=${space} />` : html`<p class="waiting" role="status">Reading the workspace…</p>`;
}
