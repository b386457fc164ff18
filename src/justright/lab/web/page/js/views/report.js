/** Reports: charts of runs with words between them, kept in the lab, exported as one HTML file. */

import { html, useEffect, useMemo, useState } from "../../vendor/preact.js";
import { reportHtml } from "../api.js";
import { allot, paletteColour } from "../colours.js";
import { save } from "../files.js";
import { Fault } from "../questions/fault.js";
import { Editor, NAMES, NEW, Shown } from "../report/blocks.js";
import { moved, useReport } from "../report/kept.js";
import { Reports } from "../report/list.js";
import { attempt, useLab } from "../state.js";
import { Choice } from "../ui.js";

const SAID = { reading: "", new: "Not kept yet", kept: "Kept", changed: "Keeping…", "not kept": "Not kept", lost: "" };

export default function View({ rest }) {
  return rest ? html`<${Report} key=${rest} name=${rest} />` : html`<${Reports} />`;
}

function Report({ name }) {
  const { body, change, status, fault, flush } = useReport(name);
  const [mode, setMode] = useState("write");
  useEffect(() => {
    document.title = `${body?.title || name} · Justright lab`;
    return () => { document.title = "Justright lab"; };
  }, [body?.title]);
  const look = useLook(body);
  if (!body) return html`<section class="page report-view"><h1>${name}</h1>
    <${Fault} fault=${fault} />${!fault && html`<p class="waiting" role="status">Reading the report…</p>`}</section>`;
  const exported = async () => {
    await flush();
    const file = await attempt(() => reportHtml(name, body));
    if (file) save(`${name}.html`, file);
  };
  return html`<section class="page report-view">
    <p class="soft"><a href="#/report">← All reports</a></p>
    <div class="tools report-tools">
      <${Choice} label="Mode" value=${mode} options=${[["write", "Write"], ["read", "Preview"]]} onChange=${setMode} />
      <button type="button" class="button primary" disabled=${!body.blocks.length} onClick=${exported}>Export one HTML file</button>
      <span class="soft" role="status">${SAID[status]}</span>
    </div>
    <${Fault} fault=${fault} />
    ${mode === "read" ? html`<${Preview} body=${body} look=${look} />` : html`<${Writing} ...${{ body, change, look }} />`}
  </section>`;
}

/** Names and colours of the runs: no two of few runs have one colour, here and in the file. */
function useLook(body) {
  const runs = useLab((s) => s.runs);
  const theme = useLab((s) => s.theme);
  const drawn = (body?.blocks ?? []).filter((one) => one.kind === "chart").flatMap((one) => one.runs);
  const key = [...new Set(drawn)].join(",");
  return useMemo(() => {
    const places = allot(key.split(",").map(Number));
    return (id) => ({ name: runs.name(id), colour: runs.value(id, "colour") || paletteColour(places.get(id) ?? 0) });
  }, [runs, theme, key]);
}

function Preview({ body, look }) {
  return html`<article class="report-preview"><h1>${body.title}</h1>
    ${body.blocks.length
      ? body.blocks.map((block, i) => html`<div class="report-block" key=${i}><${Shown} block=${block} look=${look} /></div>`)
      : html`<p class="soft">Nothing in it yet.</p>`}
  </article>`;
}

function Writing({ body, change, look }) {
  const { blocks } = body;
  const put = (next) => change({ ...body, blocks: next });
  const add = (kind, at) => put([...blocks.slice(0, at), { ...NEW[kind], ...before(blocks, kind) }, ...blocks.slice(at)]);
  return html`
    <h1 class="unseen">Write ${body.title}</h1>
    <input class="report-title" type="text" aria-label="Title of the report" maxlength="200" value=${body.title}
      onInput=${(e) => change({ ...body, title: e.currentTarget.value })} />
    ${blocks.map((block, i) => html`<div class="block" key=${i} role="group" aria-label=${`Block ${i + 1}: ${NAMES[block.kind]}`}>
      <div class="block-head">
        <span class="soft">${NAMES[block.kind] ?? block.kind}</span>
        <button type="button" class="button small" disabled=${i === 0} aria-label=${`Move block ${i + 1} up`} onClick=${() => put(moved(blocks, i, -1))}>↑</button>
        <button type="button" class="button small" disabled=${i === blocks.length - 1} aria-label=${`Move block ${i + 1} down`} onClick=${() => put(moved(blocks, i, 1))}>↓</button>
        <button type="button" class="button small danger" aria-label=${`Remove block ${i + 1}`} onClick=${() => put(blocks.filter((_, k) => k !== i))}>Remove</button>
      </div>
      <${Editor} block=${block} onChange=${(next) => put(blocks.map((one, k) => (k === i ? next : one)))} />
      <div class="block-shown"><${Shown} block=${block} look=${look} /></div>
    </div>`)}
    ${!blocks.length && html`<p class="soft">Begin with a text that says what was asked, then the curves that answer it.</p>`}
    <div class="tools" role="group" aria-label="Add a block">
      ${Object.entries(NAMES).map(([kind, words]) => html`<button type="button" class="button" key=${kind} onClick=${() => add(kind, blocks.length)}>+ ${words}</button>`)}
    </div>
  `;
}

/** A new chart begins with the runs of the chart before it: as a rule they are the same. */
function before(blocks, kind) {
  if (kind === "text") return {};
  const last = [...blocks].reverse().find((one) => one.runs?.length);
  return last ? { runs: last.runs } : {};
}
