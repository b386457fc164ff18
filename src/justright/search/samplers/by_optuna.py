"""Optuna as sampler: a model of what was good, for trainings that cost more than a proposal."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from justright.designer.draw import Draw, Near, Range, Words, ZeroOr
from justright.designer.levers import words
from justright.errors import JustrightError
from justright.kinds import Value
from justright.kinds.search import Idea
from justright.search.samplers.quasi_random import TRIES, Stream
from justright.search.samplers.sampler import Ledger, Proposal
from justright.search.space import Point, Space

STARTUP = 10  # scores before the model proposes; TPE's own default
STEPS = 1_000  # what a share of the training is counted in, as Optuna wants whole steps
STUDY = "justright"  # name of the study; of a second one in the same storage, with a number


class OptunaSampler:
    """Proposals of Optuna's tree-structured Parzen estimator, over the book's draws.

    The first is the base itself, and those before ten scores come from the quasi-random stream.
    A training that was cut is told as pruned, one that diverged as failed. Each search is a study
    of its own.

    Args:
        space: What may be tried.
        seed: Seed of all chance.
        storage: Where Optuna keeps the study: path of an SQLite file, or a URL of a database;
            None for memory.

    Raises:
        JustrightError: If Optuna is not installed, or the storage cannot be used.

    Source:
        Akiba et al., Optuna (2019), arXiv:1907.10902; Watanabe, Tree-Structured Parzen Estimator
        (2023), arXiv:2304.11127
    """

    def __init__(self, space: Space, seed: int, storage: str | Path | None = None) -> None:
        self._optuna = _optuna()
        self._space, self._ledger, self._stream = space, Ledger(), Stream(space, seed)
        self._trials: dict[int, Any] = {}
        with _quiet(self._optuna):
            self._study = _study(self._optuna, seed, storage)

    def ask(self, n: int) -> tuple[Proposal, ...]:
        """The next proposals; fewer than `n` where the space has nothing new."""
        self._ledger.asked(n)
        with _quiet(self._optuna):
            found = tuple(self._next() for _ in range(n))
        return tuple(proposal for proposal in found if proposal is not None)

    def tell(self, number: int, score: float | None, share: float) -> None:
        """Say what came of a proposal, once; None where it diverged."""
        sound = self._ledger.tell(number, score, share)
        trial, state = self._trials.pop(number), self._optuna.trial.TrialState
        with _quiet(self._optuna):
            if sound is None:
                self._study.tell(trial, state=state.FAIL)
            elif share < 1:
                trial.report(sound, step=round(STEPS * share))
                self._study.tell(trial, state=state.PRUNED)
            else:
                self._study.tell(trial, sound)

    def state(self) -> dict[str, Any]:
        """What was asked and told, as plain data for `replay`."""
        return self._ledger.state()

    def _next(self) -> Proposal | None:
        if not self._ledger.proposals:
            return self._given(self._space.centre)
        for _ in range(TRIES if self._ledger.n_scores >= STARTUP else 0):
            trial = self._study.ask()
            point: Point = self._space.walk(partial(_suggested, trial))
            if self._ledger.is_new(point) and self._space.works(point):
                return self._noted(self._ledger.propose(point, "optuna"), trial)
            self._study.tell(trial, state=self._optuna.trial.TrialState.FAIL)
        for _ in range(TRIES):
            point = self._stream.point()
            if self._ledger.is_new(point):
                return self._given(point)
        return None

    def _given(self, point: Point) -> Proposal:
        """A proposal that did not come from Optuna, which is told of it."""
        asks: list[tuple[str, Draw]] = [
            (name, draw) for name, draw in self._space.draws(point) if draw.holds(point[name])
        ]
        self._study.enqueue_trial(
            {key: v for name, draw in asks for key, v in _parameters(name, draw, point).items()}
        )
        trial = self._study.ask()
        for name, draw in asks:
            _suggested(trial, name, draw)
        idea: Idea = "quasi-random" if self._ledger.proposals else "rule book"
        return self._noted(self._ledger.propose(point, idea), trial)

    def _noted(self, proposal: Proposal, trial: Any) -> Proposal:
        trial.set_user_attr("number", proposal.number)
        trial.set_user_attr("idea", proposal.idea)
        self._trials[proposal.number] = trial
        return proposal


def _suggested(trial: Any, name: str, draw: Draw) -> Value:
    """A value as Optuna suggests it."""
    if isinstance(draw, Words):
        if len(draw.values) == 1:
            return draw.values[0]
        chosen: Value = trial.suggest_categorical(_key(name, draw), draw.values)
        return chosen
    if isinstance(draw, ZeroOr):
        if not trial.suggest_categorical(f"{name} on", (False, True)):
            return 0.0
        return _suggested(trial, name, draw.range)
    if draw.scale == "rest":
        number = 1 - trial.suggest_float(_key(name, draw), 1 - draw.high, 1 - draw.low, log=True)
    else:
        log = draw.scale == "log"
        number = trial.suggest_float(name, draw.low, draw.high, log=log)
    return draw.value(draw.share(number))


def _parameters(name: str, draw: Draw, point: Point) -> Mapping[str, Value]:
    """What Optuna is to suggest, so that the point comes out."""
    value = point[name]
    if isinstance(draw, Words):
        return {} if len(draw.values) == 1 else {_key(name, draw): value}
    if isinstance(draw, ZeroOr):
        inner = {} if value == 0 else _parameters(name, draw.range, point)
        return {f"{name} on": value != 0, **inner}
    number = float(value)
    if draw.scale == "rest":
        number = min(1 - draw.low, max(1 - draw.high, 1 - number))
    return {_key(name, draw): number}


def _key(name: str, draw: Words | Range | Near) -> str:
    """The name of a parameter: Optuna wants the same choices whenever it meets the name."""
    if isinstance(draw, Words):
        return f"{name} of {', '.join(map(words, draw.values))}"
    return f"1 - {name}" if draw.scale == "rest" else name


def _study(optuna: Any, seed: int, storage: str | Path | None) -> Any:
    """A new study."""
    sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=STARTUP, constant_liar=True)
    if storage is None:
        return optuna.create_study(sampler=sampler, study_name=STUDY)
    from sqlalchemy.exc import SQLAlchemyError

    try:
        kept = _storage(optuna, str(storage))
        taken = optuna.get_all_study_names(kept)
        names = (STUDY, *(f"{STUDY}-{i}" for i in range(2, len(taken) + 2)))
        name = next(each for each in names if each not in taken)
        return optuna.create_study(sampler=sampler, storage=kept, study_name=name)
    except (SQLAlchemyError, optuna.exceptions.OptunaError, ImportError, ValueError) as broken:
        raise JustrightError(
            f"the storage {str(storage)!r} cannot be opened: {str(broken).splitlines()[0]}",
            "the path of an SQLite file in a folder that exists, or the URL of a database",
            try_="storage='search.db'",
        ) from broken


def _storage(optuna: Any, where: str) -> Any:
    """The database at a path or URL."""
    if "://" in where:
        return optuna.storages.RDBStorage(where)
    from sqlalchemy import event

    kept = optuna.storages.RDBStorage(f"sqlite:///{Path(where).resolve()}")
    kept.engine.dispose()

    @event.listens_for(kept.engine, "connect")  # type: ignore[untyped-decorator]
    def hasten(connection: Any, _: Any) -> None:
        """No wait for the disk at each parameter: a log beside the file outlives a crash."""
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")

    return kept


@contextmanager
def _quiet(optuna: Any) -> Iterator[None]:
    """None of Optuna's log on the screen, but of its errors."""
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        yield
    finally:
        optuna.logging.set_verbosity(before)


def _optuna() -> Any:
    """Optuna itself.

    Raises:
        JustrightError: If it is not installed.
    """
    try:
        import optuna
    except ImportError as missing:
        raise JustrightError(
            "optuna is not installed",
            "optuna 5.0 or newer, to propose what a search trains",
            try_="pip install 'justright[optuna]'",
        ) from missing
    return optuna
