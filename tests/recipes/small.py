"""Small tables of every kind of column, and fits that end before their time."""

import dataclasses
import functools

import numpy as np
import polars as pl

#: The epochs end long before the time does, so that no figure hangs on the machine.
EPOCHS = {"epochs": 4, "ensemble_size": 2, "evaluation": "hold-out"}
QUICK = {"time_s": 60.0, "overrides": EPOCHS}

KINDS = ("regression", "binary", "multiclass")


@functools.cache
def table(kind="regression", n=120, seed=0):
    """Numbers (some missing), a category, a boolean, a date, and a target that they tell."""
    rng = np.random.default_rng(seed)
    a, b, noise = rng.normal(size=(3, n))
    c = rng.choice(list("pqr"), n)
    signal = 2 * a + b * (c == "p") + 0.3 * noise
    targets = {
        "regression": signal * 10 + 100,
        "binary": np.where(signal > 0.5, "yes", "no"),
        "multiclass": np.array(["low", "mid", "top"])[np.digitize(signal, [-1, 1])],
    }
    day = np.datetime64("2024-01-01") + np.arange(n).astype("timedelta64[D]")
    return pl.DataFrame(
        {
            "a": a,
            "b": [None if i % 17 == 3 else value for i, value in enumerate(b.tolist())],
            "c": c,
            "flag": a + b > 0,
            "day": day,
            "y": targets[kind],
        }
    )


def with_target(frame, y):
    """The frame with another target."""
    return frame.with_columns(pl.Series("y", y))


def timeless(run):
    """A run's record without what no two runs share: the moment and the seconds."""
    search = run.search and unhurried(run.search)
    return dataclasses.replace(run, created="", timings_s={}, search=search)


def unhurried(search):
    """The record of a search without its seconds."""
    return dataclasses.replace(
        search,
        seconds=0.0,
        tried=tuple(dataclasses.replace(own, cost_s=0.0, at_s=0.0) for own in search.tried),
        curve=tuple((0.0, value) for _, value in search.curve),
    )
