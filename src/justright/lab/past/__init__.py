"""A user's past: runs that TensorBoard, MLflow or W&B kept, read into the lab."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from justright.errors import LabError
from justright.lab.lab import Lab
from justright.lab.past import mlflow, tensorboard, wandb
from justright.lab.past.run import Damage, PastRun, source_of
from justright.lab.rows import Curve
from justright.lab.running import Run
from justright.lab.store import Store

__all__ = ["ORIGINS", "Brought", "Damage", "PastRun", "bring_in"]


class Reader(Protocol):
    """What a tracker's file in this folder holds."""

    def lies_at(self, path: Path) -> bool:
        """Whether it has something there."""

    def read(self, path: Path) -> Iterator[PastRun | Damage]:
        """What it has there."""


#: What our own sinks put before figures that are no curves.
SUMMARY = "summary/"
#: The trackers by the words of `--from`.
ORIGINS: Mapping[str, Reader] = {"tensorboard": tensorboard, "mlflow": mlflow, "wandb": wandb}


@dataclass(slots=True)
class Brought:
    """What an import came to.

    Attributes:
        new: Uids of the runs that are new.
        n_known: Runs that an earlier import brought.
        damages: Files that could not be read, or not to their end.
    """

    new: list[str] = field(default_factory=list)
    n_known: int = 0
    damages: list[Damage] = field(default_factory=list)


def bring_in(
    path: str | Path,
    db: str | Path,
    *,
    origin: str | None = None,
    project: str | None = None,
    said: Callable[[str], Any] = lambda line: None,
) -> Brought:
    """Read past runs into the lab, each once.

    Args:
        path: A file or a folder of TensorBoard, MLflow or W&B.
        db: The lab's file.
        origin: "tensorboard", "mlflow" or "wandb"; None for whatever lies there.
        project: Project to put them in; None for the one they were in.
        said: Hears a line for each run and each damaged file.

    Raises:
        LabError: If nothing lies there, a package is missing, or the lab's file cannot be used.
    """
    path = Path(path)
    readers = _readers(path, origin)
    with Lab(db):  # the file stays open from run to run
        brought, uids = Brought(), _known(Path(db))
        for found in (each for reader in readers for each in reader.read(path)):
            if isinstance(found, Damage):
                brought.damages.append(found)
                said(f"damaged: {found}")
            elif found.source in uids:
                brought.n_known += 1
            else:
                uids[found.source] = _write(found, db, project or found.project or None, uids)
                brought.new.append(uids[found.source])
                said(f"{found.origin}: {found.name}, {len(found.curves)} metrics")
    return brought


def _readers(path: Path, origin: str | None) -> list[Reader]:
    if not path.exists():
        raise LabError(
            f"there is nothing at {str(path)!r}",
            "a file or a folder of TensorBoard, MLflow or W&B",
            try_="justright runs import runs",
        )
    named = ORIGINS if origin is None else {origin: ORIGINS[origin]}
    found = [reader for reader in named.values() if reader.lies_at(path)]
    if not found:
        raise LabError(
            f"no runs of {' or '.join(named)} lie at {str(path)!r}",
            "event files (*tfevents*), MLflow's SQLite file or mlruns, or W&B's *.wandb files",
            try_="justright runs import with the folder in which they lie",
        )
    return found


def _known(db: Path) -> dict[str, str]:
    """Uids of what earlier imports brought, by what they are known by."""
    if not db.exists():
        return {}
    with Store(db) as store:
        return {row.source: row.uid for row in store.runs(kinds=("import",))}


def _write(found: PastRun, db: str | Path, project: str | None, uids: Mapping[str, str]) -> str:
    parent = source_of(found.origin, found.parent)
    with Lab(db, project) as lab:
        run = lab.run(
            found.name,
            found.config,
            kind="import",
            parent=uids.get(parent, ""),
            group=found.group or found.origin,
            tags=found.tags,
            source=found.source,
            created=found.created,
        )
        for text in found.notes:
            run.note(text)
        # What was logged once is a figure that it came to, and no curve.
        once = {name: curve for name, curve in found.curves.items() if len(curve.steps) == 1}
        figures = {name.removeprefix(SUMMARY): float(c.values[0]) for name, c in once.items()}
        if figures or found.summary:
            run.summarise(figures | dict(found.summary))
        _write_curves(run, {n: curve for n, curve in found.curves.items() if n not in once})
        run.finish(found.state, ended=found.ended)
        return run.uid


def _write_curves(run: Run, curves: Mapping[str, Curve]) -> None:
    """Metrics with the same steps and times together: they share them in the file."""
    together: dict[bytes, list[str]] = {}
    for name, curve in curves.items():
        together.setdefault(curve.steps.tobytes() + curve.seconds.tobytes(), []).append(name)
    for names in together.values():
        first = curves[names[0]]
        run.curves(first.steps, {name: curves[name].values for name in names}, first.seconds)
