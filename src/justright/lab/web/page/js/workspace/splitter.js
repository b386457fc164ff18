/** The bar between the table and the charts: dragged, or moved by the arrow keys. */

import { html } from "../../vendor/preact.js";
import { set } from "./settings.js";

const LEAST_PX = 240, STEP_PX = 40, CHARTS_PX = 320; // widths that the two sides keep

const within = (width) => Math.round(Math.max(LEAST_PX, Math.min(innerWidth - CHARTS_PX, width)));

export function Splitter({ width }) {
  const grab = (event) => {
    event.preventDefault();
    const move = (e) => set({ tableWidth: within(e.clientX) });
    const end = () => { removeEventListener("pointermove", move); removeEventListener("pointerup", end); };
    addEventListener("pointermove", move);
    addEventListener("pointerup", end);
  };
  const key = (event) => {
    const by = { ArrowLeft: -STEP_PX, ArrowRight: STEP_PX }[event.key];
    if (!by) return;
    event.preventDefault();
    set({ tableWidth: within(width + by) });
  };
  return html`<div class="splitter" role="separator" tabindex="0" aria-orientation="vertical" aria-label="Width of the table"
    aria-valuenow=${width} aria-valuemin=${LEAST_PX} aria-valuemax=${innerWidth - CHARTS_PX} onPointerDown=${grab} onKeyDown=${key}></div>`;
}
