"""What a script is written from: the design, the columns, and how the file is read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from justright.kinds import Column, Design, InputLayout, LogEntry

Mark = Literal[".", ","]

_FOUND = re.compile(r"read as ([\w-]+), delimiter (\w+), decimal mark (\w+)")
_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileForm:
    """How the file is written.

    Attributes:
        encoding: Name of its encoding.
        delimiter: What stands between cells.
        decimal_mark: What stands before the fraction of a number.
        n_above: Lines above the names of the columns.
    """

    encoding: str = "utf-8"
    delimiter: str = ","
    decimal_mark: Mark = "."
    n_above: int = 0

    @classmethod
    def of(cls, log: Sequence[LogEntry]) -> "FileForm":
        """The form as the logbook says it.

        Example:
            >>> line = "read as utf-8, delimiter semicolon, decimal mark comma"
            >>> FileForm.of([LogEntry(room="data", subject="file", action=line, reason="")])
            FileForm(encoding='utf-8', delimiter=';', decimal_mark=',', n_above=0)
        """
        own = [entry for entry in log if entry.subject == "file"]
        found = next((m for entry in own if (m := _FOUND.match(entry.action))), None)
        above = sum(entry.count for entry in own if entry.action == "left out first lines")
        if found is None:
            return cls(n_above=above)
        return cls(
            encoding=found[1],
            delimiter=_DELIMITERS[found[2]],
            decimal_mark="," if found[3] == "comma" else ".",
            n_above=above,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """All that a script says.

    Attributes:
        design: The decisions, with their reasons.
        columns: Every column of the data, in its order.
        layout: The encoded input.
        file: The file; a name for one where the table was in memory.
        in_memory: Whether it was.
        test_file: A file with the rows of the final score; empty where rows are held out.
        form: How the file is written.
        log: What was done to the data.
        seed: Seed of splits and weights.
    """

    design: Design
    columns: tuple[Column, ...]
    layout: InputLayout
    file: str
    in_memory: bool = False
    test_file: str = ""
    form: FileForm = FileForm()
    log: tuple[LogEntry, ...] = ()
    seed: int = 0

    @property
    def inputs(self) -> tuple[Column, ...]:
        """Columns that the network sees."""
        return tuple(column for column in self.columns if column.role == "input")

    def of_kind(self, *kinds: str) -> list[str]:
        """Names of the inputs of some kinds."""
        return [column.name for column in self.inputs if column.kind in kinds]

    def role(self, role: str) -> Column | None:
        """The column of a role, if there is one."""
        return next((column for column in self.columns if column.role == role), None)
