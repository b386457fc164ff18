"""The tables of `benchmarks/rates.py`, out of its cases."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from rate_finders import OPTIMIZERS
from standings import markdown

FACTOR = 3.0  # of the best rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One case: the truth, and what each finder said.

    Attributes:
        set: Name of the set.
        optimizer: Word of the optimizer.
        best: The best constant rate.
        low: Lowest rate that is as good, within the noise.
        high: Highest such rate.
        said: Rate by finder; None where it had none or failed.
        errors: What a finder that failed said.
        seconds: Seconds by finder, and of the grid.
    """

    set: str
    optimizer: str
    best: float
    low: float
    high: float
    said: Mapping[str, float | None] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)


def off(rate: float | None, best: float) -> float:
    """How many times a rate is too high or too low, 1 or more; infinite where there is none."""
    return max(rate / best, best / rate) if rate and rate > 0 else math.inf


def report(found: Sequence[Found]) -> str:
    """Each case, and each finder over all cases, as Markdown."""
    finders = list(dict.fromkeys(name for case in found for name in case.said))
    cases = [
        [
            f"{case.set}, {case.optimizer}",
            f"{case.best:.2g} ({case.low:.2g}–{case.high:.2g})",
            *(_ratio(case.said.get(name), case.best) for name in finders),
        ]
        for case in found
    ]
    sums = []
    for name in finders:
        times = [off(case.said.get(name), case.best) for case in found]
        as_good = [case.low <= (case.said.get(name) or 0.0) <= case.high for case in found]
        by_optimizer = [
            str(sum(t <= FACTOR for t, c in zip(times, found, strict=True) if c.optimizer == word))
            for word in OPTIMIZERS
        ]
        within = sum(time <= FACTOR for time in times)
        sums.append(
            [
                name,
                f"{within} of {len(found)} ({within / len(found):.0%})",
                *by_optimizer,
                f"{sum(as_good)} of {len(found)}",
                f"× {median(times):.2g}",
                f"× {max(times):.2g}",
                f"{median([c.seconds[name] for c in found if name in c.seconds] or [0]):.1f}",
            ]
        )
    head = ["finder", f"within × {FACTOR:g} of the best", *OPTIMIZERS, "as good as the best"]
    failed = [f"* {c.set}, {c.optimizer}, {n}: {e}" for c in found for n, e in c.errors.items()]
    return "\n".join(
        [
            "### Rate of each finder, as a multiple of the best constant rate",
            "",
            *markdown(["case", "best (as good)", *finders], cases),
            "",
            "### Finders over all cases",
            "",
            *markdown([*head, "median off", "most off", "s"], sums),
            "",
            "### Failures",
            "",
            *(failed or ["None."]),
        ]
    )


def _ratio(rate: float | None, best: float) -> str:
    if not rate:
        return "none"
    mark = "**" if off(rate, best) > FACTOR else ""
    return f"{mark}{rate / best:.2g}{mark}"
