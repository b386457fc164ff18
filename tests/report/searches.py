"""Searches as a run might have made them: by population, by the guides, and odd ones."""

import math
import random
from dataclasses import replace

from justright.kinds import Importance, Pick, Search, SearchStage, Tried

BASE = {"learning_rate": 0.0087, "depth": 3, "dropout": 0.1, "activation": "gelu"}


def tried(number: int, rng: random.Random, text: str) -> Tried:
    """One configuration: of 40 the first few are trained to the end, others are cut."""
    levers = {
        "learning_rate": 10 ** rng.uniform(-4, -1), "depth": rng.randint(1, 6),
        "dropout": round(rng.uniform(0, 0.5), 2), "activation": rng.choice(["gelu", "selu", text]),
    }  # fmt: skip
    levers = BASE if number == 0 else levers
    far = (math.log10(levers["learning_rate"]) + 2.2) ** 2 + 0.3 * (levers["depth"] - 3) ** 2
    score = 0.39 + 0.02 * far + rng.gauss(0, 0.006)
    fate = "kept" if far < 0.6 else "raced out" if far < 1.0 else "cut"
    fate = "diverged" if levers["learning_rate"] > 0.08 else fate
    kept = fate == "kept" or number == 0
    return Tried(
        number=number, idea="rule book" if not number else rng.choice(["uniform", "quasi-random"]),
        levers=levers, rung=2 if kept else 0, step_share=1.0 if kept else 0.15,
        score=None if fate == "diverged" and number % 2 else score + 0.04 * (not kept),
        metric=0.94 - score / 6 if kept else None, n_parameters=12_000 + 350 * number,
        cost_s=0.4 if kept else 0.05, at_s=0.5 + number // 30 * 9 + (6 if kept else 1.5),
        fate="kept" if kept else fate,
    )  # fmt: skip


def population(text: str = "relu", n: int = 180, **changes: object) -> Search:
    """A minute of a search; `text` is what a word lever says."""
    rng = random.Random(5)
    every = tuple(tried(k, rng, text) for k in range(n))
    ended = sorted((t for t in every if t.metric), key=lambda t: -t.metric)
    settings = {
        "strategy": "population", "sampler": "quasi-random", "metric": "roc_auc",
        "higher_is_better": True, "levers": tuple(BASE), "tried": every,
        "picks": (Pick(number=ended[0].number, weight=0.5), Pick(number=0, weight=0.3),
                  Pick(number=ended[-1].number, weight=0.2)),
        "base": every[0].metric, "best": ended[0].metric, "together": 0.8784, "luck": 0.0011,
        "gain": 0.0043, "low": 0.0012, "high": 0.0074,
        "importance": (
            Importance(lever="learning_rate", share=0.61, low=0.48, high=0.72),
            Importance(lever="depth", share=0.22, low=0.13, high=0.31),
            Importance(lever="activation", share=0.02, low=0.0, high=0.06),
            Importance(lever="dropout", share=0.0, low=0.0, high=0.01),
        ),
        "curve": ((0.0, every[0].metric), (15.5, 0.8769), (33.5, 0.8781), (51.5, 0.8784)),
        "seconds": 60.0, "ended": "time",
    }  # fmt: skip
    return Search(**settings | changes)  # type: ignore[arg-type]


def classic(text: str = "relu") -> Search:
    """First overfit, then regularise."""
    every = population(text, n=9).tried
    return population(
        text,
        strategy="classic",
        sampler="",
        tried=tuple(replace(t, idea="grow" if t.number < 5 else "regularise") for t in every),
        picks=(Pick(number=0, weight=1.0),),
        importance=(),
        curve=(),
        stages=(
            SearchStage(
                name="grow",
                said=f"widths of 32 to 512 with {text}: from 256 on a subset is learnt by heart",
                numbers=(0, 1, 2, 3, 4),
            ),
            SearchStage(name="regularise", said="dropout 0.3 brings most", numbers=(5, 6, 7, 8)),
        ),
        ended="done",
    )


def nothing() -> Search:
    """A search that came to nothing."""
    return Search(
        strategy="population", sampler="uniform", metric="rmse", higher_is_better=False,
        levers=("depth",), tried=(), picks=(), base=None, best=None, together=None,
    )  # fmt: skip
