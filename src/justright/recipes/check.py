"""Watch a script that knows nothing of Justright, and say what keeps its network from learning."""

import shlex
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from justright.doctor.evidence import PARTS, Evidence, Failure
from justright.errors import JustrightError
from justright.recipes.script.ending import Ending
from justright.recipes.script.letter import Letter, Letterbox
from justright.recipes.script.order import Order
from justright.recipes.script.processes import Family, adopting_orphans

if TYPE_CHECKING:  # what the script's start need not wait for
    from justright.kinds.diagnosis import Diagnosis
    from justright.recipes.lab_place import Place
    from justright.recipes.report import Report

#: Exit codes of `justright check`.
HEALTHY, SICK, FAILED, USAGE = 0, 1, 2, 3
#: Seconds between looks at whether the script has ended.
_POLL_S = 0.2
#: What a process is started with: Justright may be on the search path of this one alone.
_START = (
    "import sys; startup = frozenset(sys.modules)\n"
    "if not sys.flags.safe_path: del sys.path[0]\n"
    "sys.path.insert(0, {root!r}); import justright; del sys.path[0]\n"
    "from justright.recipes.check_child import main; main(startup)"
)
_ROOT = str(Path(__file__).parents[2])
_STDERR = 2
#: How the ids of the checks begin that explain the error which ended a script.
ERRORS = "error-"
_PYTHON_ENDINGS = ("", ".py", ".pyw")
#: Which processes are ours is told by who started them and when, so one script at a time.
_ONE = threading.Lock()


#: What the user is told at the first Ctrl-C.
STOPPING = "\nstopping the script; Ctrl-C again ends it at once"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of a check.

    Attributes:
        diagnosis: What the doctor says.
        script: The script, as the user named it.
        ended: How it ended, in a sentence.
        failed: Whether it failed by itself.
    """

    diagnosis: "Diagnosis"
    script: str
    ended: str
    failed: bool

    @property
    def report(self) -> "Report":
        """The diagnosis to read and to save."""
        from justright.recipes.report import Report

        return Report(self.diagnosis, script=self.script, ended=self.ended)

    @property
    def code(self) -> int:
        """Exit code: 0 healthy, 1 findings at warn or above, 2 the script failed by itself."""
        if self.failed:
            return FAILED
        return HEALTHY if self.diagnosis.healthy else SICK


def check(
    script: str | Path,
    arguments: Sequence[str] = (),
    *,
    steps: int | None = None,
    time_s: float | None = None,
    quiet: bool = False,
    json: bool = False,
    trials: bool = True,
    lab: "Place" = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Checked:
    """Run a script unchanged, watch it, and say what keeps its network from learning.

    It runs as `python SCRIPT` would run it, in a process of its own, in this working folder.
    Everything that it started is ended with it. The first Ctrl-C goes to the script, the
    second ends it; both leave a report.

    Args:
        script: The script.
        arguments: Its arguments.
        steps: Optimizer steps after which it is stopped; None for no limit.
        time_s: Seconds after which it is stopped, from its first line on and without the import
            of torch; None for no limit.
        quiet: Whether to hide what it prints.
        json: Whether what it prints goes to stderr, so that stdout stays clean.
        trials: Whether to make trials on copies of its network when it has ended.
        lab: Where the run is kept, as in `fit`; False keeps nothing.
        tell: Called with a line for the user: what is done, and that Ctrl-C was heard.

    Returns:
        What was found, and how the script ended.

    Raises:
        JustrightError: If there is no such script, or it is not Python.
    """
    script = str(script)
    broken = _syntax_error(script)
    order = Order(
        script=script,
        words=tuple(arguments),
        folder="",
        steps=steps,
        time_s=time_s,
        trials=trials,
    )
    with _kept(order, lab) as keep:
        if broken is None:
            with tempfile.TemporaryDirectory(prefix="justright-") as folder:
                tell(_announced(order))
                with _ONE:
                    order = replace(order, folder=folder)
                    ending = _run(order, quiet=quiet, json=json, tell=tell)
        else:
            ending = _unstarted(broken)
        checked = _checked(script, ending)
        keep(ending, checked)
    return checked


def _unstarted(broken: Failure) -> Ending:
    """The end of a script that is no Python."""
    evidence = Evidence(door="check", failure=broken)
    error = f"{broken.error}: {broken.message}"
    return Ending(Letter(evidence=evidence, ended="failed", error=error), 1)


@contextmanager
def _kept(order: Order, lab: "Place") -> Iterator[Callable[[Ending, Checked], None]]:
    """A run of the lab, from before the script's start until it is known how it ended."""
    from justright.recipes.ledger_watched import WatchBook

    begin_s, state = time.monotonic(), "interrupted"
    more = ("--", *order.words) if order.words else ()
    book = WatchBook(
        lab,
        "check",
        Path(order.script).stem,
        source=order.script,
        command=shlex.join(["justright", "check", order.script, *more]),
    )

    def keep(ending: Ending, checked: Checked) -> None:
        nonlocal state
        book.trained(ending.letter.evidence, time.monotonic() - begin_s)
        book.diagnosed(checked.diagnosis, checked.ended)
        stopped = ending.interrupted or ending.letter.ended == "interrupted"
        state = "failed" if checked.failed else "interrupted" if stopped else "finished"

    try:
        yield keep
    finally:
        book.end(state)
        book.close()


def _syntax_error(script: str) -> Failure | None:
    """What is wrong with the script's text; None where it is Python.

    Raises:
        JustrightError: If there is no text, or none of Python's.
    """
    path = Path(script)
    content = _content(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the script's own run will say them
            compile(content, script, "exec", dont_inherit=True)
    except SyntaxError as error:
        if path.suffix not in _PYTHON_ENDINGS:
            raise _not_python(script) from None
        text = (error.text or "").strip()
        return Failure(
            error=type(error).__name__, message=f"{error.msg}: {text}", line=error.lineno, text=text
        )
    return None


def _content(path: Path) -> bytes:
    if path.is_dir():
        raise JustrightError(
            f"{str(path)!r} is a folder", "a Python script", try_=f"justright check {path}/train.py"
        )
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise JustrightError(
            f"there is no file {str(path)!r}", "a Python script", try_="another path"
        ) from None
    except OSError as error:
        raise JustrightError(
            f"cannot read {str(path)!r}: {error.strerror or error}",
            "a Python script that can be read",
            try_="another path",
        ) from None
    if path.suffix == ".ipynb":
        raise JustrightError(
            f"{str(path)!r} is a notebook",
            "a Python script",
            try_=f"jupyter nbconvert --to script {path}",
        )
    if b"\0" in content:
        raise _not_python(str(path))
    return content


def _not_python(script: str) -> JustrightError:
    return JustrightError(f"{script!r} is not Python", "a Python script", try_="another path")


def _announced(order: Order) -> str:
    """What is done, in a line.

    Example:
        >>> _announced(Order(script="train.py", words=(), folder="", time_s=60.0))
        'justright: running train.py and watching it, for 60 s at most'
    """
    limit = "until it ends"
    if order.steps is not None:
        limit = f"for {order.steps:,} optimizer steps at most"
    elif order.time_s is not None:
        limit = f"for {order.time_s:g} s at most"
    return f"justright: running {order.script} and watching it, {limit}"


def _run(order: Order, *, quiet: bool, json: bool, tell: Callable[[str], None]) -> Ending:
    """Start the script's process, wait for its end, and end all that it started."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()  # what was printed before comes before what the script prints
    with adopting_orphans():
        child = subprocess.Popen(
            [
                *(sys.executable, *vars(subprocess)["_args_from_interpreter_flags"]()),
                *("-c", _START.format(root=_ROOT), msgspec.json.encode(order).decode()),
            ],
            stdout=subprocess.DEVNULL if quiet else _STDERR if json else None,
            stderr=subprocess.DEVNULL if quiet else None,
            start_new_session=True,
        )
        family, box = Family(child), Letterbox(Path(order.folder))
        try:
            interrupted, killed = _wait(child, family, box, tell)
        finally:
            family.end()
    letter = box.read() or _unseen()
    return Ending(letter, child.wait(), interrupted=interrupted, killed=killed)


def _wait(
    child: "subprocess.Popen[bytes]", family: Family, box: Letterbox, tell: Callable[[str], None]
) -> tuple[bool, bool]:
    """Wait for the end; whether the user interrupted it, and whether it must be ended by us."""
    interrupted = False
    while True:
        try:
            child.wait(_POLL_S)
            return interrupted, False
        except subprocess.TimeoutExpired:
            if box.overdue_s() > 0:
                return interrupted, True
        except KeyboardInterrupt:
            if interrupted:
                return True, True
            interrupted = True
            tell(STOPPING)
            family.interrupt()


def _unseen() -> Letter:
    because = "the script's process left nothing"
    return Letter(evidence=Evidence(door="check", because=dict.fromkeys(PARTS, because)))


def _checked(script: str, ending: Ending) -> Checked:
    """The diagnosis of what was seen."""
    from justright.doctor.diagnose import diagnose
    from justright.doctor.source import read

    evidence = replace(ending.letter.evidence, source=read(script))
    diagnosis = diagnose(evidence)
    explained = any(found.check.startswith(ERRORS) for found in diagnosis.findings)
    if ending.failed and not explained:
        found = ending.finding
        diagnosis = replace(diagnosis, verdict=found.meaning, findings=(found, *diagnosis.findings))
    elif not diagnosis.findings and not any(track.n_steps for track in evidence.tracks):
        diagnosis = replace(diagnosis, verdict=_untrained(evidence))
    return Checked(diagnosis=diagnosis, script=script, ended=ending.words, failed=ending.failed)


def _untrained(evidence: Evidence) -> str:
    """What is said of a script that trains nothing."""
    why = evidence.because.get("tracks", "no optimizer step was made")
    return f"Of training nothing can be said: {why}"
