/** Hooks: a run with all that belongs to it, and the names of its metrics and its members'. */

import { useCallback, useEffect, useRef, useState } from "../../vendor/preact.js";
import { getRun, getRuns } from "../api.js";
import { Runs } from "../runs.js";
import { state, useLab } from "../state.js";

const CALM_MS = 1000; // between two looks at a run that changes all the time (house convention)

/** The answer of the lab on a run: `{answer, fault, version, again}`; `version` grows with each. */
export function useRun(id) {
  const [found, setFound] = useState({ version: 0 });
  const timer = useRef(0);
  const again = useCallback(() => {
    getRun(id).then(
      (answer) => setFound((old) => ({ answer, version: old.version + 1 })),
      (fault) => setFound((old) => ({ ...old, fault })),
    );
  }, [id]);
  const change = useLab((s) => s.change);
  useEffect(() => {
    setFound({ version: 0 });
    again();
    return () => { clearTimeout(timer.current); timer.current = 0; };
  }, [id]);
  useEffect(() => {
    const { answer } = found;
    const concerns = answer && change?.runs.some((one) => one === answer.run.id || answer.children.includes(one));
    if (!concerns && !(answer && change?.runs.length && answer.run.state === "running")) return;
    timer.current ||= setTimeout(() => { timer.current = 0; again(); }, CALM_MS);
  }, [change]);
  return { ...found, again };
}

/** A table of these runs: of those on the page, else fetched. */
export function useRows(ids) {
  const all = useLab((s) => s.runs);
  const [fetched, setFetched] = useState(null);
  const missing = ids.some((id) => !all.has(id));
  const key = ids.join(",");
  useEffect(() => {
    if (!missing) return undefined;
    let isCurrent = true;
    getRuns({ ids }).then((reply) => isCurrent && setFetched(new Runs(reply)), () => {});
    return () => { isCurrent = false; };
  }, [key, missing]);
  return missing ? (fetched ?? all) : all;
}

/** The names of the metrics of runs, looked up in one of each group. */
export function useMetricsOf(ids, runs) {
  const [names, setNames] = useState([]);
  const groups = new Map(ids.map((id) => [runs.value(id, "group") ?? "", id]));
  const samples = [...groups.values()].slice(0, 8).join(",");
  const fresh = useLab((s) => s.metrics);
  useEffect(() => {
    if (!samples) return undefined;
    let isCurrent = true;
    Promise.all(samples.split(",").map((id) => getRun(id))).then(
      (answers) => isCurrent && setNames([...new Set(answers.flatMap((one) => one.metrics))]),
      () => {},
    );
    return () => { isCurrent = false; };
  }, [samples, fresh]);
  return names;
}

/** Numbers of the runs that a reader can choose from: not members of others, newest first. */
export const choosable = (runs = state.runs) =>
  runs.ids.filter((id) => !runs.value(id, "parent") || runs.value(id, "kind") !== "member").reverse();
