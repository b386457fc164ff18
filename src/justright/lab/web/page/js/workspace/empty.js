/** What to run, where nothing was run yet. */

import { html } from "../../vendor/preact.js";
import { useLab } from "../state.js";

const LOOP = `import justright.lab

with justright.lab.run("first try", config={"rate": 1e-3}) as run:
    for step in range(100):
        run.log({"loss": train_one_step()}, step=step)`;

export function Empty() {
  const file = useLab((s) => s.server.file);
  return html`<section class="empty"><h1>No runs yet</h1>
    <p>Runs appear here by themselves, while they train. Begin with one of these, in a terminal in this folder:</p>
    <dl>
      <div><dt>See it work on made-up data</dt><dd><pre tabindex="0"><code>justright demo</code></pre></dd></div>
      <div><dt>Get a network for your table</dt><dd><pre tabindex="0"><code>justright fit data.csv --target price</code></pre></dd></div>
      <div><dt>Keep your own training loop's curves</dt><dd><pre tabindex="0"><code>${LOOP}</code></pre></dd></div>
    </dl>
    <p class="soft">This page shows what is written to <code>${file || "the lab's file"}</code>.</p></section>`;
}
