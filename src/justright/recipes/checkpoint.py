"""A fit on the disk while it runs: whole at every moment, and never a pickle in it.

`DIR.checkpoint` stands beside the model folder `DIR` that is to be. It holds the newest save, a
folder of its own, which appears all at once when it is complete; only then the one before it goes.
"""

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor

from justright.data.table import fingerprint
from justright.errors import BudgetError, CheckpointError, ModelError
from justright.kinds import Contest, Design, Finding, Sweep, Trace, Value
from justright.recipes.folder import checkpoint_of, decoded, read_folder, write_folder
from justright.recipes.ground import Ground
from justright.recipes.hunt import Hunt
from justright.recipes.journey import Heat, Journey, Layout, Trial
from justright.recipes.stopwatch import Stopwatch
from justright.recipes.wish import Wish
from justright.train.checkpoint import put_together, taken_apart
from justright.train.population import Outcome

VERSION = 2  # of the form of a save; raised when an older Justright could misread it
STATE, TENSORS = "state.json", "tensors.safetensors"
SAVE = "save-{:06d}"
SAVE_EVERY_S = 30.0  # between two saves; what a kill may cost at most
SAVING_SHARE = 0.02  # of the time, that saving may take: where it would take more, it is done less
PACKAGES = ("torch", "numpy", "polars", "scikit-learn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where data lies.

    Attributes:
        given: The path as the user gave it.
        absolute: The same from the root.
    """

    given: str
    absolute: str

    @classmethod
    def of(cls, data: Any) -> "Place | None":
        """The place of data; None for what was given in memory."""
        if not isinstance(data, (str, Path)):
            return None
        return cls(given=str(data), absolute=str(Path(data).absolute()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What a fit began with.

    Attributes:
        wish: What the user asked for, without data and test.
        data: Where the data lies; None if it was given in memory.
        test: Where the rows of the final score lie, likewise.
        fingerprint: SHA-256 of the cells of the data.
        test_fingerprint: Of the rows of the final score; None where none were given apart.
        levers: What the rule book decided.
        versions: Package name to version.
        n_threads: Threads that torch was given.
        save_every_s: Seconds between two saves.
        run: Uid of its run in the lab; empty for none.
    """

    wish: Wish
    data: Place | None
    test: Place | None
    fingerprint: str
    test_fingerprint: str | None
    levers: dict[str, Value]
    versions: dict[str, str]
    n_threads: int
    save_every_s: float
    run: str = ""


def begun(wish: Wish, ground: Ground, save_every_s: float, run: str = "") -> Begun:
    """What a fit begins with.

    Args:
        wish: What the user asks for.
        ground: The table and its design.
        save_every_s: Seconds between two saves.
        run: Uid of its run in the lab; empty for none.

    Raises:
        BudgetError: If saves are to be no time apart.
    """
    if not save_every_s > 0:
        raise BudgetError(
            f"a save every {save_every_s:g} s was asked for",
            "more than 0 s between two saves",
            try_="--save-every 30s",
        )
    test = None if ground.test_table is None else fingerprint(ground.test_table.frame)
    return Begun(
        wish=replace(wish, data=None, test=None),
        data=Place.of(wish.data),
        test=Place.of(wish.test),
        fingerprint=ground.table.fingerprint,
        test_fingerprint=test,
        levers={decision.lever: decision.value for decision in ground.design.decisions},
        versions=versions(),
        n_threads=torch.get_num_threads(),
        save_every_s=float(save_every_s),
        run=run,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What a training came to, without its tensors.

    Attributes:
        scores: Best score of every member.
        traces: One per member.
        steps: Steps of the longest member.
    """

    scores: tuple[float, ...]
    traces: tuple[Trace, ...]
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """How far it has come: a `Journey` without its tensors, and the watch beside it."""

    saved_s: float
    deadline_s: float
    begin_s: float
    timings_s: dict[str, float]
    deaf: bool
    findings: tuple[Finding, ...]
    design: Design | None
    trial: Trial | None
    swept: bool
    sweep: Sweep | None
    heat: Heat | None
    contested: bool
    contest: Contest | None
    layout: Layout | None
    ending: Ending | None
    again: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What was read from a checkpoint.

    Attributes:
        begun: What the fit began with.
        stand: How far it has come.
        journey: The same as it goes on, without anyone to keep it.
        number: Of the save.
    """

    begun: Begun
    stand: Stand
    journey: Journey
    number: int


def versions() -> dict[str, str]:
    """Versions of what decides the figures."""
    return {name: version(name) for name in ("justright", *PACKAGES)}


class Keeper:
    """Saves a journey now and then.

    Args:
        out: The model folder that is to be.
        begun: What the fit began with.
        watch: Seconds of the stages.
        number: Of the save that the fit goes on from; 0 at a start.
        clock: In seconds.
    """

    def __init__(
        self,
        out: Path,
        begun: Begun,
        watch: Stopwatch,
        *,
        number: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.folder, self._begun, self._watch = checkpoint_of(out), begun, watch
        self._number, self._clock = number, clock
        self._last_s, self._cost_s, self._warned = clock(), 0.0, False

    def due(self) -> bool:
        """Whether the last save is old enough for another one."""
        waited_s = self._clock() - self._last_s
        return waited_s >= max(self._begun.save_every_s, self._cost_s / SAVING_SHARE)

    def write(self, journey: Journey, population: dict[str, Any] | None) -> None:
        """Save. A disk that refuses does not end the fit: the user is told once."""
        begin_s = self._clock()
        try:
            self._write(journey, population)
        except (ModelError, OSError) as error:
            if not self._warned:
                seen = error.seen if isinstance(error, ModelError) else str(error)
                self._watch.warn(f"nothing to resume from is kept: {seen}")
            self._warned = True
        self._last_s = self._clock()
        self._cost_s = self._last_s - begin_s

    def _write(self, journey: Journey, population: dict[str, Any] | None) -> None:
        files = packed(self._begun, stand_of(journey, self._watch), journey, population)
        self._number += 1
        newest = SAVE.format(self._number)
        write_folder(self.folder / newest, files)
        for old in self.folder.iterdir():
            if old.name != newest:
                shutil.rmtree(old, ignore_errors=True)

    def remove(self) -> None:
        """Remove the checkpoint: there is nothing to resume."""
        remove(self.folder)


def remove(folder: Path) -> None:
    """Remove a checkpoint. What the disk refuses to remove stays, and does no harm."""
    shutil.rmtree(folder, ignore_errors=True)


def stand_of(journey: Journey, watch: Stopwatch) -> Stand:
    """How far a journey has come, as plain values."""
    ending, outcome = None, journey.outcome
    if outcome is not None:
        ending = Ending(scores=outcome.scores, traces=outcome.traces, steps=outcome.steps)
    return Stand(
        saved_s=time.monotonic(),
        deadline_s=journey.deadline_s,
        begin_s=journey.begin_s,
        timings_s=watch.so_far_s,
        deaf=watch.deaf,
        findings=journey.findings,
        design=journey.design,
        trial=journey.trial,
        swept=journey.swept,
        sweep=journey.sweep,
        heat=journey.heat,
        contested=journey.contested,
        contest=journey.contest,
        layout=journey.layout,
        ending=ending,
        again=journey.again,
    )


def packed(
    begun: Begun, stand: Stand, journey: Journey, population: dict[str, Any] | None
) -> dict[str, bytes]:
    """The files of a save."""
    outcome = journey.outcome
    weights = outcome and {"thetas": outcome.thetas, "statistics": outcome.statistics}
    plain, tensors = taken_apart(
        {
            "version": VERSION,
            "begun": msgspec.to_builtins(begun),
            "stand": msgspec.to_builtins(stand),
            "outcome": weights,
            "population": population,
            "hunt": journey.hunt and journey.hunt.state(),
        }
    )
    return {STATE: msgspec.json.encode(plain), TENSORS: save_tensors(tensors)}


def refuse_unfinished(out: Path) -> None:
    """Refuse to begin where a fit was cut off: its checkpoint would be lost.

    Raises:
        CheckpointError: If there is one.
    """
    folder = checkpoint_of(out)
    if folder.exists():
        raise CheckpointError(
            f"an unfinished fit to {str(out)!r} lies in {str(folder)!r}",
            "another folder, or that one finished or removed",
            try_=f"justright fit --resume {out}",
        )


def read(folder: Path) -> Saved:
    """Read the newest save of a checkpoint, each file checked against the manifest.

    Args:
        folder: The checkpoint.

    Raises:
        CheckpointError: If there is none, a file in it is missing, cut short or edited, or
            another Justright wrote it.
    """
    saves = sorted(folder.glob("save-*")) if folder.is_dir() else []
    if not saves:
        raise CheckpointError(
            f"there is no checkpoint {str(folder)!r}",
            "one that a fit left which was cut off; it is kept from preflight on, and goes when"
            " the model is saved",
            try_="justright fit FILE --target COL",
        )
    try:
        files = read_folder(saves[-1], (STATE, TENSORS))
        plain = decoded(files[STATE], dict[str, Any], f"{saves[-1]}/{STATE}")
        tree = _whole(plain, load_tensors(files[TENSORS]))
        return _saved(tree, int(saves[-1].name.removeprefix("save-")))
    except CheckpointError:
        raise
    except (ModelError, SafetensorError, msgspec.ValidationError, ValueError, KeyError) as error:
        seen = error.seen if isinstance(error, ModelError) else str(error)
        raise CheckpointError(
            f"the checkpoint {str(folder)!r} cannot be used: {seen}",
            "the files as they were written",
            try_="a fresh copy of the checkpoint, or fit again",
        ) from error


def _whole(plain: Any, tensors: Mapping[str, Tensor]) -> dict[str, Any]:
    tree = put_together(plain, tensors)
    if not isinstance(tree, dict) or tree.get("version") != VERSION:
        raise ValueError(f"{STATE} is not of version {VERSION}")
    return tree


def _saved(tree: dict[str, Any], number: int) -> Saved:
    begun = msgspec.convert(tree["begun"], Begun)
    here = versions()["justright"]
    if begun.versions["justright"] != here:
        raise CheckpointError(
            f"Justright {begun.versions['justright']} wrote the checkpoint, and this is {here}",
            "the same one, as another may decide otherwise",
            try_=f"pip install justright=={begun.versions['justright']}",
        )
    stand = msgspec.convert(tree["stand"], Stand)
    return Saved(begun=begun, stand=stand, journey=_journey(stand, tree), number=number)


def _journey(stand: Stand, tree: dict[str, Any]) -> Journey:
    outcome = None
    if stand.ending is not None:
        outcome = Outcome(
            thetas=tuple(tree["outcome"]["thetas"]),
            statistics=tuple(tree["outcome"]["statistics"]),
            scores=stand.ending.scores,
            traces=stand.ending.traces,
            steps=stand.ending.steps,
        )
    return Journey(
        deadline_s=stand.deadline_s,
        findings=stand.findings,
        design=stand.design,
        trial=stand.trial,
        swept=stand.swept,
        sweep=stand.sweep,
        heat=stand.heat,
        contested=stand.contested,
        contest=stand.contest,
        layout=stand.layout,
        begin_s=stand.begin_s,
        outcome=outcome,
        again=stand.again,
        hunt=tree["hunt"] and Hunt.of(tree["hunt"]),
        saved_s=stand.saved_s,
        left=tree["population"],
    )
