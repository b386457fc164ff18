"""Small pictures of a column: blocks for a terminal, an inline SVG for a page."""

from collections.abc import Sequence
from itertools import pairwise

from justright.kinds.data_record import ColumnRecord, Histogram
from justright.report.markup import esc
from justright.report.words import count, day, number, percent

_BLOCKS = "▁▂▃▄▅▆▇█"
#: Characters of a picture on a terminal.
SPARK = 10
#: Size of a picture on a page, in CSS pixels.
_WIDTH, _HEIGHT = 120, 30
#: Kinds whose values hardly repeat, so that their counts say nothing.
_ALL_DIFFERENT = ("id", "text")
#: Most frequent values that a page shows.
_LEVELS = 4


def spark(one: ColumnRecord, width: int = SPARK) -> str:
    """A column's picture in one line: its histogram, or its most frequent values.

    Args:
        one: The column.
        width: Characters at most.
    """
    if one.histogram is not None:
        return blocks(merged(one.histogram.counts, width))
    return (
        "" if one.column.kind in _ALL_DIFFERENT else blocks([n for _, n in one.column.top[:width]])
    )


def blocks(counts: Sequence[float]) -> str:
    """Counts as blocks of rising height; a space where there is nothing.

    Example:
        >>> blocks([0, 1, 4, 8])
        ' ▁▄█'
    """
    most = max(counts, default=0)
    last = len(_BLOCKS) - 1
    return "".join(
        _BLOCKS[max(0, round(n / most * len(_BLOCKS)) - 1) if n < most else last] if n else " "
        for n in counts
    )


def merged(counts: Sequence[int], n_bins: int) -> list[float]:
    """Counts in fewer bins, each the mean of the bins that it covers.

    Example:
        >>> merged([2, 4, 1, 3, 5, 5], 3), merged([1, 2], 3)
        ([3.0, 2.0, 5.0], [1, 2])
    """
    if len(counts) <= n_bins:
        return list(counts)
    edges = [round(i * len(counts) / n_bins) for i in range(n_bins + 1)]
    return [sum(counts[low:high]) / (high - low) for low, high in pairwise(edges)]


def picture(one: ColumnRecord, n_rows: int) -> str:
    """A column's picture with its ends or levels, as HTML.

    Args:
        one: The column.
        n_rows: Rows that its figures are of.
    """
    if one.histogram is not None:
        return _bars(one.histogram) + _ends(one)
    column = one.column
    if column.kind == "image" and column.low is not None:
        return f'<small class="ends">pixels {number(column.low)} to {number(column.high)}</small>'
    return _levels(one, n_rows)


def _bars(found: Histogram) -> str:
    most = max(found.counts, default=0) or 1
    step = _WIDTH / len(found.counts)
    path = "".join(
        f"M{i * step:.3g} {_HEIGHT}v-{max(n / most * _HEIGHT, 1):.3g}h{step * 0.88:.3g}V{_HEIGHT}z"
        for i, n in enumerate(found.counts)
        if n
    )
    said = f"histogram of {sum(found.counts):,} values in {len(found.counts)} bins"
    return (
        f'<svg class="hist" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" '
        f'role="img" aria-label="{said}"><path d="{path}"/></svg>'
    )


def _ends(one: ColumnRecord) -> str:
    """Smallest, middle and largest value; what lies outside the picture."""
    column, found = one.column, one.histogram
    write = day if column.kind == "date" else number
    words = [write(v) for v in (column.low, column.high) if v is not None]
    said = " to ".join(words)
    if column.median is not None:
        said += f", median {write(column.median)}"
    if found is not None and (n_out := found.n_below + found.n_above):
        share = n_out / (sum(found.counts) + n_out)
        said += f"; {percent(share)} lie outside the picture"
    return f'<small class="ends">{said}</small>'


def _levels(one: ColumnRecord, n_rows: int) -> str:
    """The most frequent values, each with a bar."""
    column = one.column
    shown = column.top[:_LEVELS]
    most = max((n for _, n in shown), default=1)
    if column.kind in _ALL_DIFFERENT:
        return "".join(f'<small class="ends">{esc(value[:40])}</small>' for value, _ in shown[:2])
    lines = "".join(
        f'<span class="level"><i style="--share:{n / most * 100:.0f}%"></i>'
        f"<span>{esc(value[:24])}</span> <small>{percent(n / max(1, n_rows))}</small></span>"
        for value, n in shown
    )
    more = column.n_unique - len(shown)
    if shown and more > 0:
        lines += f'<small class="ends">{count(more)} more</small>'
    return lines
