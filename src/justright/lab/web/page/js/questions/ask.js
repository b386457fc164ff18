/** The form that asks a new question: which one, of which table, for which column, how long. */

import { html, useEffect, useState } from "../../vendor/preact.js";
import { getColumns, getFiles, startJob } from "../api.js";
import { bytes } from "../figure/words.js";
import { Fault } from "./fault.js";

const TIMES = [[15, "15 s"], [30, "30 s"], [60, "1 min"], [120, "2 min"], [300, "5 min"], [900, "15 min"]];

/** `questions`: those that need no more than a table and a target. */
export function Ask({ questions, chosen, onChosen, onAsked }) {
  const [files, setFiles] = useState(null);
  const [path, setPath] = useState("");
  const [columns, setColumns] = useState([]);
  const [target, setTarget] = useState("");
  const [time, setTime] = useState(60);
  const [fault, setFault] = useState(null);
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    getFiles().then((found) => { setFiles(found); setPath(found[0]?.path ?? ""); }, setFault);
  }, []);
  useEffect(() => {
    if (!path) return undefined;
    let isCurrent = true;
    setColumns([]);
    setFault(null);
    getColumns(path).then(
      (found) => {
        if (!isCurrent) return;
        setColumns(found.columns);
        setTarget(found.columns[found.columns.length - 1] ?? "");
      },
      (error) => isCurrent && setFault(error),
    );
    return () => { isCurrent = false; };
  }, [path]);

  const ask = async (event) => {
    event.preventDefault();
    setBusy(true);
    setFault(null);
    try {
      await startJob({ question: chosen, path, target, time_s: time });
      onAsked();
    } catch (error) {
      setFault(error);
    }
    setBusy(false);
  };

  if (files && !files.length && !fault)
    return html`<p class="empty">
      There is no table in the folder in which the lab was started. Put a CSV, TSV, Parquet or JSON
      file there, or run <code>justright demo</code>, and reload the page.
    </p>`;
  return html`<form class="ask" onSubmit=${ask}>
    <label class="field wide"><span>Question</span>
      <select value=${chosen} onChange=${(e) => onChosen(e.currentTarget.value)}>
        ${questions.map((one) => html`<option value=${one.name} selected=${one.name === chosen}>${one.asked}</option>`)}
      </select></label>
    <label class="field"><span>File</span>
      <select value=${path} onChange=${(e) => setPath(e.currentTarget.value)}>
        ${(files ?? []).map((one) => html`<option value=${one.path}>${one.path} (${bytes(one.bytes)})</option>`)}
      </select></label>
    <label class="field"><span>Column to predict</span>
      <select value=${target} disabled=${!columns.length} onChange=${(e) => setTarget(e.currentTarget.value)}>
        ${columns.map((name) => html`<option value=${name} selected=${name === target}>${name}</option>`)}
      </select></label>
    <label class="field"><span>Time</span>
      <select value=${time} onChange=${(e) => setTime(Number(e.currentTarget.value))}>
        ${TIMES.map(([value, words]) => html`<option value=${value} selected=${value === time}>${words}</option>`)}
      </select></label>
    <button type="submit" class="button primary" disabled=${busy || !target || !chosen}>Ask</button>
    <${Fault} fault=${fault} />
  </form>`;
}
