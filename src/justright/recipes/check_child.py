"""The process in which a watched script runs: `check` starts it and reads what it leaves.

Nothing here imports torch: the script does, and at that moment the recorder comes.
"""

import _thread
import atexit
import math
import os
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import msgspec

from justright.doctor.evidence import PARTS, Evidence, Failure
from justright.recipes.script.as_main import as_main, folder_of, give_back_names, without_ours
from justright.recipes.script.letter import Ended, Letter, Letterbox
from justright.recipes.script.on_import import OnImport
from justright.recipes.script.order import Order
from justright.recipes.script.processes import die_with_parent
from justright.recipes.script.watchdog import Cut, Watchdog, throw

if TYPE_CHECKING:
    from justright.doctor.record.recorder import Recorder
    from justright.doctor.trials.replay import Replay

#: Seconds after the limit at which a script is cut off in the midst of what it does, and at
#: which its process ends whatever it does; a script that has ended and whose threads or exit
#: handlers have not is given a little longer.
CUT_S, LEAVE_S, LINGER_S = 2.0, 4.0, 4.0
#: Seconds after the limit, or after the script's end, in which all else must be done; then the
#: waiting process ends this one.
OVER_S = 12.0
CONCLUDE_S = 45.0
#: Seconds that the last of the script's output may take to be written out.
_FLUSH_S = 1.0
#: Characters of an error that are told.
_MOST_ERROR = 2_000
NO_TORCH = "the script did not import torch"


def main(startup: frozenset[str]) -> None:
    """Run the script that the process's only argument orders.

    Args:
        startup: Modules that Python itself had loaded before anything of ours.
    """
    die_with_parent()
    order = msgspec.json.decode(sys.argv[1], type=Order)
    watched = Watched(order)
    run = as_main(order.script, order.words)
    give_back_names(folder_of(order.script), set(sys.modules) - startup)
    watched.begin()
    error: BaseException | None = None
    try:
        try:
            run()
        finally:
            watched.over()
    except BaseException as raised:
        error = without_ours(raised)
    watched.end(error)


class Watched:
    """One run of a script, from its first line to the end of its process.

    Args:
        order: What is run.
    """

    def __init__(self, order: Order) -> None:
        self._order, self._box = order, Letterbox(Path(order.folder))
        self._recorder: Recorder | None = None
        self._stops: tuple[type[BaseException], ...] = (Cut,)
        self._because = NO_TORCH
        self._pid, self._main = os.getpid(), threading.get_ident()
        self._lock = threading.RLock()
        self._letter = Letter(evidence=Evidence(door="check"))
        self._in_script, self._asked = True, False
        self._exit = os._exit
        self._dog = Watchdog(
            limit_s=order.time_s,
            stages=(
                (0.0, self._ask),
                (CUT_S, self._cut),
                (LEAVE_S, self._leave_script),
                (LEAVE_S + LINGER_S, self._leave),
            ),
            look=self._send,
            over=lambda: bool(self._why()),
        )

    def begin(self) -> None:
        """Start the clock, and wait for torch."""
        self._set_due(math.inf if self._order.time_s is None else self._order.time_s)
        # First come, last served: the script's own threads and exit handlers are done by then.
        atexit.register(self._conclude)
        os.register_at_fork(
            before=self._lock.acquire,
            after_in_parent=self._lock.release,
            after_in_child=self._forked,
        )
        vars(os)["_exit"] = self._exit_at_once
        OnImport("torch", self._torch_comes).wait()
        self._dog.start()

    def over(self) -> None:
        """Note that the script's last line has run: nothing may be thrown into it any more."""
        with self._lock:
            self._in_script = False
            throw(self._main, None)

    def end(self, error: BaseException | None) -> None:
        """Say how the script ended, as Python would.

        Args:
            error: What it raised; None for nothing.

        Raises:
            SystemExit: With the exit code that the script gave itself.
        """
        ended = self._how(error)
        if ended in ("steps", "time"):
            error = None
        if ended == "failed" and error is not None:
            self._keep(error)
        if ended in ("failed", "interrupted") and error is not None:
            sys.excepthook(type(error), error, error.__traceback__)
        self._letter = replace(self._letter, ended=ended, error=_line(error))
        self._send()
        if isinstance(error, SystemExit):
            raise error
        sys.exit(0 if error is None else 1)

    def _how(self, error: BaseException | None) -> Ended:
        """How the script ended; what comes of our own stop is no fault of its own."""
        why = self._why()
        if why and (error is None or any(isinstance(one, self._stops) for one in _chain(error))):
            return why
        if error is None:
            return "end"
        if isinstance(error, SystemExit):
            return "exit"
        return "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"

    def _why(self) -> Ended | None:
        """Why the script is to stop; None while it may go on."""
        if self._recorder is not None and self._recorder.why_stop == "steps":
            return "steps"
        return "time" if self._asked else None

    @contextmanager
    def _torch_comes(self) -> Iterator[None]:
        """The clock stands while torch is imported; then the recorder comes."""
        self._dog.pause()
        self._set_due(math.inf)
        try:
            yield
            self._attach()
        finally:
            self._set_due(self._dog.resume())

    def _attach(self) -> None:
        """Attach the recorder; where ours fails, the script goes on without it."""
        folder, loaded, path = folder_of(self._order.script), set(sys.modules), sys.path[:]
        sys.path[:] = [place for place in path if place != folder]
        try:
            from justright.doctor.record.recorder import Recorder, Stop

            self._stops = (Cut, Stop)
            recorder = Recorder(door="check", max_steps=self._order.steps, keep=self._order.trials)
            try:
                recorder.attach()
            except Exception:
                recorder.detach()  # half a recorder would stand in the script's way
                raise
            self._recorder = recorder
        except Exception as error:
            self._because = f"the recorder could not be attached: {_line(error)}"
        finally:
            sys.path[:] = path
            give_back_names(folder, set(sys.modules) - loaded)

    def _evidence(self) -> Evidence:
        if self._recorder is None:
            return Evidence(
                door="check",
                failure=self._letter.evidence.failure,
                because=dict.fromkeys(PARTS, self._because),
            )
        ended = self._letter.ended
        try:
            return self._recorder.evidence(stopped="exit" if ended == "running" else ended)
        except Exception as error:
            because = f"the recorder failed: {_line(error)}"
            return Evidence(door="check", because=dict.fromkeys(PARTS, because))

    def _send(self) -> None:
        """Leave what was seen until now; a full disk is no reason to stop a script."""
        if os.getpid() != self._pid:
            return
        with self._lock, suppress(OSError):
            self._letter = replace(self._letter, evidence=self._evidence())
            self._box.send(self._letter)

    def _keep(self, error: BaseException) -> None:
        path = str(Path(sys.modules["__main__"].__file__ or ""))
        if self._recorder is not None:
            with suppress(Exception):  # a report without the error's layer is better than none
                self._recorder.failed(error, path)
            return
        failure = plain_failure(error, path)
        self._letter = replace(
            self._letter, evidence=replace(self._letter.evidence, failure=failure)
        )

    def _ask(self) -> None:
        why = self._why()
        self._asked = True
        if self._recorder is not None and not why:
            self._recorder.request_stop("time")

    def _cut(self) -> None:
        with self._lock:
            if self._in_script:
                throw(self._main, Cut)

    def _leave_script(self) -> None:
        if self._in_script:
            self._leave()

    def _leave(self) -> None:
        """End the process, whatever it does; first what was seen, then what it printed."""
        ended = self._letter.ended
        if ended in ("running", "end"):  # the last line may have run, and threads go on
            ended = self._why() or "time"
        self._letter = replace(self._letter, ended=ended, by_force=True)
        self._send()
        done = threading.Event()
        _thread.start_new_thread(_flush, (done,))
        done.wait(_FLUSH_S)
        self._exit(0)

    def _exit_at_once(self, code: int) -> NoReturn:
        """In the place of `os._exit`, which leaves no time for anything else."""
        with suppress(Exception):
            self._send()
        self._exit(code)

    def _forked(self) -> None:
        """A process that the script forked is none of ours."""
        self._dog.rest()
        self._lock.release()

    def _conclude(self) -> None:
        """All is over but us: what was seen last, then the trials on copies."""
        if os.getpid() != self._pid:
            return
        self._dog.rest()
        self._box.set_due(CONCLUDE_S)
        self._send()
        if self._recorder is not None:
            self._recorder.detach()
            if self._order.trials and self._recorder.replay is not None:
                self._try(self._recorder.replay)

    def _try(self, replay: "Replay") -> None:
        """Short trials on copies, now that nobody else needs the processor."""
        from justright.doctor.trials.run import run

        with suppress(Exception):  # the letter before has all but these
            evidence = replace(self._letter.evidence, trials=run(replay))
            self._letter = replace(self._letter, evidence=evidence)
            self._box.send(self._letter)

    def _set_due(self, time_s: float) -> None:
        """Have the waiting process end this one, should it hang beyond so many seconds."""
        self._box.set_due(time_s + OVER_S)


def plain_failure(error: BaseException, path: str) -> Failure:
    """An error in which no network has a part.

    Args:
        error: The error.
        path: The script, as tracebacks name it.
    """
    lines = [
        (frame.lineno, frame.line or "")
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == path
    ]
    line, text = lines[-1] if lines else (None, "")
    return Failure(
        error=type(error).__name__, message=str(error)[:_MOST_ERROR], line=line, text=text
    )


def _line(error: BaseException | None) -> str:
    """An error in one line."""
    if error is None:
        return ""
    words = " ".join(traceback.format_exception_only(error)[-1].split())
    return words[:_MOST_ERROR]


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and those that it came of."""
    one: BaseException | None = error
    while one is not None:
        yield one
        one = one.__cause__ or one.__context__


def _flush(done: threading.Event) -> None:
    with suppress(Exception):
        sys.stdout.flush()
        sys.stderr.flush()
    done.set()
