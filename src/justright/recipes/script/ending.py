"""How a watched script ended, in words."""

import signal
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from justright.recipes.script.letter import Letter

if TYPE_CHECKING:  # what the script's start need not wait for
    from justright.kinds.finding import Finding

#: Id of the finding that a script failed by itself.
SCRIPT_FAILED = "script-failed"
#: Row of the table of faults that holds the errors of PyTorch.
ERRORS = 31
_LIMITS: Mapping[str, str] = {
    "steps": "It was stopped after the steps asked for.",
    "time": "It was stopped when its time was over.",
}
_FORCED = " It did not stop when asked to, and was ended by force."
_COMES_OF: Mapping[str, str] = {
    "SIGKILL": " (where nobody sent it, the memory ran out)",
    "SIGSEGV": " (a fault in compiled code)",
    "SIGABRT": " (a fault in compiled code)",
}


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a script's process.

    Attributes:
        letter: The last that it said of itself.
        code: Exit code; below 0 the signal that ended it.
        interrupted: Whether the user pressed Ctrl-C.
        killed: Whether we ended it.
    """

    letter: Letter
    code: int
    interrupted: bool = False
    killed: bool = False

    @property
    def failed(self) -> bool:
        """Whether the script failed by itself: nobody stopped it, and it did not end well."""
        ours = self.letter.ended in ("steps", "time", "interrupted")
        if self.interrupted or self.killed or ours:
            return False
        return self.letter.ended == "failed" or self.code != 0

    @property
    def words(self) -> str:
        """How it ended, in a sentence."""
        ended = self.letter.ended
        if self.interrupted or ended == "interrupted":
            return "It was interrupted."
        if ended in _LIMITS:
            return _LIMITS[ended] + (_FORCED if self.letter.by_force or self.killed else "")
        if self.killed:
            return "It had not ended long after its last line, and was ended by force."
        if ended == "failed":
            return f"It failed: {self.letter.error}"
        if self.code < 0:
            return f"It was ended by {_signal(-self.code)}."
        if ended == "running":
            return f"It left at once, with exit code {self.code}."
        return "It ran to its end." if self.code == 0 else f"It ended with exit code {self.code}."

    @property
    def _error(self) -> str:
        """The error that ended it; an exit code is none."""
        return self.letter.error if self.letter.ended == "failed" else ""

    @property
    def finding(self) -> "Finding":
        """That the script failed by itself, as a finding."""
        from justright.kinds.finding import Finding, Severity

        failure = self.letter.evidence.failure
        line = None if failure is None else failure.line
        return Finding(
            check=SCRIPT_FAILED,
            severity=Severity.STOP,
            sign=self.words if failure is None or not failure.text else failure.text.strip(),
            meaning=f"the script failed by itself: {self._error or self.words}",
            remedy="mend this first; what else is said here was seen before it failed",
            line=line,
            fault=ERRORS,
        )


def _signal(number: int) -> str:
    """A signal's name, with what it mostly comes of."""
    try:
        name = signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
    return name + _COMES_OF.get(name, "")
