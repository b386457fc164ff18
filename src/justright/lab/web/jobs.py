"""Questions asked from the page: each is a `justright ask` in a process of its own."""

import re
import subprocess
import threading
import time
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from justright.lab.lab import VARIABLE
from justright.lab.rows import RunRow
from justright.lab.web import process
from justright.lab.web.call import Call, Refused
from justright.lab.web.files import PathText, confined

MOST_RUNNING = 2  # at once: each trains on all cores (house convention)
MOST_KEPT = 50  # that ended, and are still shown (house convention)
MOST_SAID = 12  # newest lines that are shown (house convention)
MOST_LINE = 500  # characters of a line (house convention)
CANCEL_S = 20.0  # seconds for an answer from what was reached, before the process is ended
END_S = 2.0  # the same, when the server ends
SHORTEST_S, LONGEST_S = 5.0, 24 * 3600.0  # of a question's time (house convention)

_SHARE = re.compile(r"(\d{1,3}) %, \d+:\d\d left")
_CLOCK = re.compile(r"^\[ *[\d.]+ s\] ?")


class JobAsked(msgspec.Struct, frozen=True):
    """A question about a table."""

    question: Annotated[str, Meta(min_length=1, max_length=100)]
    path: PathText
    target: Annotated[str, Meta(min_length=1, max_length=500)]
    time_s: Annotated[float, Meta(ge=SHORTEST_S, le=LONGEST_S)] = 60.0


@dataclass(slots=True, kw_only=True)
class Job:
    """One question under way, or ended.

    Attributes:
        id: Its number in this server.
        question: As `justright ask` knows it.
        path: The table, from the folder of the lab.
        target: The column to predict.
        began: When, in seconds since 1970.
        process: The process that answers.
        said: Its newest lines.
        done_share: How far it is, 0 to 1; None where it has not said.
        cancelled: Whether the user ended it.
    """

    id: int
    question: str
    path: str
    target: str
    began: float
    process: subprocess.Popen[str]
    said: deque[str] = field(default_factory=lambda: deque(maxlen=MOST_SAID))
    done_share: float | None = None
    cancelled: bool = False
    reader: threading.Thread | None = None
    run: str = ""

    @property
    def state(self) -> str:
        """running, finished, failed or cancelled."""
        code = self.process.poll()
        if code is None:
            return "running"
        if self.cancelled:
            return "cancelled"
        return "finished" if code == 0 else "failed"

    @property
    def error(self) -> str:
        """What it said when it failed; empty while it has not."""
        if self.state != "failed":
            return ""
        lines = list(self.said)
        at = next((i for i, line in enumerate(lines) if line.startswith("error: ")), None)
        return "\n".join(lines[at:] if at is not None else lines[-3:])

    def heard(self, line: str) -> None:
        """Take one line of its progress."""
        text = _CLOCK.sub("", line.rstrip())[:MOST_LINE]
        if not text.strip():
            return
        share = _SHARE.search(text)
        if share is not None:
            self.done_share = min(int(share[1]), 100) / 100
        self.said.append(text)


class Jobs:
    """Starts, watches and ends questions.

    Args:
        ask: The command line, before the question; empty where none can be asked.
        questions: Names of those that can be asked.
        folder: Where the tables are, resolved.
        file: The lab's file, in which answers are kept.

    Attributes:
        version: A number that rises whenever something of a job changed.
    """

    def __init__(
        self, ask: Sequence[str], questions: Iterable[str], folder: Path, file: Path
    ) -> None:
        self._ask, self._questions = tuple(ask), frozenset(questions)
        self._folder, self._file = folder, file
        self._lock = threading.Lock()
        self._jobs: dict[int, Job] = {}
        self._last = 0
        self.version = 0

    def start(self, asked: JobAsked) -> Job:
        """Ask a question.

        Args:
            asked: What.

        Raises:
            Refused: If it cannot be asked, the table is not there, or two run already.
        """
        if not self._ask or asked.question not in self._questions:
            raise Refused(
                400, f"{asked.question!r} cannot be asked from here", "one of GET /api/state",
                try_="justright ask --list",
            )  # fmt: skip
        path = confined(self._folder, asked.path).relative_to(self._folder).as_posix()
        with self._lock:
            n_running = sum(job.state == "running" for job in self._jobs.values())
            if n_running >= MOST_RUNNING:
                raise Refused(
                    429, f"{n_running} questions are being answered",
                    f"at most {MOST_RUNNING} at once", try_="again when one has ended",
                )  # fmt: skip
            return self._begin(asked, path)

    def _begin(self, asked: JobAsked, path: str) -> Job:
        # "./" and "=": neither a file nor a column can be taken for an option.
        words = [*self._ask, asked.question, f"./{path}"]
        words += [f"--target={asked.target}", f"--time={asked.time_s:g}s"]
        environment = {VARIABLE: str(self._file.resolve()), "TERM": "dumb"}
        began = time.time()
        started = process.start(words, self._folder, environment, talks=False)
        self._last += 1
        job = Job(
            id=self._last, question=asked.question, path=path, target=asked.target, began=began,
            process=started,
        )  # fmt: skip
        self._jobs[job.id] = job
        for old in [one for one in self._jobs.values() if one.state != "running"][:-MOST_KEPT]:
            del self._jobs[old.id]
        job.reader = threading.Thread(target=self._listen, args=(job,), name="job", daemon=True)
        job.reader.start()
        self.version += 1
        return job

    def _listen(self, job: Job) -> None:
        """Read what it says until it ends."""
        stream = job.process.stderr
        if stream is None:  # pragma: no cover - it is a pipe, as `start` was told
            return
        with stream:
            for line in stream:
                job.heard(line)
                self.version += 1
        job.process.wait()
        self.version += 1

    def all(self) -> list[Job]:
        """All of them, the newest first."""
        with self._lock:
            return sorted(self._jobs.values(), key=lambda job: -job.id)

    def cancel(self, number: int) -> None:
        """End one: an answer from what was reached, or none.

        Args:
            number: Its number.

        Raises:
            Refused: If there is none.
        """
        with self._lock:
            job = self._jobs.get(number)
        if job is None:
            raise Refused(404, f"there is no question {number}", "its number", try_="GET /api/jobs")
        if job.state == "running" and not job.cancelled:
            job.cancelled = True
            self.version += 1
            ender = threading.Thread(target=process.end, args=(job.process, CANCEL_S), daemon=True)
            ender.start()

    def close(self) -> None:
        """End them all."""
        running = [job for job in self.all() if job.state == "running"]
        for job in running:
            process.interrupt(job.process)
        for job in running:
            process.end(job.process, END_S)
        for job in self.all():
            if job.reader is not None:
                job.reader.join(END_S)


def jobs(call: Call) -> object:
    """All questions that were asked of this server."""
    found = call.site.jobs.all()
    waiting = [job for job in found if not job.run]
    if waiting:
        _find_runs(waiting, call)
    return [_told(job) for job in found]


def _told(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "question": job.question,
        "path": job.path,
        "target": job.target,
        "state": job.state,
        "said": list(job.said),
        "done_share": 1.0 if job.state == "finished" else job.done_share,
        "run": job.run or None,
        "error": job.error or None,
    }


def _find_runs(waiting: Sequence[Job], call: Call) -> None:
    """Find the runs in which the answers are kept: of the same table, begun since."""
    taken = {job.run for job in call.site.jobs.all() if job.run}
    runs = [row for row in call.site.store.runs(kinds=["question"]) if row.uid not in taken]
    for job in sorted(waiting, key=lambda one: one.id):
        own = next((row for row in runs if _is_of(row, job)), None)
        if own is not None:
            job.run = own.uid
            runs.remove(own)


def _is_of(row: RunRow, job: Job) -> bool:
    told = f"{row.name} {row.command} {row.config.get('question', '')}"
    same = job.question in told or job.question.replace("-", "_") in told
    # The run begins after its process; a second's air for clocks that are set.
    return same and row.created >= job.began - 1 and Path(row.source).name == Path(job.path).name


def start(call: Call) -> object:
    """Ask a question."""
    return {"id": call.site.jobs.start(call.body).id}


def cancel(call: Call) -> object:
    """End a question."""
    call.site.jobs.cancel(int(call.path["number"]))
    return {"id": int(call.path["number"])}
