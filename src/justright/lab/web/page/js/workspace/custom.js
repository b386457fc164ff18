/** A chart of the user's own: its frame and actions; the drawing comes when it is needed. */

import { html, useEffect, useRef, useState } from "../../vendor/preact.js";
import { state } from "../state.js";
import { IconButton, Menu } from "../ui.js";
import { AddDialog, titleOf } from "./add.js";
import { useSight } from "./panel.js";
import { set } from "./settings.js";

const DRAWINGS = {
  line: () => import("./linecard.js"), scatter: () => import("./scatter.js"), bar: () => import("./bars.js"),
  parallel: () => import("./parallel.js"), importance: () => import("./importance.js"), heat: () => import("./heat.js"),
};
const WIDE = new Set(["parallel"]); // needs the width
const HEIGHT_PX = 250, TALL_PX = 320;

/** Move a chart by one place, or take it away. */
function moved(chart, by) {
  const charts = state.space.charts.filter((c) => c.id !== chart.id), at = state.space.charts.findIndex((c) => c.id === chart.id);
  if (by !== null) charts.splice(Math.max(0, at + by), 0, chart);
  set({ charts });
}

/** Buttons at the head of a chart of the user's own. */
function Actions({ chart, title, onChange }) {
  const at = state.space.charts.findIndex((c) => c.id === chart.id);
  return html`<${Menu} icon="more" label=${`More for ${title}`} align="right">${(close) => {
    const item = (name, work, danger) => html`<button type="button" class=${`menu-item ${danger ? "danger" : ""}`} onClick=${() => { close(); work(); }}>${name}</button>`;
    return html`${item("Change…", onChange)}${at > 0 && item("Move forward", () => moved(chart, -1))}${at < state.space.charts.length - 1 && item("Move back", () => moved(chart, 1))}
      ${item("Take away", () => moved(chart, null), true)}`;
  }}<//>`;
}

/** The frame of a drawing in SVG: title, the same as a table, files. `table`: {heads, rows}. */
export function Frame({ title, actions, table, children, note, height = HEIGHT_PX }) {
  const [asTable, turn] = useState(false), body = useRef(null);
  const take = async (kind) => {
    const files = await import("../files.js");
    if (kind === "csv") files.save(`${title}.csv`, files.csv([table.heads, ...table.rows]));
    else if (kind === "svg") files.takeDrawing(title, body.current.querySelector("svg"));
    else files.takePicture(title, body.current.querySelector("svg"));
  };
  return html`<figure class="chart" aria-label=${title}><figcaption class="chart-head"><span class="chart-title" title=${title}>${title}</span>${actions}
      <${IconButton} icon="table" label=${`Show ${title} as a ${asTable ? "chart" : "table"}`} pressed=${asTable} onClick=${() => turn(!asTable)} />
      <${Menu} icon="down" label=${`Save ${title}`} align="right">${(close) => [["csv", "Values (CSV)"], ...(asTable ? [] : [["png", "Picture (PNG)"], ["svg", "Drawing (SVG)"]])].map(([kind, name]) => html`
        <button type="button" class="menu-item" key=${kind} onClick=${() => { close(); take(kind); }}>${name}</button>`)}<//></figcaption>
    <div class="chart-body" ref=${body} style=${{ height: asTable ? "auto" : `${height}px` }}>${asTable ? html`<div class="figures" tabindex="0" role="group" aria-label=${`${title} as a table`}>
      <table><thead><tr>${table.heads.map((h) => html`<th scope="col">${h}</th>`)}</tr></thead><tbody>${table.rows.slice(0, 500).map((row) => html`<tr>${row.map((v, i) => (i ? html`<td>${typeof v === "number" ? Number(v.toPrecision(6)) : v ?? "–"}</td>` : html`<th scope="row">${v}</th>`))}</tr>`)}</tbody></table></div>` : children}</div>
    ${note && html`<p class="chart-note">${note}</p>`}</figure>`;
}

/** The width of an element, as it changes. */
export function useWidth(box) {
  const [width, set_] = useState(0);
  useEffect(() => {
    const sizes = new ResizeObserver(() => set_(box.current?.clientWidth || 0));
    sizes.observe(box.current);
    return () => sizes.disconnect();
  }, []);
  return width;
}

export function CustomPanel({ chart, ...shared }) {
  const box = useRef(null), seen = useSight(box);
  const [Drawing, put] = useState(null), [changing, change] = useState(false);
  useEffect(() => {
    let wanted = true;
    if (seen) DRAWINGS[chart.kind]().then((module) => wanted && put(() => module.default));
    return () => { wanted = false; };
  }, [seen, chart.kind]);
  const title = titleOf(chart), height = WIDE.has(chart.kind) ? TALL_PX : HEIGHT_PX;
  return html`<div class=${`panel ${WIDE.has(chart.kind) ? "panel-wide" : ""}`} ref=${box} data-chart=${chart.kind} style=${{ minHeight: `${height + 44}px` }}>
    ${Drawing && html`<${Drawing} chart=${chart} title=${title} height=${height} actions=${html`<${Actions} chart=${chart} title=${title} onChange=${() => change(true)} />`} ...${shared} />`}
    ${changing && html`<${AddDialog} chart=${chart} runs=${shared.runs} metrics=${state.metrics} shown=${shared.shown} onClose=${() => change(false)} />`}
  </div>`;
}
