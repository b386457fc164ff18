/** The filter of the runs: an expression that the server reads, or words of names and tags. */

import { html, useEffect, useRef, useState } from "../../vendor/preact.js";
import * as api from "../api.js";
import { state, useLab } from "../state.js";
import { allColumns } from "./columns.js";
import { set } from "./settings.js";

const ASK_AFTER_MS = 180; // typing comes in bursts (house convention)
const ASK_AGAIN_MS = 1000; // running runs change several times a second
const EXPRESSION = /[<>=~]|\bcontains\b|\bin\s*\(|^not\b/; // what no plain word of a name holds

/** Whether a text is meant as an expression. */
export const isExpression = (text) => EXPRESSION.test(text);

/** The runs that match: {ids: Set|null (all), fault}. Asked anew while runs change, at leisure. */
export function useMatches(text) {
  const runs = useLab((s) => s.runs), project = useLab((s) => s.project);
  const [found, put] = useState({ ids: null, fault: null }), again = useRef(0), ask = useRef(null);
  useEffect(() => {
    if (!text.trim()) { put({ ids: null, fault: null }); ask.current = null; return undefined; }
    const stop = new AbortController(), [where, words] = isExpression(text) ? [text, ""] : ["", text];
    ask.current = async () => {
      try {
        put({ ids: new Set((await api.filterRuns(where, words, project, stop.signal)).ids), fault: null });
      } catch (fault) {
        if (fault.name !== "AbortError") put((old) => ({ ...old, fault }));
      }
    };
    const timer = setTimeout(ask.current, ASK_AFTER_MS);
    return () => { clearTimeout(timer); stop.abort(); };
  }, [text, project]);
  useEffect(() => {
    if (!ask.current || again.current) return;
    again.current = setTimeout(() => { again.current = 0; ask.current?.(); }, ASK_AGAIN_MS);
  }, [runs]);
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
