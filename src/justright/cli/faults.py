"""What the user reads when a command fails, and the exit code."""

import errno
import os
import sys
import traceback
from collections.abc import Callable

from justright.errors import JustrightError

# Exit codes. 2 is argparse's own; 70 is EX_SOFTWARE of sysexits.h; 128 + n is a shell's
# convention for a process that signal n ended.
DONE, USER, INTERNAL, INTERRUPTED, PIPE_CLOSED = 0, 2, 70, 130, 141

#: Set to anything but nothing, it shows tracebacks.
DEBUG = "JUSTRIGHT_DEBUG"


class CutOff(KeyboardInterrupt):
    """The user left at once, and there is a way to go on, which is its text."""


def guard(work: Callable[[], int]) -> int:
    """Run a command; turn what it raises into a message and an exit code.

    Args:
        work: The command; hands back an exit code.

    Returns:
        Exit code.
    """
    try:
        code = work()
        sys.stdout.flush()  # here, so that a closed pipe is met inside the guard
        return code
    except BrokenPipeError:
        _close_stdout()
        return PIPE_CLOSED
    except CutOff as cut:
        print(f"interrupted: to go on, {cut}", file=sys.stderr)
        return INTERRUPTED
    except KeyboardInterrupt:
        print("interrupted: nothing was kept", file=sys.stderr)
        return INTERRUPTED
    except JustrightError as error:
        return tell(error)
    except OSError as error:
        return tell(_from_system(error))
    except Exception as error:
        return _internal(error)


def tell(error: JustrightError) -> int:
    """Print what was seen, what was needed and what to try.

    Args:
        error: The user's situation.

    Returns:
        Exit code.
    """
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    print(f"error: {error}", file=sys.stderr)
    return USER


def _internal(error: Exception) -> int:
    lines = str(error).strip().splitlines() or ["no message"]
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    print(
        f"internal error: {type(error).__name__}: {lines[0]} - please report it"
        f" ({DEBUG}=1 shows the traceback)",
        file=sys.stderr,
    )
    return INTERNAL


def _from_system(error: OSError) -> JustrightError:
    """A refusal of the operating system, in our words."""
    where = error.filename or "a file"
    seen = f"cannot use {str(where)!r}: {error.strerror or error}"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return JustrightError(seen, "free space on the disk", try_="--out on another disk")
    return JustrightError(seen, "a file or folder that can be used", try_="another path")


def _close_stdout() -> None:
    """Point stdout at nothing, so that Python's flush at exit does not complain."""
    try:
        number = sys.stdout.fileno()
    except (AttributeError, OSError, ValueError):
        return
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, number)
    os.close(nothing)
