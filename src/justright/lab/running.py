"""One run, as whoever trains sees it."""

import hashlib
import logging
import math
import secrets
import time
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

import msgspec
import numpy as np

from justright.kinds.design import Design
from justright.kinds.finding import Finding
from justright.lab.rows import Setting
from justright.lab.tickets import Begin, Changed, End, Happened, Points, Ticket, Wrote
from justright.lab.words import whole
from justright.lab.writer import Writer

if TYPE_CHECKING:
    from justright.lab.batch import Known

_told = logging.getLogger("justright.lab")
#: What is a number as it stands.
_PLAIN = frozenset({float, int, bool})
#: Files above this size are kept by path and size alone: hashing a gigabyte takes seconds.
MOST_HASHED_BYTES = 1 << 28
_TAG = "INSERT OR IGNORE INTO tag (run, word) VALUES (?, ?)"
_NOTE = "INSERT INTO note (run, at, text) VALUES (?, ?, ?)"
_ARTIFACT = "INSERT INTO artifact (run, path, sha256, bytes) VALUES (?, ?, ?, ?)"
_DESIGN = "INSERT OR IGNORE INTO design (sha, body) VALUES (?, ?)"
_DATA = "INSERT OR IGNORE INTO data (fingerprint, source, n_rows, n_columns) VALUES (?, ?, ?, ?)"


class Listener(Protocol):
    """Hears what was written, in the writer's thread: it must not take long."""

    def heard(self, ticket: Ticket) -> None:
        """Take in what a run came to, after it is in the file."""


class Summary(MutableMapping[str, Setting]):
    """What a run came to, by name: written to the lab whenever it is set."""

    def __init__(self, run: "Run") -> None:
        self._run = run
        self._values: dict[str, Setting] = {}

    def __getitem__(self, name: str) -> Setting:
        return self._values[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self.update({name: value})

    def __delitem__(self, name: str) -> None:
        del self._values[name]
        self._run.hand(Changed(self._run, {"summary": as_json(self._values)}))

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def update(self, *given: Any, **named: Any) -> None:
        """Set several at once."""
        self._values.update(flat(dict(*given, **named)))
        self._run.hand(Changed(self._run, {"summary": as_json(self._values)}))


class Run:
    """One run: what is logged is in the file half a second later.

    Nothing in it waits for the disk, and nothing in it raises because of the disk. Make one with
    `lab.run(...)`, best in a `with`.

    Attributes:
        uid: Its name in the world: 12 hexadecimal digits.
        created: When it began, in seconds since 1970.
        summary: What it came to, by name.
        number: Its number in the file; 0 before it is written.
        figures: Its curves in four numbers, as far as they are written.
        n_steps: The highest step that is written.
        listener: Who hears what was written; None for nobody.
    """

    def __init__(
        self,
        writer: Writer | None,
        *,
        project: str,
        name: str,
        config: Mapping[str, Any],
        kind: str,
        parent: str,
        group: str,
        source: str,
        command: str,
        created: float | None = None,
        listener: Listener | None = None,
    ) -> None:
        self.uid = secrets.token_hex(6)
        self.created = time.time() if created is None else created
        self.project, self.kind = whole(project), whole(kind)
        self.name = whole(name) or f"{self.kind} {self.uid[:4]}"
        self.parent, self.group = whole(parent), whole(group)
        self.source, self.command = whole(source), whole(command)
        self.listener = listener
        self.number, self.n_steps = 0, 0.0
        self.figures: dict[str, Known] = {}
        self.summary = Summary(self)
        self._writer, self._step, self._ended = writer, 0.0, False
        self._config = flat(config)
        self.first_config = as_json(self._config)
        self._odd: set[str] = set()
        self.hand(Begin(self))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it: as failed by an error, as interrupted by Ctrl-C, else as finished."""
        if error is None:
            self.finish()
            return
        failed = isinstance(error, Exception)
        if failed:
            self.event("say", {"text": f"{type(error).__name__}: {error}"})
        self.finish("failed" if failed else "interrupted")

    @property
    def id(self) -> int:
        """Its number in the file; waits until it is written. 0 where nothing is kept."""
        if not self.number and self._writer is not None:
            self._writer.flush()
        return self.number

    @property
    def config(self) -> Mapping[str, Setting]:
        """Its settings by name."""
        return dict(self._config)

    def hand(self, ticket: Ticket) -> None:
        """Hand a ticket to the writer."""
        if self._writer is not None:
            self._writer.hand(ticket)

    def log(self, values: Mapping[str, Any], step: float | None = None) -> None:
        """Keep one value of each of some metrics.

        Args:
            values: Numbers by name of the metric: floats, one-element tensors or arrays. What
                stands before a slash is the section of the page: `{"train/loss": 0.3}`. Others are
                named once on stderr and left out.
            step: The step; None for the one after the last.
        """
        at = time.time()
        if step is None:
            step = self._step
        self._step = step + 1
        names, own = tuple(values), tuple(values.values())
        if not _PLAIN.issuperset(map(type, own)):
            names, own = self._numbers(values)
        writer = self._writer
        if writer is None or self._ended or not own:
            return
        writer.items.append((self, step, at, names, own))
        if not writer.awake:
            writer.nudge()

    def _numbers(self, values: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[float, ...]]:
        """Values as numbers, those that are."""
        found: dict[str, float] = {}
        for name, value in _leaves(values):
            try:
                found[name] = float(value)
            except (TypeError, ValueError, RuntimeError, OverflowError):
                if name not in self._odd:
                    self._odd.add(name)
                    what = type(value).__name__
                    _told.warning("%r is a %s: only numbers are kept as curves", name, what)
        return tuple(found), tuple(found.values())

    def curves(
        self,
        steps: Sequence[float] | np.ndarray[Any, Any],
        values: Mapping[str, Sequence[float | None] | np.ndarray[Any, Any]],
        seconds: Sequence[float] | np.ndarray[Any, Any] | None = None,
    ) -> None:
        """Keep many points at once.

        Args:
            steps: Shape (points,).
            values: By name of the metric, each of shape (points,); None or NaN for no value.
            seconds: Seconds since the run began, shape (points,); None for evenly until now.

        Raises:
            ValueError: If the lengths differ.
        """
        at = np.asarray(steps, dtype=np.float64)
        table = np.array([np.asarray(own, dtype=np.float64) for own in values.values()])
        if len(at) == 0 or not values:
            return
        if table.shape != (len(values), len(at)):
            raise ValueError(f"{table.shape=} for {len(values)} metrics of {len(at)} steps")
        if seconds is None:
            now_s = max(0.0, time.time() - self.created)
            seconds = np.linspace(now_s / len(at), now_s, len(at))
        self._step = max(self._step, float(at.max()) + 1)
        own = np.asarray(seconds, dtype=np.float64)
        self.hand(Points(self, at, own, tuple(whole(name) for name in values), table))

    def configure(self, settings: Mapping[str, Any]) -> None:
        """Add settings, or change them."""
        self._config.update(flat(settings))
        self.hand(Changed(self, {"config": as_json(self._config)}))

    def summarise(self, values: Mapping[str, Any]) -> None:
        """Say what it came to, by name."""
        self.summary.update(values)

    def event(self, kind: str, data: Any) -> None:
        """Keep something that happened.

        Args:
            kind: A word, as "stage".
            data: Anything that JSON holds, or a record.
        """
        self.hand(Happened(self, kind, as_json(data), time.time()))

    def find(self, finding: Finding) -> None:
        """Keep what a check saw."""
        self.event("finding", finding)

    def tag(self, *words: str) -> None:
        """Put tags on it."""
        for word in words:
            self.hand(Wrote(self, _TAG, (whole(word),)))

    def note(self, text: str) -> None:
        """Put a note on it, in Markdown."""
        self.hand(Wrote(self, _NOTE, (time.time(), whole(text))))

    def keep(self, path: str | Path) -> None:
        """Keep where a file or folder lies, and the hash of a file.

        Raises:
            OSError: If it is not there.
        """
        path = Path(path).resolve()
        size, sha = path.stat().st_size, ""
        if path.is_file() and size <= MOST_HASHED_BYTES:
            with path.open("rb") as opened:
                sha = hashlib.file_digest(opened, "sha256").hexdigest()
        self.hand(Wrote(self, _ARTIFACT, (whole(path), sha, size)))

    def design(self, design: Design) -> None:
        """Keep the design with all its decisions."""
        body = as_json(design)
        sha = hashlib.sha256(body).hexdigest()
        self.hand(Changed(self, {"design": sha}, ((_DESIGN, (sha, body)),)))

    def data(self, fingerprint: str, source: str, n_rows: int, n_columns: int) -> None:
        """Keep what data it is about."""
        row = (whole(fingerprint), whole(source), n_rows, n_columns)
        self.hand(Changed(self, {"data": row[0], "source": row[1]}, ((_DATA, row),)))

    def finish(self, state: str = "finished", *, ended: float | None = None) -> None:
        """End it; what is logged later is left out.

        Args:
            state: "finished", "failed", "interrupted".
            ended: When it ended, in seconds since 1970; None for now.
        """
        if not self._ended:
            self._ended = True
            self.hand(End(self, state, time.time() if ended is None else ended))


def flat(given: Mapping[Any, Any]) -> dict[str, Setting]:
    """Nested settings with dots in their names; what JSON does not hold as text.

    Example:
        >>> flat({"optimizer": {"lr": 0.1}, "layers": [8, 8], "x": float("nan")})
        {'optimizer.lr': 0.1, 'layers': '[8, 8]', 'x': None}
    """
    return {name: _setting(value) for name, value in _leaves(given)}


def _leaves(given: Mapping[Any, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in given.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _setting(value: Any) -> Setting:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else None
    return str(value)


def as_json(data: Any) -> bytes:
    """Anything as JSON; numbers that are not finite are null, what JSON does not know is text."""
    try:
        return msgspec.json.encode(data, enc_hook=_other)
    except UnicodeEncodeError:
        return msgspec.json.encode(_mended(msgspec.to_builtins(data, enc_hook=_other)))


def _mended(data: Any) -> Any:
    if isinstance(data, str):
        return whole(data)
    if isinstance(data, dict):
        return {_mended(name): _mended(value) for name, value in data.items()}
    return [_mended(value) for value in data] if isinstance(data, list | tuple) else data


def _other(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else str(value)
