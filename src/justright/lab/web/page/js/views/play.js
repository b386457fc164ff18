/** The playground: move a lever, and see at once what a small population makes of it. */

import { html, useEffect, useMemo, useReducer, useState } from "../../vendor/preact.js";
import { getColumns, getFiles } from "../api.js";
import { paletteColour } from "../colours.js";
import { Chart } from "../chart.js";
import { label, number } from "../format.js";
import { Strips } from "../run/heat.js";
import { useLab } from "../state.js";
import { Tick } from "../ui.js";
import { Levers } from "../play/levers.js";
import { Picture } from "../play/picture.js";
import { Pinned } from "../play/pinned.js";
import { PRESETS } from "../play/presets.js";
import { session } from "../play/session.js";
import { Findings, Units } from "../play/told.js";

const SAY_MS = 1500; // after the last figures, before they are read aloud (house convention)
const FIRST_PINNED = 3; // place in the palette of the first pinned try: the ones before are classes

const DASHES = { faster: [2, 3], slower: [6, 4] }, STROKES = { 2: "dotted", 6: "dashed" };

/** Draw again when the session changed. */
function useSession() {
  const [, draw] = useReducer((n) => n + 1, 0);
  useEffect(() => {
    session.listeners.add(draw);
    const end = session.open();
    return () => { session.listeners.delete(draw); end(); };
  }, []);
  return session;
}

const STATES = {
  starting: () => "Starting the training process: the first time takes a few seconds…",
  waiting: () => "Laying out the networks…",
  running: (s) => `Training: step ${s.rows.at(-1)?.step ?? 0} of ${s.said.steps}`,
  paused: (s) => `Paused at step ${s.rows.at(-1)?.step ?? 0} of ${s.said?.steps ?? "?"}`,
  ended: (s) => `${s.cut ? "Cut off by the time" : "Rests"} after ${s.rows.at(-1)?.step} steps in ${number(s.seconds, 2)} s`,
  refused: () => "This cannot work together: see what to try",
  elsewhere: () => "Another page plays now",
  gone: () => "The training process ended; the next change starts it again",
};

function figures({ rows, score, said }) {
  const last = rows.at(-1);
  if (!last || !said) return "";
  const loss = (own) => (own ? number(own[0], 3) : "not finite");
  const merit = score ? `, ${label(said.set.metric)} ${number(score[0], 3)}` : "";
  return `Step ${last.step} of ${said.steps}: training loss ${loss(last.train)}, validation loss ${loss(last.validation)}${merit}.`;
}

/** The figures for who cannot see the curves: said when they rest a moment. */
function Spoken({ now }) {
  const [said, say] = useState("");
  const words = [figures(now), ...now.troubles].join(" ");
  useEffect(() => {
    const timer = setTimeout(() => say(words), SAY_MS);
    return () => clearTimeout(timer);
  }, [words]);
  return html`<p class="unseen" role="status" aria-live="polite">${said}</p>`;
}

function Sets({ now }) {
  const [files, setFiles] = useState([]), [columns, setColumns] = useState([]);
  useEffect(() => { getFiles().then(setFiles, () => {}); }, []);
  const isFile = files.some((file) => file.path === now.set);
  useEffect(() => {
    setColumns([]);
    if (isFile) getColumns(now.set).then((found) => setColumns(found.columns), () => {});
  }, [now.set, isFile]);
  const target = now.target ?? columns.at(-1);
  const group = (name) => now.sets.filter((one) => one.group === name);
  const option = (value, words) => html`<option value=${value} selected=${value === now.set}>${words}</option>`;
  return html`<div class="play-sets"><label class="field"><span>Data set</span>
    <select value=${now.set} onChange=${(e) => session.choose(e.target.value)}>
      <optgroup label="Toys">${group("toys").map((one) => option(one.name, `${one.name}: ${one.words}`))}</optgroup>
      <optgroup label="Tables">${group("tables").map((one) => option(one.name, one.words))}</optgroup>
      ${files.length > 0 && html`<optgroup label="Your files">${files.map((file) => option(file.path, file.path))}</optgroup>`}
    </select></label>
    ${columns.length > 0 && html`<label class="field"><span>Predict</span>
      <select value=${target} onChange=${(e) => session.choose(now.set, e.target.value)}>
        ${columns.map((name) => html`<option value=${name} selected=${name === target}>${name}</option>`)}</select></label>`}
    <label class="field"><span>Lesson</span><select value=${now.preset?.key ?? ""} onChange=${(e) => { const own = PRESETS.find((one) => one.key === e.target.value); if (own) session.take(own); }}>
      <option value="" selected=${!now.preset}>choose one…</option>${PRESETS.map((one) => html`<option value=${one.key} selected=${one === now.preset}>${one.name}</option>`)}</select></label>
    ${now.preset && html`<p class="play-look">${now.preset.look}</p>`}</div>`;
}

function Bar({ now }) {
  const running = now.status === "running" || now.status === "waiting";
  const metric = now.said && label(now.said.set.metric);
  return html`<div class="play-bar"><h1>Playground</h1>
    <span class=${`play-status play-${now.status}`} role="status">${STATES[now.status](now)}</span><span class="head-gap"></span>
    ${now.score && html`<span class="play-score" title="mean over the seeds, on the validation rows">${metric} <b>${number(now.score[0], 3)}</b> <span class="soft">${number(now.score[1], 3)} to ${number(now.score[2], 3)}</span></span>`}
    <button type="button" class="button" onClick=${() => (running ? session.pause() : session.goOn())}>${running ? "Pause" : now.status === "paused" ? "Go on" : "Again"}</button>
    <button type="button" class="button" onClick=${() => session.reset()}>Reset the levers</button>
    <button type="button" class="button primary" disabled=${!now.current} onClick=${() => session.pin()}>Pin this try</button></div>`;
}

const column = (rows, pick) => rows.map((row) => pick(row) ?? NaN);

/** The lines of the loss: yours with their band, the twins thin, the pinned tries beside. */
function lines({ rows, said }, pinned, twins) {
  if (!said) return [];
  const x = rows.map((row) => row.step), found = [];
  for (const [key, name, colour] of [["validation", "validation", paletteColour(1)], ["train", "training", paletteColour(0)]]) {
    const at = (i) => column(rows, (row) => row[key]?.[i]);
    found.push({ name, colour, x, y: at(0), low: at(1), high: at(2), width: 2 });
  }
  if (twins) for (const { who, rate } of said.members.filter((one) => one.who !== "yours")) {
    found.push({ name: `validation at rate ${number(rate, 2)}`, colour: paletteColour(1), x, y: column(rows, (row) => row[who]?.[1]), width: 1, dash: DASHES[who] });
  }
  for (const one of pinned) found.push({ name: `pinned: ${one.name}`, colour: one.colour, x: one.rows.map((row) => row[0]), y: one.rows.map((row) => row[1] ?? NaN), width: 1.5 });
  return found;
}

function Curves({ now, pinned }) {
  const [logY, setLogY] = useState(true), [twins, setTwins] = useState(true);
  const theme = useLab((s) => s.theme);
  const series = useMemo(() => lines(now, pinned, twins), [now.rows, now.said, pinned, twins, theme]);
  return html`<div class="play-curves"><${Chart} title=${`Loss${now.said ? ` (${label(now.said.loss)})` : ""}`} series=${series} logY=${logY} height=${300} />
    <ul class="legend">${series.map((one) => html`<li key=${one.name}><b style=${{ borderTopColor: one.colour, borderTopStyle: STROKES[one.dash?.[0]] ?? "solid" }}></b>${one.name}</li>`)}</ul><div class="play-ticks"><${Tick} label="logarithmic" checked=${logY} onChange=${setLogY} /><${Tick} label="twins at ⅓ and 3 × the rate" checked=${twins} onChange=${setTwins} /></div></div>`;
}

function Layers({ now }) {
  const known = now.rows.filter((row) => row.gradient.length === now.layers.length && row.gradient.some((v) => v !== null));
  if (!known.length) return null;
  const values = now.layers.map((_, i) => known.map((row) => row.gradient[i]));
  return html`<section class="play-layers"><h2>Gradient by layer</h2>
    <p class="soft">Norm at each evaluation, mean over the seeds, first layer on top. Where colours fade towards the top, the first layers learn slowest.</p>
    <${Strips} key=${now.id} layers=${now.layers} steps=${known.map((row) => row.step)} values=${values} prefix="gradient_norm" /><${Units} units=${now.units} /></section>`;
}

function Facts({ said }) {
  if (!said) return null;
  const { n_train: n, n_validation: m, n_inputs: k, task, target, notes } = said.set;
  return html`<p class="soft play-facts">${label(task)}: <b>${target}</b> from ${k} ${k === 1 ? "input" : "inputs"}; ${n} rows to train on, ${m} to validate. ${said.n_parameters.toLocaleString("en-GB")} parameters, ${said.batch} rows a step; ${said.members.length} networks train at once. ${notes.join(" ")}</p>`;
}

export default function View() {
  const playable = useLab((s) => s.server.services?.play !== false);
  if (!playable) return html`<section class="empty"><h1>Playground</h1><p>This lab was started without the training room. Start it from the shell:</p><pre>justright lab --open</pre></section>`;
  return html`<${Playground} />`;
}

function Playground() {
  const now = useSession();
  const pinned = useMemo(() => now.pinned.map((one, i) => ({ ...one, colour: paletteColour(FIRST_PINNED + i) })), [now.pinned]);
  const here = useMemo(() => pinned.filter((one) => one.set === now.set), [pinned, now.set]);
  return html`<section class="play"><${Bar} now=${now} />
    <aside class="play-side" aria-label="What to try"><${Sets} now=${now} /><${Levers} said=${now.said} error=${now.error} /></aside>
    <div class="play-main"><${Facts} said=${now.said} />
      <div class="play-row"><${Curves} now=${now} pinned=${here} /><${Picture} said=${now.said} picture=${now.picture} score=${now.score} pinned=${here} /></div>
      ${now.troubles.length > 0 && html`<ul class="play-troubles" aria-label="What goes wrong">${now.troubles.map((one) => html`<li>${one}</li>`)}</ul>`}
      <${Findings} now=${now} /><${Pinned} now=${now} pinned=${pinned} /><${Layers} now=${now} /></div>
    <${Spoken} now=${now} /></section>`;
}
