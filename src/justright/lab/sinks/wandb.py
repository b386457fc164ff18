"""Runs in Weights & Biases: a run a network, members in the group of their parent."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from justright.lab.sinks.papers import Papers
from justright.lab.sinks.rate import Rate
from justright.lab.sinks.sink import Beginning, Column, Scalar, missing

if TYPE_CHECKING:
    from wandb import Run

#: Rows of history that W&B advises at most (its documentation, "Experiments limits").
ROWS_PER_MINUTE = 1000
#: The column that all charts have as their x axis. W&B's own counter only grows, while metrics
#: may come late or at steps that are no whole numbers.
STEP = "step"
#: Columns of the table of findings.
FINDING = ("check", "severity", "sign", "meaning", "remedy", "layer")


@dataclass(slots=True)
class _Open:
    run: Beginning
    there: "Run"
    papers: Papers = field(default_factory=Papers)


class WandB:
    """A run a run, in W&B's own way.

    Where runs go is W&B's affair: its environment variables WANDB_MODE, WANDB_DIR,
    WANDB_ENTITY ... hold. Where nobody is logged in and no mode is set, runs are kept offline
    (`wandb sync` sends them), as a question for a key would hold up the training.

    Args:
        rows_per_minute: Of all runs together; rows beyond are left out evenly.

    Raises:
        LabError: If the package wandb is not installed.
    """

    name = "W&B"

    def __init__(self, rows_per_minute: float = ROWS_PER_MINUTE) -> None:
        if find_spec("wandb") is None:
            raise missing(self.name, "wandb", "wandb")
        self._rate = Rate(rows_per_minute)
        self._open: dict[str, _Open] = {}

    def begin(self, run: Beginning) -> None:
        """Start W&B's run beside any other one."""
        import wandb

        there = wandb.init(
            project=run.project or None,
            name=run.title,
            id=run.uid,
            group=run.parent or run.uid,
            job_type=run.group or run.kind,
            config={**run.config, "justright": _origin(run)},
            mode=_mode(),
            reinit="create_new",
            settings=wandb.Settings(
                # Only what the lab holds: no console, source or figures of the machine.
                console="off",
                silent=True,
                disable_git=True,
                disable_code=True,
                save_code=False,
                x_disable_stats=True,
                x_disable_machine_info=True,
                x_save_requirements=False,
            ),
        )
        there.define_metric("*", step_metric=STEP)
        self._open[run.uid] = _Open(run, there)

    def configure(self, uid: str, config: Mapping[str, Scalar]) -> None:
        """Its config got these fields."""
        self._open[uid].there.config.update(dict(config), allow_val_change=True)

    def tag(self, uid: str, tags: Sequence[str]) -> None:
        """It got these tags."""
        there = self._open[uid].there
        there.tags = (*(there.tags or ()), *_tags(tags))

    def note(self, uid: str, text: str) -> None:
        """Put it below what its notes say already."""
        there = self._open[uid].there
        there.notes = "\n\n".join(filter(None, (there.notes, text)))

    def points(
        self, uid: str, steps: Column, values: Mapping[str, Column], seconds: Column
    ) -> None:
        """Log rows, no more than the rate allows; gaps are left out."""
        it = self._open[uid]
        for i in self._rate.choose(len(steps)) if len(steps) else ():
            row = {name: float(c[i]) for name, c in values.items() if c[i] == c[i]}
            if row:
                at = it.run.created + float(seconds[i])
                step = float(steps[i])
                whole = int(step) if step.is_integer() else step
                it.there.log({**row, STEP: whole, "_timestamp": at})

    def event(self, uid: str, kind: str, data: Any) -> None:
        """Take it in: it is written when the run ends."""
        self._open[uid].papers.add(kind, data)

    def keep(self, uid: str, path: str, sha256: str) -> None:
        """Log the file, or the folder, as an artifact."""
        import wandb

        it = self._open[uid]
        if it.papers.keeps(path, sha256):
            name = _artifact_name(Path(path).name)
            artifact = wandb.Artifact(name, "file", metadata={"sha256": sha256, "path": path})
            (artifact.add_dir if Path(path).is_dir() else artifact.add_file)(path)
            it.there.log_artifact(artifact)

    def summarise(self, uid: str, summary: Mapping[str, Scalar]) -> None:
        """Its summary got these fields."""
        self._open[uid].there.summary.update(dict(summary))

    def end(self, uid: str, state: str) -> None:
        """Write the papers, and finish the run; its exit code says how it ended."""
        it = self._open.pop(uid)
        self._tell_papers(it)
        it.there.finish(exit_code=0 if state == "finished" else 1)

    def close(self) -> None:
        """Finish the runs that have not ended as broken off."""
        for it in self._open.values():
            it.there.finish(exit_code=1)
        self._open.clear()

    def _tell_papers(self, it: _Open) -> None:
        """The findings as a table, and every paper as a file of the run."""
        import wandb

        if it.papers.findings:
            rows = [[one.get(name) for name in FINDING] for one in it.papers.findings]
            it.there.log({"findings": wandb.Table(columns=list(FINDING), data=rows)})
        for name, text in it.papers.files_of_text():
            path = Path(it.there.dir) / "justright" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            it.there.save(str(path), base_path=it.there.dir, policy="now")


def _mode() -> Any:
    """W&B's mode: None, for its own settings to say, unless that would ask for a key."""
    import wandb

    if os.environ.get("WANDB_MODE") or wandb.run is not None:
        return None  # a run of the user's own is under way, so W&B knows how
    if wandb.setup().settings.mode != "online":
        return None
    return None if wandb.login(prompt=False, verify=False) else "offline"


def _origin(run: Beginning) -> dict[str, str]:
    """What W&B has no field for."""
    fields = {"uid": run.uid, "kind": run.kind, "parent": run.parent, "source": run.source}
    return {name: value for name, value in {**fields, "command": run.command}.items() if value}


def _tags(tags: Sequence[str]) -> list[str]:
    """Tags as W&B takes them: 1 to 64 characters.

    Example:
        >>> _tags(["good", ""])
        ['good']
    """
    return [tag[:64] for tag in tags if tag]


def _artifact_name(name: str) -> str:
    """A file's name in the characters that W&B takes.

    Example:
        >>> _artifact_name("model (1).json")
        'model__1_.json'
    """
    return "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in name)
