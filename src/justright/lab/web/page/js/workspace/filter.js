/** The filter of the runs: an expression that the server reads, or words of names and tags. */

import { html, useEffect, useState } from "../../vendor/preact.js";
import * as api from "../api.js";
import { state, useLab } from "../state.js";
import { allColumns } from "./columns.js";
import { set } from "./settings.js";

const ASK_AFTER_MS = 180; // typing comes in bursts (house convention)
const EXPRESSION = /[<>=~]|\bcontains\b|\bin\s*\(|^not\b/; // what no plain word of a name holds

/** Whether a text is meant as an expression. */
export const isExpression = (text) => EXPRESSION.test(text);

/** The runs that match: {ids: Set|null (all), fault, busy}. Asked anew when the runs change. */
export function useMatches(text) {
  const runs = useLab((s) => s.runs), project = useLab((s) => s.project);
  const [found, set_] = useState({ ids: null, fault: null });
  useEffect(() => {
    if (!text.trim()) { set_({ ids: null, fault: null }); return undefined; }
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      const [where, words] = isExpression(text) ? [text, ""] : ["", text];
      try {
        const reply = await api.filterRuns(where, words, project, stop.signal);
        set_({ ids: new Set(reply.ids), fault: null });
      } catch (fault) {
        if (fault.name !== "AbortError") set_((old) => ({ ...old, fault }));
      }
    }, ASK_AFTER_MS);
    return () => { clearTimeout(timer); stop.abort(); };
  }, [text, runs, project]);
  return found;
}

export function Filter({ value, fault }) {
  const [text, write] = useState(value);
  useEffect(() => write(value), [value]);
  const typed = (e) => { write(e.target.value); set({ filter: e.target.value }); };
  return html`<div class="filter"><label><span class="unseen">Filter runs by an expression or by words</span>
    <input type="search" data-filter value=${text} placeholder="Filter: depth >= 3, or words" list="columns" spellcheck=${false} autocomplete="off"
      aria-invalid=${fault ? "true" : undefined} aria-describedby="filter-fault" onInput=${typed} /></label>
    <datalist id="columns">${allColumns(state.runs).filter((c) => !c.startsWith("best.")).slice(0, 60).map((c) => html`<option value=${`${c} `}></option>`)}</datalist>
    <p id="filter-fault" class="fault" role="status">${fault && html`${fault.seen}${fault.needed && html`; needed: ${fault.needed}`}${fault.try && html`; try <code>${fault.try}</code>`}`}</p>
  </div>`;
}
