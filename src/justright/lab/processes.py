"""Which process writes, and whether it still lives: a run whose process died was killed."""

import os
import socket
import time
from pathlib import Path

#: Seconds after which a process on another machine that gave no sign is held for dead.
SILENT_S = 60.0


def mark(pid: int) -> str:
    """When a process began, as the machine counts it: its number alone is given anew.

    Args:
        pid: Its number.

    Returns:
        A word; empty where the machine does not tell.
    """
    try:
        # The name in brackets may hold blanks; the moment is the 20th word after it.
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19]
    except (OSError, IndexError):
        return ""


def host() -> str:
    """The name of this machine."""
    return socket.gethostname()


def is_alive(pid: int, machine: str, began: str, beat: float) -> bool:
    """Whether the process that wrote a run still lives.

    Args:
        pid: Its number.
        machine: Its machine.
        began: Its mark.
        beat: When it gave its last sign, in seconds since 1970.

    Example:
        >>> is_alive(os.getpid(), host(), mark(os.getpid()), 0.0)
        True
    """
    if machine != host() or os.name == "nt":  # where signal 0 is no question, but Ctrl-C
        return time.time() - beat < SILENT_S
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # it is somebody else's, so it is there
    return not began or mark(pid) in ("", began)
