/** What holds for all charts at once: axis, smoothing, scales, groups, colours. */

import { html, useState } from "../../vendor/preact.js";
import { label, number } from "../format.js";
import { Choice, Icon, Menu, Select, Tick } from "../ui.js";
import { allColumns, columnName, scoreColumn } from "./columns.js";
import { AddDialog } from "./add.js";
import { X_NAMES } from "./panel.js";
import { set } from "./settings.js";

const SMOOTHERS = [["ema", "Average", "Exponential average, weighted by the distance on x"],
  ["mean", "Moving mean", "Mean of a window"], ["gaussian", "Gaussian", "Gaussian window: no lag"]];
const MOST_AXES = 30; // metrics offered as an axis

function Smoothing({ smooth }) {
  const change = (fields) => set({ smooth: { ...smooth, ...fields } });
  return html`<${Menu} label="Smoothing" text="Smoothing" badge=${smooth.amount > 0 ? number(smooth.amount, 2) : null}>
    <div class="menu-body"><${Choice} label="Way of smoothing" value=${smooth.kind} options=${SMOOTHERS} onChange=${(kind) => change({ kind })} />
      <label class="field">Amount <input type="range" min="0" max="1" step="0.01" value=${smooth.amount} onInput=${(e) => change({ amount: Number(e.target.value) })} />
        <output>${number(smooth.amount, 2)}</output></label>
      <p class="soft">The raw values stay behind, faint, for up to 24 lines.</p></div><//>`;
}

function Scales({ space }) {
  const on = Number(space.logX) + Number(space.logY) + Number(!space.trim);
  return html`<${Menu} label="Scales" text="Scales" badge=${on || null}><div class="menu-body">
    <${Tick} label="Logarithmic y" checked=${space.logY} onChange=${(logY) => set({ logY })} />
    <${Tick} label="Logarithmic x" checked=${space.logX} onChange=${(logX) => set({ logX })} />
    <${Tick} label="Leave diverged values out of sight" checked=${space.trim} onChange=${(trim) => set({ trim })} /></div><//>`;
}

function Groups({ space, columns }) {
  return html`<${Menu} label="Group the runs" text=${space.group ? `Group: ${columnName(space.group)}` : "Group"}><div class="menu-body">
    <${Select} label="Group by" value=${space.group} onChange=${(group) => set({ group })} options=${[["", "nothing"], ...columns.map((c) => [c, columnName(c)])]} />
    <${Choice} label="Middle of a group" value=${space.middle} options=${[["mean", "Mean"], ["median", "Median"]]} onChange=${(middle) => set({ middle })} />
    <${Choice} label="Band of a group" value=${space.band} options=${[["minmax", "Min–max"], ["std", "Std"], ["stderr", "Std. error"], ["none", "None"]]} onChange=${(band) => set({ band })} />
    <${Tick} label="Show the members too" checked=${space.members} onChange=${(members) => set({ members })} /></div><//>`;
}

function Colours({ space, runs, columns }) {
  const score = scoreColumn(runs);
  return html`<${Menu} label="Colours" text="Colours"><div class="menu-body">
    <${Select} label="Colour by" value=${space.colourBy} onChange=${(colourBy) => set({ colourBy })}
      options=${[["auto", score ? `runs; ${columnName(score)} beyond 12` : "runs"], ["own", "runs, always"], ...columns.map((c) => [c, columnName(c)])]} /></div><//>`;
}

/** Which colour means what, where a column gives them. */
export function ColourLegend({ legend }) {
  if (!legend) return null;
  return html`<p class="colour-legend"><span>${columnName(legend.column)}</span>${legend.kinds
    ? legend.kinds.map(([value, colour]) => html`<span class="key"><i style=${{ background: colour }}></i>${value}</span>`)
    : html`<span>${number(legend.ends[0], 3)}</span><span class="ramp" aria-hidden="true">${legend.ramp.map((c) => html`<i style=${{ background: c }}></i>`)}</span><span>${number(legend.ends[1], 3)}</span>`}</p>`;
}

export function Toolbar({ space, runs, metrics, shown, legend, onTable }) {
  const [adding, add] = useState(false);
  const columns = allColumns(runs);
  const hasEpoch = metrics.some((m) => m.name === "epoch");
  const axes = Object.entries(X_NAMES).filter(([key]) => key !== "epoch" || hasEpoch).map(([key, name]) => [key, { seconds: "time since the start", wall: "clock" }[key] || name])
    .concat(metrics.slice(0, MOST_AXES).filter((m) => m.name !== "epoch").map(({ name }) => [`metric:${name}`, label(name)]));
  return html`<div class="toolbar" role="group" aria-label="All charts">
    ${space.tableWidth === 0 && html`<button type="button" class="button" onClick=${onTable}><${Icon} name="side" />Runs</button>`}
    <label class="search"><span class="unseen">Which charts</span><input type="search" placeholder="Charts: loss|score" value=${space.search} onInput=${(e) => set({ search: e.target.value })} /></label>
    <${Select} label="x" value=${space.x} options=${axes} onChange=${(x) => set({ x })} />
    <${Smoothing} smooth=${space.smooth} /><${Scales} space=${space} /><${Groups} space=${space} columns=${columns} /><${Colours} space=${space} runs=${runs} columns=${columns} />
    <button type="button" class="button" onClick=${() => add(true)}><${Icon} name="plus" size="14" />Chart</button>
    <span class="head-gap"></span><${ColourLegend} legend=${legend} />
    ${adding && html`<${AddDialog} runs=${runs} metrics=${metrics} shown=${shown} onClose=${() => add(false)} />`}
  </div>`;
}
