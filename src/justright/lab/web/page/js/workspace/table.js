/** The table of runs: only the rows in sight are in the page, whatever their number. */

import { html, useEffect, useMemo, useRef, useState } from "../../vendor/preact.js";
import { count } from "../format.js";
import { change, listen, state } from "../state.js";
import { Icon, IconButton } from "../ui.js";
import { columnName, isNumeric } from "./columns.js";
import { tableRows } from "./order.js";
import { GroupRow, RunRow } from "./rows.js";
import { set, show } from "./settings.js";

const ROW_PX = 30; // the height of a row; css/lab.css holds the same
const SPARE_ROWS = 8; // above and below the sight, so that a scroll finds them there

/** Which rows are in sight of a scrolled box. */
function useWindow(box, n) {
  const [sight, look] = useState({ top: 0, height: 600 });
  useEffect(() => {
    const heard = () => look((old) => {
      const top = Math.floor(box.current.scrollTop / ROW_PX), height = box.current.clientHeight;
      return old.top === top && old.height === height ? old : { top, height };
    });
    const sizes = new ResizeObserver(heard);
    sizes.observe(box.current);
    box.current.addEventListener("scroll", heard, { passive: true });
    return () => { sizes.disconnect(); box.current?.removeEventListener("scroll", heard); };
  }, []);
  const first = Math.max(0, Math.min(sight.top, n - 1) - SPARE_ROWS);
  return [first, Math.min(n, first + Math.ceil(sight.height / ROW_PX) + 2 * SPARE_ROWS)];
}

/** Mark the row of the run under the pointer: by hand, as it moves with every pixel. */
function useHover(box, drawn) {
  useEffect(() => {
    const mark = () => {
      box.current.querySelector("tr.lit")?.classList.remove("lit");
      if (state.hover !== null) box.current.querySelector(`tr[data-id="${state.hover}"]`)?.classList.add("lit");
    };
    mark();
    return listen(mark);
  }, [drawn]);
}

function Head({ columns, sort, runs, all, someShown, picked, order, onPick }) {
  const turn = (by) => set({ sort: { by, down: sort.by === by ? !sort.down : isNumeric(runs, by) || by === "created" } });
  const aria = (by) => (sort.by === by ? (sort.down ? "descending" : "ascending") : "none");
  const every = order.length > 0 && picked.size === order.length;
  return html`<thead><tr aria-rowindex="1">
    <th scope="col" class="col-eye"><input type="checkbox" aria-label="Select all runs" checked=${every} onChange=${() => onPick(every ? [] : order, true)} />
      <${IconButton} icon=${someShown ? "eye" : "shut"} label=${someShown ? "Hide all runs" : "Show all runs"} onClick=${() => show(all, !someShown)} /></th>
    ${["name", ...columns].map((c) => html`<th key=${c} scope="col" class=${c === "name" ? "col-name" : ""} aria-sort=${aria(c)}>
      <button type="button" onClick=${() => turn(c)} title=${`Sort by ${columnName(c)}`}><span class="head-name">${c === "name" ? count(order.length, "run") : columnName(c)}</span>${sort.by === c && html`<span class=${`arrow ${sort.down ? "" : "arrow-up"}`}><${Icon} name="chevron" size="13" /></span>`}</button></th>`)}
  </tr></thead>`;
}

/** Keys of the table: from row to row, and what a letter does with the run. */
function useKeys({ rows, active, setActive, box, act, openGroup }) {
  const to = (index) => {
    const at = Math.max(0, Math.min(rows.length - 1, index));
    setActive(at);
    change({ hover: rows[at]?.id ?? null });
    const { current } = box, top = at * ROW_PX, page = current.clientHeight - 2 * ROW_PX;
    if (top < current.scrollTop) current.scrollTop = top;
    else if (top > current.scrollTop + page) current.scrollTop = top - page;
    requestAnimationFrame(() => current.querySelector("tr.active")?.focus({ preventScroll: true }));
  };
  return (event) => {
    if (event.target.closest("input, thead") || event.ctrlKey || event.metaKey) return;
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15, Home: -Infinity, End: Infinity };
    const row = rows[active];
    if (event.key in steps) to(active + steps[event.key]);
    else if (event.target.closest("button, a")) return;
    else if (row?.group !== undefined && "Enter ".includes(event.key)) openGroup(row.group);
    else if (row?.id !== undefined && act(row.id, event.key)) ; // done
    else return;
    event.preventDefault();
  };
}

export function RunsTable({ runs, order, groups, columns, space, hidden, colours, picked, onPick, onMenu, act }) {
  const box = useRef(null);
  const [open, setOpen] = useState(new Set()), [active, setActive] = useState(0);
  const rows = useMemo(() => tableRows(order, groups, open), [order, groups, open]);
  const [first, last] = useWindow(box, rows.length);
  useHover(box, `${first} ${last} ${rows.length}`);
  const openGroup = (key) => setOpen((old) => { const now = new Set(old); if (!now.delete(key)) now.add(key); return now; });
  const key = useKeys({ rows, active, setActive, box, act, openGroup });
  const numeric = useMemo(() => new Set(columns.filter((c) => isNumeric(runs, c))), [runs, columns]);
  const shared = { runs, columns, numeric, hidden, colours, baseline: space.baseline };
  const focused = (event) => {
    const index = Number(event.target.closest("tbody tr")?.getAttribute("aria-rowindex"));
    if (index) setActive(index - 2); // the keys mean the row that has the focus, however it came there
  };
  const over = (event) => {
    const id = Number(event.target.closest("tr[data-id]")?.dataset.id) || null;
    if (state.hover !== id) change({ hover: id });
  };
  return html`<div class="runs-box" ref=${box} role="region" aria-label="Runs" tabindex="0" onKeyDown=${key} onfocusin=${focused} onMouseOver=${over} onMouseLeave=${() => change({ hover: null })}>
    <table class="runs" aria-rowcount=${rows.length + 1}>
      <${Head} columns=${columns} sort=${space.sort} runs=${runs} all=${order} someShown=${order.some((id) => !hidden.has(id))} picked=${picked} order=${order} onPick=${onPick} />
      <tbody>
        ${first > 0 && html`<tr class="spacer" aria-hidden="true" key="above"><td colspan=${columns.length + 2} style=${{ height: `${first * ROW_PX}px` }}></td></tr>`}
        ${rows.slice(first, last).map((row, i) => (row.group !== undefined
          ? html`<${GroupRow} key=${`group ${row.group}`} index=${first + i} row=${row} open=${open.has(row.group)} active=${active === first + i} onOpen=${openGroup} ...${shared} />`
          : html`<${RunRow} key=${row.id} index=${first + i} id=${row.id} inside=${row.inside} picked=${picked.has(row.id)} active=${active === first + i} onPick=${onPick} onMenu=${onMenu} ...${shared} />`))}
        ${last < rows.length && html`<tr class="spacer" aria-hidden="true" key="below"><td colspan=${columns.length + 2} style=${{ height: `${(rows.length - last) * ROW_PX}px` }}></td></tr>`}
      </tbody>
    </table>
  </div>`;
}
