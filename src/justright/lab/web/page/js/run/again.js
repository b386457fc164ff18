/** How to do it again: command, Python lines, seed, versions; the files; where the time went. */

import { html } from "../../vendor/preact.js";
import { Copyable } from "../figure/copy.js";
import { bytes, named, percent, seconds, valued } from "../figure/words.js";

export function Again({ run, record }) {
  const command = record?.command || run.command;
  const versions = Object.entries(record?.versions ?? {});
  const config = Object.entries(run.config);
  const seed = record?.seed ?? run.config.seed;
  if (!command && !record?.python && !config.length) return null;
  return html`
    ${command && html`<p>On the command line</p><${Copyable} text=${command} label="Command that repeats the run" />`}
    ${record?.python && html`<p>In Python</p><${Copyable} text=${record.python} label="Python lines that repeat the run" />`}
    ${seed !== undefined && seed !== null && html`<p>
      Seed <b>${seed}</b>. The same data, seed and versions give the same network on the same kind of machine.
    </p>`}
    ${config.length > 0 && html`<${Pairs} title="Configuration" heads=${["setting", "value"]}
      rows=${config.map(([name, value]) => [name, valued(value)])} />`}
    ${versions.length > 0 && html`<${Pairs} title="Versions" heads=${["package", "version"]} rows=${versions} />`}
  `;
}

function Pairs({ title, heads, rows }) {
  return html`<details>
    <summary>${title} (${rows.length})</summary>
    <div class="scrolled" tabindex="0" role="region" aria-label=${title}><table>
      <thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
      <tbody>${rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody>
    </table></div>
  </details>`;
}

export function Files({ artifacts }) {
  return html`<div class="scrolled" tabindex="0" role="region" aria-label="Files"><table>
    <thead><tr>
      <th scope="col">file</th><th scope="col" class="num">size</th><th scope="col">SHA-256</th>
    </tr></thead>
    <tbody>
      ${artifacts.map((one) => html`<tr>
        <td class="path">${one.path}</td><td class="num">${bytes(one.bytes)}</td>
        <td><code title=${one.sha256}>${one.sha256 ? `${one.sha256.slice(0, 12)}…` : "folder"}</code></td>
      </tr>`)}
    </tbody>
  </table></div>`;
}

/** Where the time went: one bar, and its parts in words. */
export function Timings({ timings }) {
  const spent = Object.entries(timings).filter(([, value]) => value > 0);
  const total = spent.reduce((sum, [, value]) => sum + value, 0);
  if (!total) return null;
  return html`<p>${seconds(total)} in all.</p>
    <div class="time-bar" aria-hidden="true">
      ${spent.map(([, value], i) => html`<span class="hue${i % 6}" style=${{ flexGrow: value / total }}></span>`)}
    </div>
    <ul class="time-legend">
      ${spent.map(([name, value], i) => html`<li class="hue${i % 6}">
        <i class="swatch points"></i>${named(name)} <b>${seconds(value)}</b> <span class="soft">${percent(value / total)}</span>
      </li>`)}
    </ul>`;
}
