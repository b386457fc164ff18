/** The frame of the page: head, router by the address's hash, help, notices. */

import { html, render, useEffect, useState } from "../vendor/preact.js";
import { change, load, nextTheme, setTheme, start, state, useLab } from "./state.js";
import { Dialog, Icon } from "./ui.js";

// Modules that lie deep in the workspace's imports: asked for at once, they come side by side.
const DEEP = ["./chart.js", "./lines.js", "./workspace/panel.js", "./workspace/rows.js"];
// Each view comes when it is first shown: the workspace pays for no other's code.
const VIEWS = {
  workspace: () => {
    import("./workspace/settings.js").then((settings) => settings.loadSettings());
    DEEP.forEach((part) => import(part));
    return import("./views/workspace.js");
  },
  run: () => import("./views/run.js"),
  questions: () => import("./views/questions.js"),
  play: () => import("./views/play.js"),
  compare: () => import("./views/compare.js"),
  report: () => import("./views/report.js"),
};
const PLACES = [["workspace", "Workspace", "#/"], ["questions", "Questions", "#/questions"],
  ["play", "Playground", "#/play"], ["report", "Reports", "#/report"]];
const KEYS = [["/", "filter the runs"], ["?", "show these keys"], ["g w", "workspace"], ["g q", "questions"],
  ["g p", "playground"], ["g r", "reports"], ["t", "light, dark or the system's theme"],
  ["↑ ↓", "in the table: from run to run; in a chart: from line to line"],
  ["← →", "in a chart: along the line; with Shift: move the zoomed part"], ["+ −", "in a chart: zoom"],
  ["Enter", "open the run"], ["h", "in the table: show or hide the run"], ["o", "in the table: show only this run"],
  ["p", "in the table: pin the run"], ["b", "in the table: take the run as the baseline"], ["Esc", "close, or leave the zoom"]];

const EXAMPLE = "depth >= 3 and rmse < 0.5"; // not in the template: there "<" begins an element

/** Read the hash: "#/run/7" -> {view: "run", rest: "7"}. */
export function route(hash = location.hash) {
  const [path, search = ""] = hash.replace(/^#\/?/, "").split("?");
  const [view = "", ...rest] = path.split("/");
  const known = view in VIEWS ? view : "workspace";
  return { view: known, rest: decodeURIComponent(rest.join("/")), search: new URLSearchParams(search) };
}

function useRoute() {
  const [now, set] = useState(route());
  useEffect(() => {
    const heard = () => set(route());
    addEventListener("hashchange", heard);
    return () => removeEventListener("hashchange", heard);
  }, []);
  return now;
}

function Place({ at }) {
  const [view, set] = useState(null);
  useEffect(() => {
    let wanted = true;
    VIEWS[at.view]().then((module) => wanted && set({ name: at.view, View: module.default }));
    return () => { wanted = false; };
  }, [at.view]);
  if (!view || view.name !== at.view) return html`<p class="waiting" role="status">Loading…</p>`;
  return html`<${view.View} key=${at.view} rest=${at.rest} search=${at.search} />`;
}

function Projects() {
  const project = useLab((s) => s.project), server = useLab((s) => s.server);
  if ((server.projects || []).length < 2) return null;
  return html`<label class="field head-project"><span class="unseen">Project</span>
    <select value=${project} onChange=${(e) => load(e.target.value)}>
      <option value="">All projects</option>
      ${server.projects.map((name) => html`<option value=${name}>${name}</option>`)}
    </select></label>`;
}

function Head({ at, onHelp }) {
  const theme = useLab((s) => s.theme), live = useLab((s) => s.live), server = useLab((s) => s.server);
  return html`<header class="head">
    <a class="skip" href="#content">Skip to the content</a>
    <a class="brand" href="#/" aria-label="Justright lab: workspace"><img src="/static/icon.svg" alt="" width="22" height="22" /><b>Justright</b> <span>lab</span></a>
    <nav aria-label="Views">${PLACES.map(([view, name, href]) => html`
      <a href=${href} aria-current=${at.view === view ? "page" : undefined}>${name}</a>`)}</nav>
    <span class="head-gap"></span>
    <${Projects} />
    <span class=${`live live-${live}`} role="status" title=${server.file || ""}><i aria-hidden="true"></i><span>${live === "on" ? "Live" : "Not connected"}</span></span>
    <button class="icon-button" aria-label=${`Theme: ${theme}. Change it`} title=${`Theme: ${theme}`} onClick=${() => setTheme(nextTheme(theme))}>
      <${Icon} name=${{ light: "sun", dark: "moon", system: "screen" }[theme]} /></button>
    <button class="icon-button" aria-label="Help and keys" title="Help and keys (?)" onClick=${onHelp}><${Icon} name="help" /></button>
  </header>`;
}

function Help({ onClose }) {
  const server = useLab((s) => s.server);
  return html`<${Dialog} title="Help and keys" onClose=${onClose}>
    <dl class="keys">${KEYS.map(([key, means]) => html`<div><dt>${key.split(" ").map((k) => html`<kbd>${k}</kbd>`)}</dt><dd>${means}</dd></div>`)}</dl>
    <p>Filter runs by an expression: <code>${EXAMPLE}</code>, or by words of their names and tags.</p>
    <p class="soft">Everything here is read from <code>${server.file || "the lab's file"}</code> on this machine; nothing leaves it. Justright ${server.version || ""}</p>
  <//>`;
}

function Notice() {
  const notice = useLab((s) => s.notice);
  return html`<div class="notices" role="status" aria-live="polite">${notice && html`
    <p class=${`notice notice-${notice.tone}`}><span>${notice.text}${notice.try && html`<br /><code>${notice.try}</code>`}</span>
      <button class="icon-button" aria-label="Close the notice" onClick=${() => change({ notice: null })}><${Icon} name="close" /></button></p>`}</div>`;
}

function Fault({ fault }) {
  return html`<section class="empty"><h1>The lab cannot be read</h1><p>${fault.seen}</p>
    ${fault.needed && html`<p class="soft">Needed: ${fault.needed}</p>`}
    ${fault.try && html`<p>Try: <code>${fault.try}</code></p>`}
    <button class="button" onClick=${() => location.reload()}>Try again</button></section>`;
}

/** Keys that work everywhere, unless the user is writing. */
function useKeys(onHelp) {
  useEffect(() => {
    let before = "";
    const heard = (event) => {
      const writing = event.target.closest?.("input, textarea, select, [contenteditable], dialog");
      if (writing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "?") onHelp();
      else if (event.key === "/") document.querySelector("[data-filter]")?.focus();
      else if (event.key === "t" && before !== "g") setTheme(nextTheme(state.theme));
      else if (before === "g") {
        const to = { w: "#/", q: "#/questions", p: "#/play", r: "#/report" }[event.key];
        if (to) location.hash = to;
      } else { before = event.key; return; }
      before = "";
      if ("/?".includes(event.key)) event.preventDefault();
    };
    addEventListener("keydown", heard);
    return () => removeEventListener("keydown", heard);
  }, []);
}

function App() {
  const at = useRoute();
  const ready = useLab((s) => s.ready), fault = useLab((s) => s.fault);
  const [help, setHelp] = useState(false);
  useKeys(() => setHelp(true));
  return html`<div class=${`app app-${at.view}`}>
    <${Head} at=${at} onHelp=${() => setHelp(true)} />
    <main id="content" tabindex="-1">${fault ? html`<${Fault} fault=${fault} />`
      : ready ? html`<${Place} at=${at} />` : html`<p class="waiting" role="status">Reading the runs…</p>`}</main>
    ${help && html`<${Help} onClose=${() => setHelp(false)} />`}
    <${Notice} />
  </div>`;
}

window.__lab = state; // what tests look at
// The router owns the hash: a skip link must move the focus without changing the place.
addEventListener("click", (event) => {
  if (!event.target.closest?.(".skip")) return;
  event.preventDefault();
  document.getElementById("content").focus();
});
const root = document.getElementById("app");
root.textContent = "";
render(html`<${App} />`, root);
VIEWS[route().view](); // its code comes while the runs are read
start();
