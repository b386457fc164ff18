/** Markdown that the server rendered and cleaned: the only HTML of others' that the page shows. */

import { html, useEffect, useState } from "../../vendor/preact.js";
import { markdown } from "../api.js";

export function Written({ text }) {
  const [shown, setShown] = useState({ text: "", html: "" });
  useEffect(() => {
    let isCurrent = true;
    if (text)
      markdown(text).then(
        (answer) => isCurrent && setShown({ text, html: answer.html }),
        (fault) => isCurrent && setShown({ text, fault }),
      );
    return () => {
      isCurrent = false;
    };
  }, [text]);
  if (!text || shown.text !== text) return null;
  if (shown.fault) return html`<p class="fault">${shown.fault.seen}</p>`;
  return html`<div class="written" dangerouslySetInnerHTML=${{ __html: shown.html }}></div>`;
}
