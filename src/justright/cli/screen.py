"""The final screen of a fit: what came of it, on one screen."""

import shlex
import shutil
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from justright.kinds.run_record import RunRecord
    from justright.kinds.score import Score

# Characters of the label column, and how wide the screen may grow: longer lines read badly.
LABEL, WIDEST = 9, 100

# Lines of the smallest usual terminal, and how many of them each part may take.
SCREEN = 24
TASK_LINES, METRIC_LINES, VERDICT_LINES, WARNING_LINES, SEARCH_LINES = 2, 3, 2, 3, 2


def show(run: "RunRecord", folder: Path) -> None:
    """Print the final screen, in the width of the terminal, labels in bold.

    Args:
        run: What was done.
        folder: Where the model lies.
    """
    from rich.console import Console
    from rich.text import Text

    width = min(max(shutil.get_terminal_size().columns, 60), WIDEST)
    console = Console(file=sys.stdout, highlight=False, soft_wrap=True)
    console.print()
    for line in lines(run, folder, width=width):
        text = Text(line)
        text.stylize("bold", 0, LABEL if line[:1].strip() else 0)
        console.print(text)


def lines(run: "RunRecord", folder: Path, *, width: int = 80) -> list[str]:
    """The final screen as lines.

    Args:
        run: What was done.
        folder: Where the model lies.
        width: Characters of a line.

    Returns:
        At most 24 lines.
    """
    from justright.designer.explain import summary

    head = [
        *labelled("Task", fold(_task(run), width, TASK_LINES)),
        *labelled("Data", fold(_data(run), width, 1)),
    ]
    middle = [
        *labelled(
            "Score",
            [
                *scores(run, width),
                *fold(_overuse(run), width, 1),
                *fold(_coverage(run), width, 1),
            ],
        ),
        *labelled("Search", fold(_search(run), width, SEARCH_LINES)),
        *labelled("Network", fold(_single(run), width, SEARCH_LINES)),
        *labelled("Verdict", fold(run.verdict, width, VERDICT_LINES)),
        *labelled("Warnings", _warnings(run.warnings, width)),
    ]
    foot = [
        *labelled("Saved", [f"{folder} (open report.html in it)"]),
        *labelled("Next", _next(folder)),
    ]
    room = SCREEN - len(head) - len(middle) - len(foot)
    design = labelled("Design", fill(summary(run.design), width, room))
    gap = [""] if room - len(design) >= 3 else []
    return [*head, *gap, *design, *gap, *middle, *gap, *foot]


def fill(texts: Sequence[str], width: int, room: int) -> list[str]:
    """Texts in one line each, in two where there is room, the first ones first."""
    folded = [fold(text, width, 2) for text in texts]
    spare = room - len(folded)
    lines: list[str] = []
    for text, two in zip(texts, folded, strict=True):
        if len(two) == 2 and spare > 0:
            spare -= 1
            lines += two
        else:
            lines += fold(text, width, 1)
    return lines


def labelled(label: str, texts: Iterable[str]) -> list[str]:
    """Lines with a label before the first; none without lines.

    Example:
        >>> labelled("Next", ["one", "two"])
        ['Next     one', '         two']
    """
    labels = [label] if label else []
    return [f"{labels.pop() if labels else '':<{LABEL}}{text}".rstrip() for text in texts]


def fold(text: str, width: int, n_lines: int) -> list[str]:
    """A text in at most `n_lines` lines that leave room for the label."""
    return textwrap.wrap(
        " ".join(text.split()),
        max(width - LABEL, 20),
        max_lines=n_lines,
        placeholder=" …",
        break_on_hyphens=False,
    )


def _task(run: "RunRecord") -> str:
    task = run.design.task
    what: str = task.kind
    if task.classes:
        what += f", {len(task.classes)} {'labels' if task.kind == 'multilabel' else 'classes'}"
    reason = f": {task.reason}" if task.reason else ""
    how = "" if "overrule" in reason else " (overrule with --task)"
    return f"predict {task.target} ({what}){reason}{how}"


def _data(run: "RunRecord") -> str:
    data = run.data
    excluded = sum(column.role == "excluded" for column in run.columns)
    left_out = f" ({excluded} left out)" if excluded else ""
    return (
        f"{data.n_rows:,} rows, {data.n_columns:,} columns{left_out};"
        f" {data.n_development:,} to learn from, {data.n_test:,} to test on"
    )


def scores(run: "RunRecord", width: int) -> list[str]:
    """The test scores of the network beside those of the baselines, as an aligned table.

    Args:
        run: What was done.
        width: Characters of a line.

    Returns:
        A header and at most three metrics, the design's first.
    """
    columns = {"network": run.scores} | {one.name: one.scores for one in run.baselines}
    by_name = {
        name: {score.metric: score for score in several} for name, several in columns.items()
    }
    n_rows = f"{run.data.n_test:,} rows"
    if not run.data.n_test and run.scores:
        n_rows = f"{run.scores[0].n_rows:,} validation rows"
    header = [f"on {n_rows}", *columns]
    for n_intervals in range(len(columns), -1, -1):  # the last baseline can best do without
        rows = [_row(score.metric, by_name, n_intervals) for score in run.scores[:METRIC_LINES]]
        lines = _aligned([header, *rows])
        if max(map(len, lines)) <= width - LABEL:
            break
    return [line[: width - LABEL] for line in lines]


def _overuse(run: "RunRecord") -> str:
    """The first metric in validation, as reported and as corrected; empty without a correction."""
    over = run.overuse
    if over is None or over.reported is None or over.corrected is None or not over.is_known:
        return ""
    return (
        f"in validation {over.metric} {number(over.reported)}, {number(over.corrected)} corrected"
        " for what was chosen on it"
    )


def _search(run: "RunRecord") -> str:
    """What the search tried and gained; empty where none was run."""
    from justright.report.search import search_brief

    return "" if run.search is None else search_brief(run.search)


def _single(run: "RunRecord") -> str:
    """What the one network loses against the ensemble that taught it; empty where none was."""
    from justright.report.single import single_words

    return "" if run.single is None else single_words(run.single)


def _coverage(run: "RunRecord") -> str:
    """How often the intervals of the first column held; empty for what is no number."""
    from justright.report.coverage import coverage_words, told_of

    found = told_of(run)[:1]
    named = len(run.design.task.columns) > 1
    return "".join(coverage_words(one, named=named) for one in found)


def _row(metric: str, columns: Mapping[str, Mapping[str, "Score"]], n_intervals: int) -> list[str]:
    """A metric's cells, with intervals in the first `n_intervals` columns."""
    return [
        metric,
        *(
            _cell(scores.get(metric), interval=place < n_intervals)
            for place, scores in enumerate(columns.values())
        ),
    ]


def _aligned(table: list[list[str]]) -> list[str]:
    """Rows of cells as lines, each column as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(cell.ljust(size) for cell, size in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]


def _cell(score: "Score | None", *, interval: bool) -> str:
    if score is None:
        return "-"
    if not interval or score.low == score.high:
        return number(score.value)
    return f"{number(score.value)} [{number(score.low)}, {number(score.high)}]"


def number(value: float) -> str:
    """A figure in three or so digits.

    Example:
        >>> [number(value) for value in (0.98765, 54.321, 123456.0, 0.00012)]
        ['0.988', '54.3', '123,456', '0.00012']
    """
    size = abs(value)
    if 0 < size < 0.001:
        return f"{value:.2g}"
    return f"{value:.3f}" if size < 10 else f"{value:.1f}" if size < 1000 else f"{value:,.0f}"


def _warnings(texts: tuple[str, ...], width: int) -> list[str]:
    """One line a warning; the last line says how many more there are."""
    shown = texts if len(texts) <= WARNING_LINES else texts[: WARNING_LINES - 1]
    short = [textwrap.shorten(text, max(width - LABEL, 20), placeholder=" …") for text in shown]
    n_more = len(texts) - len(shown)
    return [*short, f"and {n_more} more in the report"] if n_more else short


def _next(folder: Path) -> list[str]:
    where = shlex.quote(str(folder))
    return [f"justright predict {where} NEWFILE", f"justright explain {where}"]
