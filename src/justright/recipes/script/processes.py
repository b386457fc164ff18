"""End every process that a process started, also those that it no longer knows."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PROC = Path("/proc")
#: Numbers of prctl(2) on Linux.
_SET_PDEATHSIG, _SET_CHILD_SUBREAPER, _GET_CHILD_SUBREAPER = 1, 36, 37
#: Rounds of looking for what is left, and seconds between them: some start others while they die.
_ROUNDS, _PAUSE_S = 100, 0.02


@dataclass(frozen=True, slots=True)
class _Process:
    """A line of /proc: who started it, its group and session, and whether it is dead."""

    parent: int
    group: int
    session: int
    dead: bool


class Family:
    """The processes of one child that has a session of its own.

    Args:
        child: The child, which has just been started.

    On Linux, what lost its parent comes to us and is found; elsewhere what left the child's
    group stays out of reach.
    """

    def __init__(self, child: "subprocess.Popen[bytes]") -> None:
        self._child = child
        self._others = _children(_table()) - {child.pid}

    def interrupt(self) -> None:
        """Ctrl-C, as a terminal would send it: to the child and to its group."""
        _signal_group(self._child.pid, signal.SIGINT)

    def end(self) -> None:
        """End all of them, at once and whatever they want."""
        for _ in range(_ROUNDS):
            table = _table()
            members = self._members(table)
            if not members and self._child.poll() is not None:
                return
            if not table:
                _signal_group(self._child.pid, signal.SIGKILL)
            for pid in members:
                _end(pid, dead=table[pid].dead)
            if self._child.poll() is None:
                self._child.kill()
            time.sleep(_PAUSE_S)

    def _members(self, table: dict[int, _Process]) -> set[int]:
        """The child's group and session, its descendants, and what came to us as an orphan."""
        root = self._child.pid
        session = os.getsid(0) if table else 0
        found = {
            pid
            for pid, one in table.items()
            if root in (one.group, one.session, one.parent)
            # Nobody else's: whatever the child started is in another session than ours.
            or (one.parent == os.getpid() and one.session != session and pid not in self._others)
        } - {root}
        grown = True
        while grown:
            more = {pid for pid, one in table.items() if one.parent in found} - found
            found |= more
            grown = bool(more)
        return found


@contextmanager
def adopting_orphans() -> Iterator[None]:
    """Have processes come to us that lose their parent meanwhile (Linux)."""
    before = ctypes.c_int(0)
    _prctl(_GET_CHILD_SUBREAPER, ctypes.byref(before))
    _prctl(_SET_CHILD_SUBREAPER, 1)
    try:
        yield
    finally:
        _prctl(_SET_CHILD_SUBREAPER, before.value)


def die_with_parent() -> None:
    """Have this process end when the one that started it does (Linux)."""
    _prctl(_SET_PDEATHSIG, signal.SIGKILL.value if sys.platform != "win32" else 0)


def _prctl(option: int, value: Any) -> None:
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library: the group alone must do
            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _table() -> dict[int, _Process]:
    """Every process of this machine; empty where the system does not tell."""
    found = {}
    with suppress(OSError):
        for entry in _PROC.iterdir():
            if entry.name.isdigit():
                with suppress(OSError, ValueError, IndexError):
                    # After the name, which may hold anything: state, parent, group, session.
                    words = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
                    found[int(entry.name)] = _Process(
                        int(words[1]), int(words[2]), int(words[3]), words[0] in "ZX"
                    )
    return found


def _children(table: dict[int, _Process]) -> set[int]:
    return {pid for pid, one in table.items() if one.parent == os.getpid()}


def _end(pid: int, *, dead: bool) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)
    if dead and hasattr(os, "waitpid"):
        with suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)


def _signal_group(pid: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(pid, number)
        else:
            os.kill(pid, number)
