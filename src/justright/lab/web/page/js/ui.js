/** Small parts that every view uses: icons, dialog, menu, switch, segmented choice. */

import { html, useEffect, useRef, useState } from "../vendor/preact.js";

const PATHS = {
  sun: "M12 4V2M12 22v-2M4 12H2m20 0h-2M6 6 4.6 4.6m14.8 14.8L18 18M6 18l-1.4 1.4M19.4 4.6 18 6M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8",
  moon: "M20 14.5A8 8 0 0 1 9.5 4a8 8 0 1 0 10.5 10.5",
  screen: "M3 5h18v11H3zM9 20h6M12 16v4",
  help: "M9.2 9a2.9 2.9 0 1 1 4 2.7c-.8.4-1.2.9-1.2 1.8m0 3.2v.1M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18",
  close: "M6 6l12 12M18 6 6 18",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12M12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6",
  shut: "M3 3l18 18M10 5.7c.6-.1 1.300-.2 2-.2 6 0 9.500 6.500 9.500 6.500s-1 1.900-2.900 3.600M6.500 7.300C3.900 9.100 2.500 12 2.500 12S6 18.500 12 18.500c1.600 0 3-.4 4.200-1",
  pin: "M9 3h6l-1 6 4 4H6l4-4-1-6M12 13v8",
  tag: "M3 12V4h8l10 10-8 8L3 12M7.500 8.500v.1",
  bin: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
  plus: "M12 5v14M5 12h14",
  more: "M5 12v.1M12 12v.1M19 12v.1",
  columns: "M4 5h16v14H4zM9.500 5v14M15 5v14",
  table: "M4 5h16v14H4zM4 10h16M4 14.500h16M10 10v9",
  down: "M12 4v11m-5-5 5 5 5-5M5 20h14",
  wide: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  chevron: "M8 10l4 4 4-4",
  side: "M4 5h16v14H4zM10 5v14",
  compare: "M8 4v16M16 4v16M4 8h4m8 0h4M4 16h4m8 0h4",
  flag: "M6 21V4h11l-2 4 2 4H6",
  reset: "M5 12a7 7 0 1 0 2.300-5.200M5 4v4h4",
};

/** A line drawing, without a name of its own: the button that holds it has one. */
export const Icon = ({ name, size = 16 }) => html`<svg class="icon" width=${size} height=${size} viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${PATHS[name]} /></svg>`;

/** A button that shows an icon and says its name. */
export const IconButton = ({ icon, label, onClick, pressed, className = "", ...rest }) => html`
  <button type="button" class=${`icon-button ${className}`} aria-label=${label} title=${label}
    aria-pressed=${pressed === undefined ? undefined : String(pressed)} onClick=${onClick} ...${rest}><${Icon} name=${icon} /></button>`;

/** A modal dialog; Escape and a click beside it close it, and the focus goes back. */
export function Dialog({ title, onClose, children, className = "" }) {
  const box = useRef(null);
  useEffect(() => {
    const before = document.activeElement;
    box.current.showModal();
    return () => before?.focus?.();
  }, []);
  return html`<dialog ref=${box} class=${`dialog ${className}`} aria-label=${title}
    onCancel=${(e) => { e.preventDefault(); onClose(); }} onClick=${(e) => e.target === box.current && onClose()}>
    <div class="dialog-body"><div class="dialog-head"><h2>${title}</h2><${IconButton} icon="close" label="Close" onClick=${onClose} /></div>${children}</div>
  </dialog>`;
}

/** A button with a panel below it; closes by Escape, by a click elsewhere, by leaving it. */
export function Menu({ label, icon, text, children, align = "left", className = "", badge }) {
  const [open, setOpen] = useState(false);
  const box = useRef(null);
  useEffect(() => {
    if (!open) return undefined;
    const away = (event) => { if (!box.current?.contains(event.target)) setOpen(false); };
    addEventListener("pointerdown", away);
    return () => removeEventListener("pointerdown", away);
  }, [open]);
  const key = (event) => {
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    setOpen(false);
    box.current.querySelector("button").focus();
  };
  return html`<span class=${`menu ${className}`} ref=${box} onKeyDown=${key}>
    <button type="button" class=${text ? "button" : "icon-button"} aria-expanded=${String(open)} aria-label=${text ? undefined : label} title=${label} onClick=${() => setOpen(!open)}>
      ${icon && html`<${Icon} name=${icon} />`}${text && html`<span>${text}</span>`}${badge ? html`<b class="badge">${badge}</b>` : null}</button>
    ${open && html`<div class=${`menu-panel menu-${align}`} role="group" aria-label=${label}>${typeof children === "function" ? children(() => setOpen(false)) : children}</div>`}
  </span>`;
}

/** A choice of few: one button each. */
export const Choice = ({ label, value, options, onChange }) => html`
  <span class="choice" role="group" aria-label=${label}>${options.map(([key, name, hint]) => html`
    <button type="button" key=${key} title=${hint || undefined} aria-pressed=${String(value === key)} onClick=${() => onChange(key)}>${name}</button>`)}</span>`;

/** A labelled select. `options`: [[value, name], …]. */
export const Select = ({ label, value, options, onChange, seen = true }) => html`
  <label class="field"><span class=${seen ? "" : "unseen"}>${label}</span>
    <select value=${value} onChange=${(e) => onChange(e.target.value)}>${options.map(([key, name]) => html`<option key=${key} value=${key} selected=${key === value}>${name}</option>`)}</select></label>`;

/** A labelled box to tick. */
export const Tick = ({ label, checked, onChange, disabled }) => html`
  <label class="tick"><input type="checkbox" checked=${checked} disabled=${disabled} onChange=${(e) => onChange(e.target.checked)} /> <span>${label}</span></label>`;
