"""One Optuna study on all cores within a time, as a user who knows Optuna runs it.

As many processes as threads are allowed share one study through a journal file, each on one
thread: for networks this small that tries more than one process on several threads. TPE proposes
(Optuna's default sampler), `MedianPruner` cuts (its default pruner), and each process keeps the
best that it trained.
"""

import pickle
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from job import threads

GRACE_S = 5.0  # after the end, before a worker that hangs is killed (house convention)
NAME = "study"

#: Trains one trial until a moment of the monotonic clock: the value to minimise, and what to keep.
Objective = Callable[[Any, float], tuple[float, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a study came to.

    Attributes:
        value: The lowest value.
        best: What the objective handed back beside it.
        tried: Trials that were completed or pruned.
        pruned: Those that were pruned.
    """

    value: float
    best: Any
    tried: int
    pruned: int


@contextmanager
def until(deadline_s: float) -> Iterator[None]:
    """Raise TimeoutError in the work at a moment of the monotonic clock."""

    def ring(*_: Any) -> None:
        raise TimeoutError("the time is over")

    handler = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, max(1e-3, deadline_s - time.monotonic()))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)


def study(objective: Objective, *, first: Mapping[str, Any], deadline_s: float, seed: int) -> Found:
    """Search until a moment of the monotonic clock.

    Args:
        objective: Trains one trial.
        first: The configuration to begin with: the defaults that a user knows.
        deadline_s: The moment.
        seed: Of the samplers.

    Raises:
        TimeoutError: If no trial came to a value.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with TemporaryDirectory() as name:
        folder = Path(name)
        optuna.create_study(storage=_storage(folder), study_name=NAME).enqueue_trial(dict(first))
        # Forked: the data and the imported libraries are there at once.
        fork = get_context("fork")
        works = [
            fork.Process(target=_work, args=(objective, folder, number, deadline_s, seed))
            for number in range(threads())
        ]
        for work in works:
            work.start()
        for work in works:
            work.join(max(0.0, deadline_s + GRACE_S - time.monotonic()))
            if work.is_alive():
                work.kill()
                work.join()
        states = [trial.state.name for trial in _load(folder).get_trials(deepcopy=False)]
        kept = [pickle.loads(path.read_bytes()) for path in folder.glob("*.pickle")]
    if not kept:
        raise TimeoutError("no trial came to a value")
    value, best = min(kept, key=lambda own: own[0])
    pruned = states.count("PRUNED")
    return Found(value=value, best=best, tried=states.count("COMPLETE") + pruned, pruned=pruned)


def _storage(folder: Path) -> Any:
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    return JournalStorage(JournalFileBackend(str(folder / "journal.log")))


def _load(folder: Path, **parts: Any) -> Any:
    import optuna

    return optuna.load_study(study_name=NAME, storage=_storage(folder), **parts)


def _work(objective: Objective, folder: Path, number: int, deadline_s: float, seed: int) -> None:
    """One process: ask, train, tell, until the time is over."""
    import optuna
    import torch
    from threadpoolctl import threadpool_limits

    torch.set_num_threads(1)
    torch.manual_seed(seed + number)
    mine = _load(
        folder,
        sampler=optuna.samplers.TPESampler(seed=1000 * seed + number),
        pruner=optuna.pruners.MedianPruner(),
    )
    lowest, kept = float("inf"), folder / f"{number}.pickle"
    with threadpool_limits(1):
        while time.monotonic() < deadline_s:
            trial = mine.ask()
            try:
                value, thing = objective(trial, deadline_s)
            except optuna.TrialPruned:
                mine.tell(trial, state=optuna.trial.TrialState.PRUNED)
                continue
            except TimeoutError:
                return
            except (ValueError, RuntimeError, FloatingPointError):  # it diverged
                mine.tell(trial, state=optuna.trial.TrialState.FAIL)
                continue
            mine.tell(trial, value)
            if value < lowest:
                lowest = value
                draft = kept.with_suffix(".draft")
                draft.write_bytes(pickle.dumps((value, thing)))
                draft.replace(kept)
