"""A program of ours that runs beside the server, with all that it starts."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path


def start(
    words: Sequence[str], folder: Path, environment: Mapping[str, str], *, talks: bool
) -> subprocess.Popen[str]:
    """Start it, in a process group of its own: Ctrl-C at the server is not for it.

    Args:
        words: The command line.
        folder: Where it works.
        environment: Variables beside the server's own.
        talks: Whether it is spoken to: standard input and output are pipes then, and standard
            error is not read; else only standard error is.

    Raises:
        OSError: If it cannot be started.
    """
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    return subprocess.Popen(
        list(words),
        cwd=folder,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "NO_COLOR": "1", **environment},
        stdin=pipe if talks else nothing,
        stdout=pipe if talks else nothing,
        stderr=nothing if talks else pipe,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )


def interrupt(process: subprocess.Popen[str]) -> None:
    """Ask it to end, as Ctrl-C would."""
    _signal(process, signal.SIGINT)


def end(process: subprocess.Popen[str], patience_s: float) -> None:
    """Ask it to end, and end it where it does not; it is gone afterwards.

    Args:
        process: The program.
        patience_s: Seconds that it has.
    """
    _signal(process, signal.SIGINT)
    try:
        process.wait(patience_s)
    except subprocess.TimeoutExpired:
        _signal(process, signal.SIGKILL)
        process.wait()


def _signal(process: subprocess.Popen[str], number: int) -> None:
    if process.poll() is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
