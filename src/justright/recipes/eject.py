"""What is known of a design or a model, as the source of its script."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from justright.eject.script import to_code
from justright.eject.source import FileForm, Source
from justright.errors import DesignError, JustrightError
from justright.kinds import Column, Design, InputLayout, LogEntry, RunRecord
from justright.recipes.wish import TEST_SHARE, UNNAMED, UNNAMED_TEST

IN_MEMORY, TEST_IN_MEMORY = "data.csv", "test.csv"  # files to write a table in memory to


def source_of(
    design: Design,
    columns: Sequence[Column],
    layout: InputLayout,
    log: Sequence[LogEntry],
    *,
    command: str,
    seed: int,
) -> Source:
    """What a script is written from.

    Args:
        design: The decisions.
        columns: Every column of the data.
        layout: The encoded input.
        log: What was done to the data.
        command: The command line that asked for it, which names the files.
        seed: Seed of splits and weights.

    Raises:
        DesignError: If another share than the usual one was set aside.
    """
    words = shlex.split(command)
    if share := _value(words, "--test-share"):
        raise DesignError(
            f"a share of {share} of the rows was set aside",
            f"{TEST_SHARE:g}, as the script sets aside",
            try_="a fit with the usual share, then eject again",
        )
    file, test = _file(words), _value(words, "--test")
    in_memory = file in ("", UNNAMED) or Path(file).is_dir()
    return Source(
        design=design,
        columns=tuple(columns),
        layout=layout,
        file=IN_MEMORY if in_memory else file,
        in_memory=in_memory,
        test_file=TEST_IN_MEMORY if test == UNNAMED_TEST else test,
        form=FileForm.of(log),
        log=tuple(log),
        seed=seed,
    )


def _file(words: Sequence[str]) -> str:
    """The table of `justright fit FILE ...`."""
    return words[2] if len(words) > 2 else ""


def _value(words: Sequence[str], flag: str) -> str:
    """The value behind a flag; empty without it."""
    for i, word in enumerate(words):
        if word == flag and i + 1 < len(words):
            return words[i + 1]
        if word.startswith(f"{flag}="):
            return word.removeprefix(f"{flag}=")
    return ""


def script(run: RunRecord, layout: InputLayout) -> str:
    """The script that trains the networks of a run again, without Justright.

    Args:
        run: The run.
        layout: The encoded input of its networks.

    Raises:
        DesignError: If the design or the data has no form in such a script.
    """
    source = source_of(
        run.design, run.columns, layout, run.logbook, command=run.command, seed=run.seed
    )
    return to_code(source)


def script_file(run: RunRecord, layout: InputLayout) -> dict[str, bytes]:
    """The script as a file of the model folder; no file where there can be no script."""
    try:
        return {"train.py": script(run, layout).encode()}
    except JustrightError:
        return {}
