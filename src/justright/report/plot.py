"""Pictures for notebooks and papers, with matplotlib: `pip install 'justright[plot]'`."""

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

from justright.errors import JustrightError
from justright.kinds import Ramp, RunRecord, Sweep, Trace
from justright.report.curves import curves, stripes
from justright.report.interval import rows_of
from justright.report.ramp_marks import loss_range, marks
from justright.report.words import finite, metric_name, number, score_text

#: A `matplotlib.figure.Figure`. matplotlib is an extra, so its type is not imported here.
Figure: TypeAlias = Any

_TRAIN, _VALIDATION, _GREY, _BAD, _GOOD = "#c4720b", "#1c5fc9", "#7b8794", "#c0341d", "#12774e"
# The chosen rate is broad and pale, for it lies on the suggestion that it follows.
_CHOSEN: dict[str, Any] = {"color": "black", "lw": 6, "alpha": 0.22}
_MARKS: dict[str, dict[str, Any]] = {
    "diverges": {"color": _BAD, "lw": 1.5, "ls": "--"},
    "valley": {"color": "#7a3fb0", "lw": 1.5, "ls": "-."},
    "steepest": {"color": "#0f8f9c", "lw": 1.5, "ls": "-."},
    "half_diverging": {"color": "#6b4a1e", "lw": 1.5, "ls": "-."},
    "tenth_of_minimum": {"color": _GOOD, "lw": 1.5, "ls": "-."},
}


def plot_sweep(sweep: Sweep) -> Figure:
    """Loss against learning rate, with the usable band, the chosen and the diverging rate.

    Args:
        sweep: The sweep.

    Returns:
        A matplotlib figure.

    Raises:
        JustrightError: If matplotlib is not installed.
    """
    figure, axes = new_axes("learning rate", "loss", height=4.2)
    axes.set_xscale("log")
    axes.axvspan(sweep.usable_low, sweep.usable_high, color=_GOOD, alpha=0.13, lw=0, label="usable")
    axes.plot(sweep.rates, gaps(sweep.train_loss), "o-", ms=3, color=_TRAIN, label="training")
    axes.plot(
        sweep.rates, gaps(sweep.validation_loss), "o-", ms=3, color=_VALIDATION, label="validation"
    )
    losses = [v for v in (*sweep.train_loss, *sweep.validation_loss) if v is not None and finite(v)]
    if losses and finite(sweep.start_loss) and sweep.start_loss > min(losses):
        floor = min(losses)
        top = min(max(losses), floor + 1.25 * (sweep.start_loss - floor))
        # Both ends: an explosion would set the lower one far below the losses that are shown.
        high = max(top, sweep.start_loss)
        axes.set_ylim(floor - 0.08 * (high - floor), high + 0.08 * (high - floor))
        axes.axhline(sweep.start_loss, color=_GREY, ls=":", lw=1, label="before training")
    axes.axvline(sweep.chosen, color="black", lw=1.5, label=f"chosen {number(sweep.chosen)}")
    if sweep.diverges_at is not None:
        words = f"diverges from {number(sweep.diverges_at)}"
        axes.axvline(sweep.diverges_at, color=_BAD, ls="--", lw=1.2, label=words)
    lost = [r for r, v in zip(sweep.rates, sweep.validation_loss, strict=False) if not finite(v)]
    if lost:
        at_top = axes.get_xaxis_transform()
        axes.plot(lost, [0.97] * len(lost), "x", color=_BAD, transform=at_top, label="diverged")
    axes.legend(frameon=False, fontsize="small", loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


def plot_ramp(ramp: Ramp) -> Figure:
    """Loss against the rising learning rate, with a mark for each suggestion.

    Args:
        ramp: The ramp.

    Returns:
        A matplotlib figure; without lines when no loss was finite.

    Raises:
        JustrightError: If matplotlib is not installed.
    """
    figure, axes = new_axes("learning rate", "training loss", height=4.2)
    axes.set_xscale("log")
    axes.plot(ramp.rates, gaps(ramp.losses), color=_TRAIN, lw=0.8, alpha=0.55, label="each step")
    axes.plot(ramp.rates, gaps(ramp.smoothed), color=_VALIDATION, lw=2.2, label="smoothed")
    low, high = loss_range(ramp)
    axes.set_ylim(low, high)
    if finite(ramp.start_loss) and low <= ramp.start_loss <= high:
        axes.axhline(ramp.start_loss, color=_GREY, ls=":", lw=1, label="before training")
    for mark in marks(ramp):
        axes.axvline(mark.rate, label=mark.words, **_MARKS.get(mark.kind, _CHOSEN))
    if ramp.rates:
        axes.set_xlim(ramp.rates[0], ramp.rates[-1])
        lost = [r for r, v in zip(ramp.rates, ramp.losses, strict=False) if not finite(v)]
        at_top = axes.get_xaxis_transform()
        if lost:
            axes.plot(lost, [0.97] * len(lost), "x", color=_BAD, transform=at_top, label="lost")
    # Beside the picture: inside it, seven lines of words would hide a mark or the cliff.
    axes.legend(frameon=False, fontsize="small", loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


def plot_curves(traces: Sequence[Trace]) -> Figure:
    """Training and validation loss by epoch: members thin, their median thick.

    Args:
        traces: One per member.

    Returns:
        A matplotlib figure; without lines when nothing was recorded.

    Raises:
        JustrightError: If matplotlib is not installed.
    """
    figure, axes = new_axes("epoch", "loss")
    shown = curves(traces)
    if shown is None:
        return figure
    for member in shown.members:
        axes.plot(shown.epochs, gaps(member.train), color=_TRAIN, lw=0.7, alpha=0.35)
        axes.plot(shown.epochs, gaps(member.validation), color=_VALIDATION, lw=0.7, alpha=0.35)
        if member.best_epoch in shown.epochs:
            best = member.validation[shown.epochs.index(member.best_epoch)]
            axes.plot([member.best_epoch], gaps((best,)), "o", ms=4, color="black")
    axes.plot(shown.epochs, gaps(shown.train), color=_TRAIN, lw=2.2, label="training")
    axes.plot(shown.epochs, gaps(shown.validation), color=_VALIDATION, lw=2.2, label="validation")
    axes.legend(frameon=False)
    return figure


def plot_scores(run: RunRecord) -> Figure:
    """The network, the linear and the trivial baseline on the first metric, with intervals.

    Args:
        run: The run.

    Returns:
        A matplotlib figure.

    Raises:
        JustrightError: If matplotlib is not installed.
    """
    rows = rows_of(run)
    name = metric_name(rows[0].score.metric) if rows else "score"
    figure, axes = new_axes(name, "", height=0.6 + 0.55 * max(len(rows), 1))
    for i, row in enumerate(rows):
        if not finite(row.score.value):
            continue
        color = _VALIDATION if row.css == "network" else _GREY
        axes.plot([row.score.low, row.score.high], [i, i], color=color, lw=3, alpha=0.5)
        axes.plot([row.score.value], [i], "o", color=color)
    axes.set_yticks(range(len(rows)), [f"{r.name}  {score_text(r.score)}" for r in rows])
    axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    return figure


def plot_gradients(traces: Sequence[Trace]) -> Figure:
    """Median gradient norm over members, by layer and epoch, as a heat strip a layer.

    Args:
        traces: One per member.

    Returns:
        A matplotlib figure; without an image when nothing was recorded.

    Raises:
        JustrightError: If matplotlib is not installed.
    """
    heat = stripes(traces)
    n_layers = len(heat.layers) if heat else 1
    figure, axes = new_axes("epoch", "", height=1.2 + 0.32 * n_layers)
    if heat is None:
        return figure
    logs = [[math.log10(v) if v else math.nan for v in line] for line in heat.norms]
    extent = (heat.epochs[0] - 0.5, heat.epochs[-1] + 0.5, n_layers - 0.5, -0.5)
    image = axes.imshow(logs, aspect="auto", extent=extent, interpolation="nearest", cmap="Blues")
    axes.set_yticks(range(n_layers), heat.layers)
    figure.colorbar(image, ax=axes, label="log10 of the gradient norm")
    return figure


def canvas() -> Any:
    """The class of figures outside pyplot's memory, so that nobody has to close them.

    Raises:
        JustrightError: If matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure as Canvas
    except ImportError as missing:
        raise JustrightError(
            "matplotlib is not installed",
            "matplotlib 3.9 or newer for pictures",
            try_="pip install 'justright[plot]'",
        ) from missing
    return Canvas


def new_axes(x: str, y: str, *, height: float = 3.6) -> tuple[Figure, Any]:
    """An empty figure with named axes.

    Args:
        x: Name of the x axis.
        y: Name of the y axis.
        height: In inches; the width is 7.

    Raises:
        JustrightError: If matplotlib is not installed.
    """
    figure = canvas()(figsize=(7.0, height), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    return figure, axes


def gaps(line: Sequence[float | None]) -> list[float]:
    """A line with holes where matplotlib expects nan."""
    return [v if v is not None else math.nan for v in line]
