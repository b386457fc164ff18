"""What the lab's server may call of other rooms.

Nothing here loads torch: what trains does so in processes of its own.
"""

import dataclasses
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from justright.designer.levers import LEVERS, Lever
from justright.designer.questions import QUESTIONS, Topic
from justright.errors import DataError
from justright.lab.rows import Setting
from justright.lab.web.services import Question, Services

#: What people ask first: the rate, the size, what is useful here, why it does not learn.
BIG = ("learning-rate", "size", "dropout", "why-vanish")
#: Bytes of a table up to which it is read whole for its columns; of a longer text, so many.
HEAD_BYTES = 4_000_000
#: Bytes of a table that must be read whole, up to which it is.
MOST_BYTES = 200_000_000
_TEXT = (".csv", ".tsv", ".txt")


def services() -> Services:
    """All that the server can do beside showing runs.

    Example:
        >>> found = services()
        >>> [one.name for one in found.questions if one.big]
        ['learning-rate', 'size', 'dropout', 'why-vanish']
    """
    run = (sys.executable, "-m")
    return Services(
        importance=_importance,
        columns=columns,
        questions=_questions(),
        levers=tuple(_lever(one) for one in LEVERS),
        ask=(*run, "justright", "ask"),
        play=(*run, "justright.recipes.play.worker"),
    )


def _questions() -> tuple[Question, ...]:
    """Every question about a table, the big ones first."""
    found = [_question(one) for one in QUESTIONS if one.kind != "reserved"]
    return tuple(sorted(found, key=lambda one: BIG.index(one.name) if one.big else len(BIG)))


def _question(topic: Topic) -> Question:
    needs = "two designs" if topic.kind == "any" else ""
    return Question(name=topic.name, asked=topic.asked, big=topic.name in BIG, needs=needs)


def _lever(lever: Lever) -> Mapping[str, Any]:
    """A lever as plain values; ends of ranges that are nowhere are None."""
    found = dataclasses.asdict(lever)
    bounded = lever.kind in ("count", "number")
    return found | {name: found[name] if bounded else None for name in ("low", "high")}


def _importance(
    levers: Sequence[Mapping[str, Setting]], scores: Sequence[float | None]
) -> Sequence[Mapping[str, Any]]:
    from justright.search.importance import importance  # loads scikit-learn, which takes a second

    known = [{name: value for name, value in each.items() if value is not None} for each in levers]
    return [dataclasses.asdict(one) for one in importance(known, scores)]


def columns(path: Path) -> list[str]:
    """Names of a table's columns, as `justright fit` will see them.

    Args:
        path: A table's file. Of a long text only the beginning is read.

    Raises:
        DataError: If it cannot be read, or is too long to look into.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "a.csv"
        >>> _ = path.write_text("a;b\\n1;2\\n3;4\\n")
        >>> columns(path)
        ['a', 'b']
    """
    from justright.data.read import read

    n_bytes = path.stat().st_size
    if path.suffix.lower() == ".parquet":
        import polars as pl

        try:
            return list(pl.read_parquet_schema(path))
        except (pl.exceptions.PolarsError, OSError) as error:
            raise DataError(
                f"{path.name} cannot be read: {error}", "a Parquet file", try_="another file"
            ) from None
    if path.suffix.lower() in _TEXT and n_bytes > HEAD_BYTES:
        with tempfile.TemporaryDirectory() as folder:
            head = Path(folder, path.name)
            with path.open("rb") as file:
                begun = file.read(HEAD_BYTES)
            head.write_bytes(begun[: begun.rindex(b"\n") + 1] if b"\n" in begun else begun)
            return list(read(head).frame.columns)
    if n_bytes > MOST_BYTES:
        raise DataError(
            f"{path.name} is {n_bytes:,} bytes long",
            f"at most {MOST_BYTES:,} to look into from the page",
            try_=f"justright ask --list, then justright ask QUESTION {path.name} --target COL",
        )
    return list(read(path).frame.columns)
