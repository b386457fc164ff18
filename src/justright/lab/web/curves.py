"""Curves of many runs in one binary answer."""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
import numpy as np
from msgspec import Meta

from justright.errors import LabError
from justright.lab.rows import Curve
from justright.lab.web.call import Call, Content
from justright.lab.web.decimate import Floats, Pair, decimate_each

#: The first word of the answer: "JR".
MAGIC = 0x4A52
MOST_RUNS = 10_000  # of one request (house convention)
MOST_POINTS = 20_000  # of one curve (house convention: more than any screen is wide)
MOST_VALUES = 8_000_000  # of one answer: 64 MB (house convention)

Number = Annotated[int, Meta(ge=0, le=2**53)]
Numbers = Annotated[list[Number], Meta(max_length=MOST_RUNS)]
Metric = Annotated[str, Meta(min_length=1, max_length=400)]
#: What stands on the horizontal axis.
Axis = Annotated[str, Meta(pattern=r"^(step|seconds|wall|epoch|metric:.{1,400})$")]


class CurvesAsked(msgspec.Struct, frozen=True, rename={"lowest": "from", "highest": "to"}):
    """Which curves.

    Attributes:
        metric: The metric.
        runs: Numbers of the runs.
        x: The axis: by step, seconds since the run began, wall time, epoch, or another metric.
        points: Points of one curve at most.
        lowest: Only what lies from here on, on the axis.
        highest: Only what lies up to here.
        after: Only steps above these, by number.
    """

    metric: Metric
    runs: Numbers
    x: Axis = "step"
    points: Annotated[int, Meta(ge=4, le=MOST_POINTS)] = 1000
    lowest: float | None = None
    highest: float | None = None
    after: dict[Number, float] = {}


Place = Literal["step", "seconds", "wall"]


def curves(call: Call) -> Content:
    """Curves of one metric, as the contract of the page lays them out."""
    asked: CurvesAsked = call.body
    if len(asked.runs) * min(asked.points, 1000) > MOST_VALUES:
        raise LabError(
            f"{len(asked.runs):,} runs of {asked.points:,} points each",
            f"at most {MOST_VALUES:,} points in one answer", try_="fewer runs, or fewer points",
        )  # fmt: skip
    found = call.site.store.curves(asked.metric, asked.runs, asked.after or None)
    base, axes = _axes(call, asked, found)
    drawn: dict[int, Pair] = {}
    for run, x in axes.items():
        x, y = _within(x, found[run].values, asked)
        if len(x):
            drawn[run] = x, y
    headers = {"X-Base": repr(base)} if asked.x == "wall" else {}
    thinned = decimate_each(drawn, asked.points)
    return Content(body=pack(thinned), type="application/octet-stream", headers=headers)


def pack(curves: Mapping[int, Pair]) -> bytes:
    """Curves as bytes: magic, count, (number, points) of each, then x and y of each as float32.

    Example:
        >>> len(pack({7: (np.arange(3.0), np.zeros(3))}))
        40
    """
    heads = np.array([(run, len(x)) for run, (x, _) in curves.items()], dtype="<u4")
    begin = np.array([MAGIC, len(curves)], dtype="<u4").tobytes() + heads.tobytes()
    if not curves:
        return begin
    with np.errstate(over="ignore"):  # what float32 cannot hold is a gap, as what is not finite
        values = np.concatenate([each for pair in curves.values() for each in pair]).astype("<f4")
    values[~np.isfinite(values)] = np.nan
    return begin + values.tobytes()


def _axes(
    call: Call, asked: CurvesAsked, found: Mapping[int, Curve]
) -> tuple[float, dict[int, Floats]]:
    """The horizontal axis of each run, and what wall times count from."""
    if asked.x == "step":
        return 0.0, {run: curve.steps for run, curve in found.items()}
    if asked.x == "seconds":
        return 0.0, {run: np.asarray(curve.seconds, float) for run, curve in found.items()}
    if asked.x == "wall":
        began = {row.id: row.created for row in call.site.store.runs(ids=list(found))}
        base = min(began.values(), default=0.0)
        return base, {
            run: curve.seconds + (began[run] - base) for run, curve in found.items() if run in began
        }
    name = asked.x.removeprefix("metric:")
    others = call.site.store.curves(name, list(found))
    return 0.0, {
        run: _at(curve, others[run]) for run, curve in found.items() if run in others
    }  # fmt: skip


def _at(curve: Curve, other: Curve) -> Floats:
    """Another metric at the steps of a curve; between its points on a straight line."""
    known = np.isfinite(other.values)
    if not known.any():
        return np.full(len(curve.steps), np.nan)
    return np.interp(curve.steps, other.steps[known], other.values[known])


def _within(x: Floats, y: Floats, asked: CurvesAsked) -> tuple[Floats, Floats]:
    """What lies between the ends that were asked for, and one point beyond each."""
    if asked.lowest is None and asked.highest is None and np.isfinite(x).all():
        return x, y
    inside = np.isfinite(x)
    if asked.lowest is not None:
        inside &= x >= asked.lowest
    if asked.highest is not None:
        inside &= x <= asked.highest
    keep = inside.copy()
    keep[1:] |= inside[:-1]
    keep[:-1] |= inside[1:]
    keep &= np.isfinite(x)
    return x[keep], y[keep]
