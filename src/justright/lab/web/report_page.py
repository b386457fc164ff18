"""A report of runs as one HTML file: words and charts, no scripts, nothing fetched, for good."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from msgspec import Meta

from justright.errors import LabError
from justright.lab.rows import Curve, RunRow
from justright.lab.store import Store
from justright.lab.web import markdown
from justright.lab.web.decimate import Floats
from justright.lab.web.report_chart import Line, allot, around, chart, paint
from justright.lab.web.report_style import STYLE

MOST_BLOCKS = 200  # of one report (house convention)
MOST_RUNS = 200  # of one chart: more lines cannot be told apart (house convention)
MOST_WORDS = 400  # characters of a name or a caption (house convention)

Words = Annotated[str, Meta(max_length=MOST_WORDS)]
Runs = Annotated[list[int], Meta(max_length=MOST_RUNS)]
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_AXES = {"step": "step", "seconds": "seconds since the start", "epoch": "epoch"}


class Text(msgspec.Struct, frozen=True, tag_field="kind", tag="text"):
    """Words in Markdown."""

    text: Annotated[str, Meta(max_length=markdown.MOST_CHARACTERS)] = ""


class Curves(msgspec.Struct, frozen=True, tag_field="kind", tag="chart"):
    """One metric of some runs."""

    metric: Words = ""
    runs: Runs = []
    x: Literal["step", "seconds", "epoch"] = "step"
    log: bool = False
    caption: Words = ""


class Scatter(msgspec.Struct, frozen=True, tag_field="kind", tag="scatter"):
    """A point for each run: "config.depth" against "summary.rmse"."""

    x: Words = ""
    y: Words = ""
    runs: Runs = []
    log_x: bool = False
    log_y: bool = False
    caption: Words = ""


class Report(msgspec.Struct, frozen=True):
    """A title, and what stands below it, in order."""

    title: Words = ""
    blocks: Annotated[list[Text | Curves | Scatter], Meta(max_length=MOST_BLOCKS)] = []


def report_page(store: Store, body: Mapping[str, Any]) -> str:
    """A report as one self-contained page.

    Args:
        store: The runs.
        body: The report as the page keeps it: `title`, and `blocks` of the kinds "text" (Markdown),
            "chart" (a metric of runs) and "scatter" (two columns of runs).

    Returns:
        An HTML document without scripts that loads nothing from anywhere.

    Raises:
        LabError: If the body is no report.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from justright.lab import Lab
        >>> with TemporaryDirectory() as folder:
        ...     file = f"{folder}/runs.db"
        ...     with Lab(file) as lab, lab.run("first") as run:
        ...         run.log({"loss": 0.5})
        ...     blocks = [{"kind": "text", "text": "*Why?*"},
        ...               {"kind": "chart", "metric": "loss", "runs": [1]}]
        ...     with Store(file) as store:
        ...         page = report_page(store, {"title": "Depth", "blocks": blocks})
        >>> "<em>Why?</em>" in page, page.count("<svg"), "<script" in page
        (True, 1, False)
    """
    try:
        report = msgspec.convert(dict(body), Report)
    except msgspec.ValidationError as error:
        raise LabError(
            f"the report cannot be read: {error}",
            "a title and blocks of text, charts and scatters",
            try_="write it in the lab's page, under Reports",
        ) from None
    title = escape(report.title.strip() or "Report")
    drawn = [block for block in report.blocks if isinstance(block, Curves)]
    places = allot(run for block in drawn for run in block.runs)
    parts = "".join(_block(store, block, places) for block in report.blocks)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{title}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{title}</h1>{parts}</main>"
        "<footer>Made with Justright</footer></body></html>"
    )


def _block(store: Store, block: Text | Curves | Scatter, places: Mapping[int, int]) -> str:
    if isinstance(block, Text):
        return f'<section class="text">{markdown.html(block.text)}</section>' if block.text else ""
    drawn = _curves(store, block, places) if isinstance(block, Curves) else _scatter(store, block)
    return f"<figure>{drawn}</figure>"


def _curves(store: Store, block: Curves, places: Mapping[int, int]) -> str:
    rows = {row.id: row for row in store.runs(ids=block.runs)}
    found = store.curves(block.metric, block.runs)
    epochs = store.curves("epoch", block.runs) if block.x == "epoch" else {}
    lines = [
        Line(
            name=_name(rows[run]), x=_places(curve, block.x, epochs.get(run)), y=curve.values,
            colour=_own_colour(rows[run]), place=places[run],
        )
        for run, curve in found.items() if run in rows
    ]  # fmt: skip
    metric = _label(block.metric)
    lost = _lost(block.runs, {run for run in found if run in rows}, metric)
    if not lines:
        return f"<figcaption>{escape(block.caption or metric)}</figcaption>{lost}"
    x = around(_AXES[block.x], [line.x for line in lines])
    y = around(metric, [line.y for line in lines], log=block.log)
    drawn = chart(lines, x, y, label=f"{metric} of {len(lines)} runs by {block.x}")
    heading = f"<figcaption><b>{escape(metric)}</b>{_caption(block.caption)}</figcaption>"
    return f"{heading}{drawn}{_legend(lines)}{_figures(lines)}{lost}"


def _scatter(store: Store, block: Scatter) -> str:
    rows = store.runs(ids=block.runs)
    points = [
        (row, x, y)
        for row in rows
        if (x := _column(row, block.x)) is not None and (y := _column(row, block.y)) is not None
    ]
    across, up = _label(block.x), _label(block.y)
    heading = (
        f"<figcaption><b>{escape(f'{up} by {across}')}</b>{_caption(block.caption)}</figcaption>"
    )
    lost = _lost(block.runs, {row.id for row, _, _ in points}, f"{across} and {up}")
    if not points:
        return heading + lost
    line = Line(
        name="runs",
        x=np.array([x for _, x, _ in points]),
        y=np.array([y for _, _, y in points]),
        names=tuple(_name(row) for row, _, _ in points),
    )
    axes = around(across, [line.x], log=block.log_x), around(up, [line.y], log=block.log_y)
    drawn = chart([line], *axes, label=f"{up} by {across} of {len(points)} runs", dots=True)
    values = [(_name(row), f"{x:.4g}", f"{y:.4g}") for row, x, y in points]
    return f"{heading}{drawn}{_table(('run', across, up), values)}{lost}"


def _places(curve: Curve, x: str, epochs: Curve | None) -> Floats:
    """Where the points of a curve stand across; by step where no epoch is known."""
    if x == "seconds":
        return curve.seconds
    if epochs is None or not len(epochs.steps):
        return curve.steps
    return np.interp(curve.steps, epochs.steps, epochs.values)


def _column(row: RunRow, column: str) -> float | None:
    """A figure of a run by the name of its column; None where it is no number."""
    section, _, name = column.partition(".")
    figure = row.figures.get(name)
    value = {
        "config": row.config.get(name),
        "summary": row.summary.get(name),
        "last": figure and figure.last,
        "min": figure and figure.low,
        "max": figure and figure.high,
    }.get(section)
    return float(value) if isinstance(value, int | float) else None


def _legend(lines: Sequence[Line]) -> str:
    keys = "".join(
        f"<li><i {paint(line, 'background')}></i>{escape(line.name)}</li>" for line in lines
    )
    return f'<ul class="legend">{keys}</ul>'


def _figures(lines: Sequence[Line]) -> str:
    return _table(("run", "points", "first", "lowest", "highest", "last"), list(map(_row, lines)))


def _row(line: Line) -> tuple[str, ...]:
    seen = line.y[np.isfinite(line.y)]
    if not len(seen):
        return (line.name, str(len(line.y)), *"––––")
    ends = (seen[0], seen.min(), seen.max(), seen[-1])
    return (line.name, f"{len(line.y):,}", *(f"{value:.4g}" for value in ends))


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "".join(f"<tr>{''.join(_cells(row))}</tr>" for row in rows)
    return (
        "<details><summary>Figures</summary><div><table>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></details>"
    )


def _cells(row: Sequence[str]) -> Iterator[str]:
    first, *others = row
    yield f'<th scope="row">{escape(first)}</th>'
    yield from (f"<td>{escape(value)}</td>" for value in others)


def _lost(asked: Sequence[int], drawn: set[int], what: str) -> str:
    """What is not in the chart, so that nobody takes it for all."""
    missing = [run for run in asked if run not in drawn]
    if not asked:
        return "<p>No run was chosen.</p>"
    if not missing:
        return ""
    names = ", ".join(str(run) for run in missing[:10])
    more = f" and {len(missing) - 10} more" if len(missing) > 10 else ""
    return f"<p>Without {escape(what)}, or no longer in the lab: run {names}{more}.</p>"


def _name(row: RunRow) -> str:
    return row.name or row.uid


def _own_colour(row: RunRow) -> str:
    return row.colour if _COLOUR.fullmatch(row.colour) else ""


def _label(name: str) -> str:
    """A column or a metric in words: "summary.rmse" is "rmse"."""
    return re.sub(r"^(config|summary|last|min|max)\.", "", name).replace("_", " ")


def _caption(words: str) -> str:
    return f" {escape(words)}" if words else ""
