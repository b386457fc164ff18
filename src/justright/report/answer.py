"""The answer to a question as text: the sentence first, then the figures behind it."""

import math
from collections.abc import Iterator, Mapping, Sequence
from textwrap import fill

from justright.kinds import Cell, Reply
from justright.report.answer_sketch import sketch
from justright.report.words import NONE, count, metric_name, number, plural, seconds, sentence

#: Characters of a line of text.
WIDTH = 100
#: Why it ended, after "It ended".
ENDED: Mapping[str, str] = {
    "clear": "once the answer was clear",
    "hopeless": "as the answer could not become clear in the time left",
    "time": "with the time",
    "interrupted": "as it was stopped; the answer is from what was reached",
    "done": "when all of it was done",
}
#: Decades that a column may span and still be written with one number of decimals; and decimals
#: beyond which it is not.
_DECADES, _DECIMALS = 3, 6


def answer_text(reply: Reply, width: int = WIDTH) -> str:
    """An answer in lines of plain text.

    Args:
        reply: The answer.
        width: Characters of a line.

    Returns:
        The sentence alone, the question, the table, a small picture, what to do, how it was
        measured, what to be careful about, and what it took; parts without words are left out.
    """
    parts = [
        fill(reply.sentence, width),
        fill(f"{reply.asked} ({about(reply)})", width),
        "\n".join(_table(reply)),
        "\n".join(sketch(reply.picture, width, verdicts(reply))),
        f"to use it: {reply.advice}" if reply.advice else "",
        fill(" ".join(map(sentence, reply.how)), width),
        "\n".join(
            fill(f"careful: {caution}", width, subsequent_indent=" " * 9)
            for caution in reply.cautions
        ),
        fill(foot(reply), width),
        f"again: {reply.command}" if reply.command else "",
    ]
    return "\n\n".join(part for part in parts if part)


def about(reply: Reply) -> str:
    """What was asked about: target, source and metric.

    Example:
        >>> from justright.kinds import Picture
        >>> picture = Picture(title="", x="", y="", series=())
        >>> about(Reply(question="dropout", asked="Is it?", sentence="No.", clear=True,
        ...     target="price", source="a.csv", metric="mae", higher_is_better=False,
        ...     columns=(), rows=(), picture=picture))
        'predicting price from a.csv, judged by mean absolute error: lower is better'
    """
    judged = ""
    if reply.metric:
        better = "higher" if reply.higher_is_better else "lower"
        judged = f", judged by {metric_name(reply.metric)}: {better} is better"
    return f"predicting {reply.target} from {reply.source}{judged}"


def foot(reply: Reply) -> str:
    """What it took and why it ended; empty where nothing was trained."""
    if not reply.n_networks:
        return ""
    ended = f" It ended {ENDED[reply.ended]}." if reply.ended in ENDED else ""
    return f"{plural(reply.n_networks, 'network')} in {seconds(reply.seconds)}.{ended}"


def verdicts(reply: Reply) -> dict[str, str]:
    """What is useful and what is harmful, by name; what is not clear is left out."""
    return {
        effect.name: effect.verdict
        for effect in reply.effects
        if effect.verdict in ("useful", "harmful")
    }


def cells(reply: Reply) -> list[list[str]]:
    """The rows of the table in words, each column of numbers with one number of decimals."""
    columns = [_words(column) for column in zip(*reply.rows, strict=True)]
    return [list(row) for row in zip(*columns, strict=True)]


def numeric(reply: Reply) -> tuple[int, ...]:
    """Numbers of the columns that hold numbers, from 0."""
    columns = zip(*reply.rows, strict=True)
    return tuple(i for i, column in enumerate(columns) if not any(map(_is_text, column)))


def _is_text(cell: Cell) -> bool:
    return isinstance(cell, str)


def _words(column: Sequence[Cell]) -> list[str]:
    decimals = _decimals([c for c in column if isinstance(c, float)])
    return [_word(cell, decimals) for cell in column]


def _word(cell: Cell, decimals: int | None) -> str:
    if cell is None or (isinstance(cell, float) and not math.isfinite(cell)):
        return NONE
    if isinstance(cell, bool):
        return "on" if cell else "off"
    if isinstance(cell, float):
        return number(cell) if decimals is None else f"{cell:,.{decimals}f}"
    return cell if isinstance(cell, str) else count(cell)


def _decimals(values: Sequence[float]) -> int | None:
    """Decimals that suit every number of a column; None where each needs its own."""
    sizes = [abs(v) for v in values if math.isfinite(v) and v != 0]
    if not sizes or max(sizes) / min(sizes) > 10**_DECADES:
        return None
    texts = [number(v) for v in sizes]
    found = max(len(text.partition(".")[2]) for text in texts)
    return None if found > _DECIMALS or any("e" in text for text in texts) else found


def _table(reply: Reply) -> Iterator[str]:
    """The table in aligned lines; numbers stand flush right."""
    if not reply.rows:
        return
    right = numeric(reply)
    lines = [list(reply.columns), *cells(reply)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        yield "  ".join(
            cell.rjust(width) if i in right else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
