/** The table of runs as columns, as the server sends it. */

const BETTER_SMALL = /loss|error|rmse|mae|mse|nll|perplexity|deviance|seconds|norm|pinball|brier/i;

export class Runs {
  constructor(reply) {
    this.columns = reply.columns;
    this.ids = reply.columns.id || [];
    this.n = this.ids.length;
    this.rows = new Map(this.ids.map((id, row) => [id, row]));
  }

  has(id) { return this.rows.has(id); }

  /** The value of a run in a column; null where there is none. */
  value(id, column) {
    const row = this.rows.get(id);
    return row === undefined ? null : this.columns[column]?.[row] ?? null;
  }

  name(id) { return this.value(id, "name") || this.value(id, "uid") || `run ${id}`; }

  /** The run that this one is a part of; null where it stands alone, or that one is gone. */
  parent(id) {
    const uid = this.value(id, "parent");
    if (!uid) return null;
    this.uids ??= new Map((this.columns.uid || []).map((own, row) => [own, this.ids[row]]));
    return this.uids.get(uid) ?? null;
  }

  /** The name of that run; its uid where it is gone. */
  parentName(id) {
    const parent = this.parent(id);
    return parent === null ? this.value(id, "parent") || null : this.name(parent);
  }

  /**
   * Whether smaller ("min") or larger ("max") is better, as far as names tell. The score that
   * Justright validates with is named by its runs: "rmse" is an error, "accuracy" is not.
   */
  direction(metric) {
    const named = metric === "validation_score" ? this.first("config.metric") : null;
    return BETTER_SMALL.test(named ?? metric) ? "min" : "max";
  }

  /** The first value of a column that is there. */
  first(column) { return this.columns[column]?.find((value) => value !== null && value !== undefined) ?? null; }

  /** Names of the columns that begin with a word: "config.", "summary.", "last." … */
  named(beginning) { return Object.keys(this.columns).filter((c) => c.startsWith(beginning)); }

  /** The same table with other runs' new values, and without those that were asked for but gone. */
  merged(reply, asked) {
    const fresh = new Runs(reply);
    const gone = new Set(asked.filter((id) => !fresh.has(id)));
    const kept = this.ids.map((_, row) => row).filter((row) => !gone.has(this.ids[row]));
    const added = fresh.ids.filter((id) => !this.has(id));
    const columns = {};
    for (const name of new Set([...Object.keys(this.columns), ...Object.keys(fresh.columns)])) {
      const old = this.columns[name], now = fresh.columns[name];
      const pick = (row) => {
        const id = this.ids[row];
        return fresh.has(id) ? now?.[fresh.rows.get(id)] ?? null : old?.[row] ?? null;
      };
      columns[name] = kept.map(pick).concat(added.map((id) => now?.[fresh.rows.get(id)] ?? null));
    }
    return new Runs({ columns });
  }
}
