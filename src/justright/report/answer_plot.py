"""The picture of an answer with matplotlib, for papers: `pip install 'justright[plot]'`."""

from typing import Any

from justright.kinds import Picture, Reply, Series
from justright.report.answer import verdicts
from justright.report.drawing import lines_of, span_of
from justright.report.forest import Line
from justright.report.plot import Figure, gaps, new_axes
from justright.report.scale import places, x_scale, y_scale
from justright.report.words import finite

_HUES = ("#1c5fc9", "#c4720b", "#128a62", "#7a3fb0", "#b43d6d", "#7b8794")
_VERDICTS = {"useful": "#12774e", "harmful": "#c0341d"}
_GREY = "#7b8794"
_STYLES = {"line": "-", "dashes": "--", "points": ""}


def plot_answer(reply: Reply) -> Figure:
    """Draw the picture of an answer.

    Args:
        reply: The answer.

    Returns:
        A matplotlib figure; without lines where nothing is finite.

    Raises:
        JustrightError: If matplotlib is not installed.
    """
    picture = reply.picture
    lines = [line for line in lines_of(picture, verdicts(reply)) if finite(line.value)]
    if picture.lying and lines:
        return _lying(picture, lines)
    figure, axes = new_axes(picture.x, picture.y, height=4.2)
    axes.set_title(picture.title, loc="left", fontsize="medium")
    if lines:
        _standing(axes, picture)
    return figure


def _lying(picture: Picture, lines: list[Line]) -> Figure:
    figure, axes = new_axes(picture.y, "", height=1.1 + 0.36 * len(lines))
    axes.set_title(picture.title, loc="left", fontsize="medium")
    for i, line in enumerate(lines):
        color = _VERDICTS.get(line.css, _GREY)
        axes.plot(line.span, [i, i], color=color, lw=3, alpha=0.5)
        axes.plot([line.value], [i], "o", color=color)
    if picture.zero:
        axes.axvline(0.0, color=_GREY, ls=":", lw=1)
    axes.set_xlim(*span_of(lines, zero=picture.zero))
    axes.set_yticks(range(len(lines)), [line.name for line in lines])
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    return figure


def _standing(axes: Any, picture: Picture) -> None:
    x, y = x_scale(picture), y_scale(picture)
    for i, series in enumerate(picture.series):
        _draw(axes, series, [_at(place, x.words) for place in places(series)], _HUES[i % 6])
    axes.set_xscale("log" if x.is_log else "linear")
    axes.set_yscale("log" if y.is_log else "linear")
    axes.set_xlim(x.low, x.high)
    axes.set_ylim(y.low, y.high)
    if x.words:
        axes.set_xticks(range(len(x.words)), x.words, rotation=30, ha="right")
    if picture.zero:
        axes.axhline(0.0, color=_GREY, ls=":", lw=1)
    for mark in picture.marks:
        axes.axvline(mark.x, color="black", ls="--", lw=1.2)
        axes.annotate(
            mark.label, (mark.x, 1.0), xycoords=("data", "axes fraction"), rotation=90,
            ha="right", va="top", fontsize="small",
        )  # fmt: skip
    if len(picture.series) > 1:
        axes.legend(frameon=False, fontsize="small", loc="upper left", bbox_to_anchor=(1.0, 1.0))


def _draw(axes: Any, series: Series, at: list[float], color: str) -> None:
    y, low, high = (gaps(line) for line in (series.y, series.low, series.high))
    whole = len(low) == len(high) == len(y)
    dotted = series.drawn == "points"
    if whole and dotted:
        axes.vlines(at, low, high, color=color, lw=3, alpha=0.5)
    elif whole:
        axes.fill_between(at, low, high, color=color, alpha=0.15, lw=0)
    style = {"ls": _STYLES[series.drawn], "marker": "o", "ms": 5 if dotted else 3}
    axes.plot(at, y, color=color, label=series.name, **style)


def _at(place: float | str, words: tuple[str, ...]) -> float:
    return float(words.index(place)) if isinstance(place, str) else float(place)
