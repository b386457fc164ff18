/** A report as it is kept: a title and its blocks; read once, written a moment after each change. */

import { useCallback, useEffect, useRef, useState } from "../../vendor/preact.js";
import { getView, putView } from "../api.js";

const AFTER_MS = 700; // from the last change to its keeping (house convention)

/**
 * A hook: `{body, change, status, fault, flush}` of a report.
 * body: {title, blocks: [block, …]}, where a block is one of
 *   {kind: "text", text}
 *   {kind: "chart", metric, runs: [ids], x: "step" | "seconds" | "epoch", log, caption}
 *   {kind: "scatter", x, y, runs: [ids], log_x, log_y, caption} with columns of the table of runs
 */
export function useReport(name) {
  const [found, setFound] = useState({ body: null, status: "reading" });
  const timer = useRef(0);
  const newest = useRef(null);
  const write = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = 0;
    const body = newest.current;
    newest.current = null;
    if (!body) return Promise.resolve();
    return putView(name, "report", body).then(
      () => setFound((old) => (newest.current ? old : { ...old, status: "kept", fault: null })),
      (fault) => setFound((old) => ({ ...old, status: "not kept", fault })),
    );
  }, [name]);
  useEffect(() => {
    setFound({ body: null, status: "reading" });
    getView(name).then(
      (view) => setFound({ body: whole(view.body, name), status: "kept" }),
      (fault) => setFound(fault.status === 404 ? { body: whole({}, name), status: "new" } : { body: null, fault, status: "lost" }),
    );
    return () => { write(); };
  }, [name]);
  const change = (body) => {
    newest.current = body;
    setFound((old) => ({ ...old, body, status: "changed" }));
    clearTimeout(timer.current);
    timer.current = setTimeout(write, AFTER_MS);
  };
  return { ...found, change, flush: write };
}

const whole = (body, name) => ({ title: body?.title ?? name, blocks: body?.blocks ?? [] });

/** The blocks with one moved up (-1) or down (1). */
export function moved(blocks, i, by) {
  const to = i + by;
  if (to < 0 || to >= blocks.length) return blocks;
  const next = [...blocks];
  [next[i], next[to]] = [next[to], next[i]];
  return next;
}
