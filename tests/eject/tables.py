"""A small table for each kind of task, with inputs of every kind."""

import functools

import numpy as np
import polars as pl

#: Kind of the task to the columns to predict and what else a fit is told.
TASKS = {
    "binary": ("sick", {}),
    "multiclass": ("grade", {}),
    "multilabel": (["red", "blue"], {}),
    "regression": ("price", {}),
    "multi-target": (["length", "price"], {}),
    "bounded": ("share", {"task": "bounded"}),
    "positive": ("length", {"task": "positive"}),
    "ranking": ("grade_number", {"task": "ranking", "group": "query"}),
}
_GOALS = ("sick", "grade", "red", "blue", "price", "length", "share", "grade_number")
_WORDS = ("good", "bad", "fresh", "cold", "soft", "dear")


@functools.cache
def table(n: int = 150, seed: int = 0) -> pl.DataFrame:
    """Inputs of every kind, some missing, and all targets."""
    rng = np.random.default_rng(seed)
    a, b, noise = rng.normal(size=(3, n))
    city = rng.choice(["Oslo", "Rome", "Bern"], n)
    street = rng.choice([f"street {i}" for i in range(14)], n)
    signal = 2 * a + b * (city == "Oslo") + 0.3 * noise
    day = np.datetime64("2022-06-01") + (np.arange(n) * 7).astype("timedelta64[D]")
    words = [" ".join(rng.choice(_WORDS, 12)) + f" number {i}." for i in range(n)]
    return pl.DataFrame(
        {
            "a": [None if i % 17 == 3 else value for i, value in enumerate(a.tolist())],
            "weight": [f"{value:.2f} kg" for value in b],
            "city": [None if i % 23 == 5 else word for i, word in enumerate(city.tolist())],
            "street": street,
            "flag": np.where(a + b > 0, "yes", "no"),
            "day": day,
            "note": words,
            "query": np.arange(n) // 10,
            "sick": np.where(signal > 0.5, "yes", "no"),
            "grade": np.array(["low", "mid", "top"])[np.digitize(signal, [-1, 1])],
            "red": (signal > 0).astype(int),
            "blue": (b > 0.3).astype(int),
            "price": signal * 10 + 100,
            "length": np.exp(signal / 2) + 1,
            "share": 1 / (1 + np.exp(-signal)),
            "grade_number": np.digitize(signal, [-1, 1]),
        }
    )


def asked(task: str, **more: object) -> dict[str, object]:
    """What a design for a task is asked with."""
    goals, options = TASKS[task]
    used = {goals} if isinstance(goals, str) else set(goals)
    spare = [name for name in (*_GOALS, "query") if name not in used]
    drop = [name for name in spare if name != options.get("group")]
    return {"target": goals, "drop": drop, **options, **more}
