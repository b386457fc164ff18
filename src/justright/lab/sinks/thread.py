"""The thread in which a sink works, apart from the training and from the store."""

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from justright.lab.sinks.best import Best
from justright.lab.sinks.heard import pass_on
from justright.lab.sinks.sink import Beginning, Column, Scalar, Sink
from justright.lab.tickets import Ticket

#: Values that may wait for a sink; more are left out (32 MB; house convention).
MOST_WAITING = 4_000_000
#: Seconds that the end of the program waits for a sink that gets no further (house convention).
PATIENCE_S = 60.0

_log = logging.getLogger("justright.lab")


class Sinks:
    """Tells every sink of the runs, each in a thread of its own.

    No method waits for a sink or raises because of one. A sink that fails is told of no more
    runs: `trouble` says why, and so does the log, once.

    Args:
        sinks: Who is told.
        all_curves: Whether members of a population keep their curves; else only the best do.

    Example:
        >>> with_none = Sinks([])
        >>> with_none.begin(Beginning(uid="0123456789ab"))
        >>> with_none.close()
        >>> with_none.trouble
        ''
    """

    def __init__(self, sinks: Iterable[Sink], *, all_curves: bool = False) -> None:
        self._closed, self._live = False, set[str]()
        self._lines = [_Line(sink if all_curves else Best(sink)) for sink in sinks]

    def __bool__(self) -> bool:
        return bool(self._lines)

    def heard(self, ticket: Ticket) -> None:
        """Take in what the store has written, in the store's own words."""
        pass_on(ticket, self)

    def begin(self, run: Beginning) -> None:
        """A run began."""
        self._live.add(run.uid)
        self._tell(run.uid, lambda sink: sink.begin(run))

    def configure(self, uid: str, config: Mapping[str, Scalar]) -> None:
        """Its config got these fields."""
        fields = dict(config)
        self._tell(uid, lambda sink: sink.configure(uid, fields))

    def tag(self, uid: str, tags: Sequence[str]) -> None:
        """It got these tags."""
        words = tuple(tags)
        self._tell(uid, lambda sink: sink.tag(uid, words))

    def note(self, uid: str, text: str) -> None:
        """The user's words about it."""
        self._tell(uid, lambda sink: sink.note(uid, text))

    def points(
        self,
        uid: str,
        steps: Column,
        values: Mapping[str, Column],
        seconds: Column | None = None,
    ) -> None:
        """Its curves go on; the arrays are not changed by the caller afterwards.

        Args:
            uid: The run.
            steps: Of shape (n,).
            values: A column of shape (n,) a metric.
            seconds: Since the run began; 0 throughout where nobody looked at the clock.
        """
        times = np.zeros(len(steps), np.float32) if seconds is None else seconds
        columns = dict(values)
        n_values = len(steps) * (len(columns) + 2)
        self._tell(uid, lambda sink: sink.points(uid, steps, columns, times), n_values)

    def event(self, uid: str, kind: str, data: Any) -> None:
        """Something happened, or a paper came."""
        self._tell(uid, lambda sink: sink.event(uid, kind, data))

    def keep(self, uid: str, path: str, sha256: str) -> None:
        """A file belongs to it."""
        self._tell(uid, lambda sink: sink.keep(uid, path, sha256))

    def summarise(self, uid: str, summary: Mapping[str, Scalar]) -> None:
        """Its summary got these fields."""
        fields = dict(summary)
        self._tell(uid, lambda sink: sink.summarise(uid, fields))

    def end(self, uid: str, state: str) -> None:
        """It ended."""
        self._tell(uid, lambda sink: sink.end(uid, state))
        self._live.discard(uid)

    def close(self, patience_s: float = PATIENCE_S, *, most_s: float = math.inf) -> None:
        """Wait until the sinks have heard everything, and close them; once.

        Args:
            patience_s: Seconds to wait for a sink that gets no further.
            most_s: Seconds to wait for all of them together, further or not.
        """
        if self._closed:
            return
        self._closed = True
        until = time.monotonic() + most_s
        for line in self._lines:
            line.put(None)
        for line in self._lines:
            line.join(patience_s, until)

    @property
    def trouble(self) -> str:
        """What the sinks could not do, in words; empty where all is well."""
        return "; ".join(line.trouble for line in self._lines if line.trouble)

    def _tell(self, uid: str, work: Callable[[Sink], None], n_values: int = 0) -> None:
        if uid not in self._live:  # said after its end: other trackers take no more by then
            return
        for line in self._lines:
            line.put(partial(work, line.sink), n_values)


class _Line:
    """What waits for one sink, and the thread that tells it."""

    def __init__(self, sink: Sink) -> None:
        self.sink, self.trouble = sink, ""
        self._waiting: deque[tuple[Callable[[], None] | None, int]] = deque()
        self._n_waiting, self._n_works = 0, 0
        self._came = threading.Condition()
        self._thread: threading.Thread | None = None
        self._over, self._leaves_out = False, False

    def put(self, work: Callable[[], None] | None, n_values: int = 0) -> None:
        """Let it wait; None closes the sink. Points beyond what may wait are left out."""
        with self._came:
            if self._over:
                return
            if n_values and self._n_waiting + n_values > MOST_WAITING:
                self._leave_out()
                return
            if self._thread is None:
                if work is None:
                    return
                self._thread = threading.Thread(
                    target=self._run, name=f"justright-{self.sink.name}", daemon=True
                )
                self._thread.start()
            self._waiting.append((work, n_values))
            self._n_waiting += n_values
            self._came.notify()

    def join(self, patience_s: float, until: float) -> None:
        """Wait for the end of the work, as long as it gets on."""
        thread, n_before = self._thread, -1
        if thread is None:
            return
        while thread.is_alive() and self._n_done() > n_before and time.monotonic() < until:
            n_before = self._n_done()
            thread.join(max(0.0, min(patience_s, until - time.monotonic())))
        if thread.is_alive():
            self._say(f"{self.sink.name} did not take everything within the time there was")

    def _n_done(self) -> int:
        """What it took so far; members count, as a thousand of them may be one piece of work."""
        return self._n_works + (self.sink.n_told if isinstance(self.sink, Best) else 0)

    def _run(self) -> None:
        while True:
            with self._came:
                while not self._waiting:
                    self._came.wait()
                work, n_values = self._waiting.popleft()
            try:
                self.sink.close() if work is None else work()
            except Exception as error:
                self._fail(error)
                return
            finally:
                with self._came:
                    self._n_waiting -= n_values
                    self._n_works += 1
            if work is None:
                return

    def _fail(self, error: Exception) -> None:
        because = (str(error).strip().splitlines() or [type(error).__name__])[0]
        with self._came:
            self._waiting.clear()
            self._over = True
            self._say(f"{self.sink.name} is told no more: {because}")
        try:
            self.sink.close()
        except Exception as second:
            _log.debug("%s could not be closed: %s", self.sink.name, second)

    def _leave_out(self) -> None:
        if not self._leaves_out:
            self._leaves_out = True
            self._say(
                f"{self.sink.name} takes the curves more slowly than they come:"
                " points are left out there, not in the lab"
            )

    def _say(self, words: str) -> None:
        self.trouble = words
        _log.warning("%s", words)
