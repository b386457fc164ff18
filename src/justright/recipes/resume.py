"""The main journey, gone on with after it was cut off."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from justright.data.table import fingerprint
from justright.errors import CheckpointError
from justright.recipes.checkpoint import Begun, Keeper, Place, read, remove, versions
from justright.recipes.fit import arrive
from justright.recipes.folder import CHECKPOINT, MANIFEST, checkpoint_of
from justright.recipes.ground import Ground, lay_ground
from justright.recipes.lab_place import Place as Where
from justright.recipes.ledger import opened
from justright.recipes.model import Model, load
from justright.recipes.progress import Progress, Silent
from justright.recipes.stopwatch import Stopwatch
from justright.train.threads import threads


def resume(
    folder: str | Path,
    *,
    data: Any = None,
    test: Any = None,
    lab: Where = None,
    progress: Progress | None = None,
) -> Model:
    """Go on with a fit that was cut off, from its last save.

    On the same machine it comes to the same result, bit for bit, as if it had not been cut off.
    The time that it was given goes on where it was; the time that it lay does not count, nor does
    that of reading the data again.

    Args:
        folder: The model folder that was to be, as given to `fit`; or its checkpoint.
        data: The same data again, where it was given in memory (for labels apart: the pair of
            data and labels), or lies elsewhere now. None to read it where it was.
        test: The same for the rows of the final score.
        lab: Where the run is kept, as in `fit`: a new one, which names the one that was cut off.
        progress: Who listens, and may ask to stop soon.

    Returns:
        The model, saved in the folder.

    Raises:
        CheckpointError: If there is nothing to resume, it was damaged, or the data is not the same.

    Example:
        >>> resume("no/such/folder")
        Traceback (most recent call last):
        ...
        justright.errors.CheckpointError: there is no checkpoint 'no/such/folder.checkpoint'
        ...
    """
    out = Path(str(folder).removesuffix(CHECKPOINT))
    kept = checkpoint_of(out)
    if (out / MANIFEST).exists():
        return _finished(out, kept)
    saved = read(kept)
    begun = saved.begun
    wish = replace(
        begun.wish,
        data=_place(begun.data, data, "data", out),
        test=_place(begun.test, test, "test", out) if begun.test_fingerprint else None,
    )
    with threads(begun.n_threads), opened(lab, "fit") as ledger:
        watch = Stopwatch(
            progress or Silent(),
            ledger,
            deaf=saved.stand.deaf,
            spent_s=dict(saved.stand.timings_s),
        )
        ground = lay_ground(wish, watch)
        _refuse_changed(ground, begun)
        watch.say(_going_on(saved.stand.deadline_s - saved.stand.saved_s))
        changed = [name for name, was in begun.versions.items() if versions()[name] != was]
        if changed:
            watch.warn(f"{', '.join(changed)} changed since: figures may differ in their last bits")
        as_asked = replace(wish, data=_as_given(begun.data, data), test=_as_given(begun.test, test))
        ledger.begin(as_asked, ground, resumed=begun.run)
        begun = replace(begun, run=ledger.uid or begun.run)
        keeper = Keeper(out, begun, watch, number=saved.number)
        return arrive(ground, as_asked, watch, saved.journey, keeper, out=out)


def _finished(out: Path, kept: Path) -> Model:
    """The model whose fit was cut off when only its checkpoint was left to be removed."""
    if not kept.exists():
        raise CheckpointError(
            f"{str(out)!r} is a finished model, with no checkpoint beside it",
            "the folder of a fit that was cut off",
            try_=f"justright explain {out}",
        )
    model = load(out)
    remove(kept)
    return model


def _going_on(left_s: float) -> str:
    return f"resumed, with {max(0.0, left_s):.1f} s left for training"


def _as_given(place: Place | None, again: Any) -> Any:
    """Data as the user gave it at first, for the record; or as now, where it was in memory."""
    return again if place is None else place.given


def _place(place: Place | None, again: Any, what: str, out: Path) -> Any:
    """Where to read from: what is given now, or where it was.

    Raises:
        CheckpointError: If it was in memory and is not given now, or is there no longer.
    """
    if again is not None:
        return again
    if place is None:
        raise CheckpointError(
            f"the {what} of this fit was given in memory, and is gone with it",
            f"the same {what} again",
            try_=f"justright.resume({str(out)!r}, {what}={what})",
        )
    for path in (place.absolute, place.given):
        if Path(path).exists():
            return path
    raise CheckpointError(
        f"the {what} of this fit is no longer at {place.absolute!r}",
        "the same file or folder at the same place",
        try_=f"put it back, or justright.resume({str(out)!r}, {what}=PATH)",
    )


def _refuse_changed(ground: Ground, begun: Begun) -> None:
    """Refuse data that is not the data of the fit, and a design that is not its design."""
    test = None if ground.test_table is None else fingerprint(ground.test_table.frame)
    data = ground.table.fingerprint
    for what, found, was in (
        (f"the {ground.table.source}", data, begun.fingerprint),
        ("the table of the final score", test, begun.test_fingerprint),
    ):
        if found != was:
            raise CheckpointError(
                f"{what} is not the one that the fit began with: cells differ",
                "the same data, to come to the same result",
                try_="the data as it was, or fit anew to another folder",
            )
    now = {decision.lever: decision.value for decision in ground.design.decisions}
    changed = [lever for lever in now if begun.levers.get(lever) != now[lever]]
    if changed:
        raise CheckpointError(
            f"the rule book decides otherwise than when the fit began: {', '.join(changed)}",
            "the Justright that began it",
            try_="fit anew to another folder",
        )
