"""The answer to one question, to read, to draw, to save and to compute with."""

from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from justright.kinds import Effect, Reply
from justright.report.answer import answer_text
from justright.report.answer_html import answer_html, answer_page
from justright.report.answer_plot import plot_answer
from justright.report.picture_file import saved


class Answer:
    """What was found out about one question.

    Attributes:
        reply: The answer as a plain record.

    Example:
        >>> from justright.kinds import Picture, Reply
        >>> answer = Answer(Reply(question="signal", asked="Is there anything to learn?",
        ...     sentence="yes: p = 0.01", clear=True, target="y", source="a.csv", metric="r2",
        ...     higher_is_better=True, columns=("target", "R²"), rows=(("true", 0.8),),
        ...     picture=Picture(title="", x="", y="", series=())))
        >>> answer.sentence, answer.table.row(0)
        ('yes: p = 0.01', ('true', 0.8))
    """

    def __init__(self, reply: Reply) -> None:
        self.reply = reply

    @property
    def sentence(self) -> str:
        """The answer in one sentence, with its interval."""
        return self.reply.sentence

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What each choice does beside the one it is compared with; empty without any."""
        return self.reply.effects

    @property
    def table(self) -> pl.DataFrame:
        """The figures behind the sentence."""
        columns = [pl.Series(values, strict=False) for values in zip(*self.reply.rows, strict=True)]
        heads = self.reply.columns if columns else ()
        return pl.DataFrame(
            [column.alias(head) for head, column in zip(heads, columns, strict=True)]
        )

    def plot(self) -> Any:
        """Draw the answer with matplotlib, for a notebook or a paper.

        Returns:
            A matplotlib Figure.

        Raises:
            JustrightError: If matplotlib is not installed.
        """
        return plot_answer(self.reply)

    def save(self, path: str | Path) -> Path:
        """Save the answer as a page for a browser (.html), or its picture (.png, .svg, .pdf).

        Args:
            path: The file; one that is there is replaced.

        Returns:
            The path.

        Raises:
            JustrightError: If the ending is another one, or matplotlib is needed and missing.
        """
        return saved(path, lambda: answer_page(self.reply), self.plot)

    def to_dict(self) -> dict[str, Any]:
        """All of the answer as plain data."""
        built: dict[str, Any] = msgspec.to_builtins(self.reply)
        return built

    def __repr__(self) -> str:
        return answer_text(self.reply)

    def _repr_html_(self) -> str:
        return answer_html(self.reply)
