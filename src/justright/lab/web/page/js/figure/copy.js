/** A piece of text to paste elsewhere, with a button that copies it. */

import { html, useRef, useState } from "../../vendor/preact.js";

const SHOWN_MS = 1600; // how long the button says that it was done (house convention)

export function Copyable({ text, label }) {
  const [done, setDone] = useState(false);
  const block = useRef(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setDone(true);
      setTimeout(() => setDone(false), SHOWN_MS);
    } catch {
      getSelection().selectAllChildren(block.current); // no right to the clipboard: Ctrl+C is left
    }
  };
  return html`<div class="copyable">
    <pre tabindex="0" aria-label=${label}><code ref=${block}>${text}</code></pre>
    <button type="button" class="button" aria-label=${`Copy: ${label}`} onClick=${copy}>
      ${done ? "Copied" : "Copy"}
    </button>
  </div>`;
}
