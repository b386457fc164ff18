"""Runs in MLflow: params, metrics with steps, tags, artifacts, nested below their parent."""

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from justright.lab.sinks.papers import Papers
from justright.lab.sinks.sink import Beginning, Column, Scalar, missing

if TYPE_CHECKING:
    from mlflow import MlflowClient

# What one call of log_batch takes (MLflow's documentation, "Request limits").
MOST_METRICS, MOST_PARAMS, MOST_TAGS = 1000, 100, 100
#: Characters of a param's value, by the same page.
LONGEST_PARAM = 6000
#: Characters that MLflow takes in names.
UNFIT = re.compile(r"[^\w\-. :/]")
#: How MLflow calls the ends of a run; anything else has failed.
STATUS = {"finished": "FINISHED", "interrupted": "KILLED", "killed": "KILLED"}


@dataclass(slots=True)
class _Open:
    run: Beginning
    id: str
    config: dict[str, Scalar]
    told: dict[str, Scalar] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    last_step: int = 0
    papers: Papers = field(default_factory=Papers)


class MLflow:
    """An experiment a project, a run a run; members are nested below their parent.

    Args:
        tracking_uri: Where MLflow keeps its runs; by default where its own settings say, such as
            the environment variable MLFLOW_TRACKING_URI.

    Raises:
        LabError: If the package mlflow is not installed.
    """

    name = "MLflow"

    def __init__(self, tracking_uri: str | None = None) -> None:
        if find_spec("mlflow") is None:
            raise missing(self.name, "mlflow-skinny (or mlflow)", "mlflow")
        self._uri = tracking_uri
        self._client: MlflowClient | None = None
        self._experiments: dict[str, str] = {}
        self._open: dict[str, _Open] = {}
        self._ids: dict[str, str] = {}

    def begin(self, run: Beginning) -> None:
        """Create the run."""
        tags = {
            "justright.uid": run.uid,
            "justright.kind": run.kind,
            "justright.group": run.group,
            "justright.command": run.command,
            "mlflow.source.name": run.source,
        }
        if run.parent in self._ids:
            tags["mlflow.parentRunId"] = self._ids[run.parent]
        made = self._mlflow().create_run(
            self._experiment(run.project),
            start_time=_ms(run.created),
            run_name=run.title,
            tags={name: value for name, value in tags.items() if value},
        )
        self._ids[run.uid] = made.info.run_id
        self._open[run.uid] = _Open(run, made.info.run_id, dict(run.config))

    def configure(self, uid: str, config: Mapping[str, Scalar]) -> None:
        """Take the fields in; they are written with the first points."""
        self._open[uid].config.update(config)

    def tag(self, uid: str, tags: Sequence[str]) -> None:
        """Set the tags."""
        self._tag(self._open[uid], _words(tags))

    def note(self, uid: str, text: str) -> None:
        """Put it below what its description says already."""
        it = self._open[uid]
        it.notes.append(text)
        self._tag(it, {"mlflow.note.content": "\n\n".join(it.notes)})

    def points(
        self, uid: str, steps: Column, values: Mapping[str, Column], seconds: Column
    ) -> None:
        """Log metrics in batches; gaps are left out."""
        from mlflow.entities import Metric

        it = self._open[uid]
        self._tell_config(it)
        told = [
            Metric(_fit(name), float(value), _ms(it.run.created + float(at)), int(step))
            for name, column in values.items()
            for step, value, at in zip(steps, column, seconds, strict=True)
            if value == value
        ]
        if told:
            it.last_step = max(it.last_step, max(one.step for one in told))
        for some in _by(told, MOST_METRICS):
            self._mlflow().log_batch(it.id, metrics=some)

    def event(self, uid: str, kind: str, data: Any) -> None:
        """Take it in: it becomes an artifact when the run ends."""
        self._open[uid].papers.add(kind, data)

    def keep(self, uid: str, path: str, sha256: str) -> None:
        """Log the file, or the folder, as an artifact."""
        it = self._open[uid]
        if it.papers.keeps(path, sha256):
            if Path(path).is_dir():
                self._mlflow().log_artifacts(it.id, path, Path(path).name)
            else:
                self._mlflow().log_artifact(it.id, path)

    def summarise(self, uid: str, summary: Mapping[str, Scalar]) -> None:
        """Numbers become metrics, words become tags."""
        from mlflow.entities import Metric

        it = self._open[uid]
        now = _ms(time.time())
        numbers = [
            Metric(_fit(f"summary/{name}"), float(value), now, it.last_step)
            for name, value in summary.items()
            if isinstance(value, int | float)
        ]
        for some in _by(numbers, MOST_METRICS):
            self._mlflow().log_batch(it.id, metrics=some)
        self._tag(it, {f"summary.{name}": v for name, v in summary.items() if isinstance(v, str)})

    def end(self, uid: str, state: str) -> None:
        """Write the papers, and end the run."""
        it = self._open.pop(uid)
        self._tell_config(it)
        for name, text in it.papers.files_of_text():
            self._mlflow().log_text(it.id, text, f"justright/{name}")
        if it.papers.findings:
            self._tag(it, {"justright.findings": str(len(it.papers.findings))})
        self._mlflow().set_terminated(it.id, STATUS.get(state, "FAILED"))

    def close(self) -> None:
        """Let go of the runs; those that have not ended stay running, as they are."""
        self._open.clear()

    def _mlflow(self) -> "MlflowClient":
        """The client; made at first need, as that may take seconds."""
        if self._client is None:
            from mlflow import MlflowClient

            self._client = MlflowClient(tracking_uri=self._uri)
        return self._client

    def _experiment(self, project: str) -> str:
        """The id of the experiment of that name, made where there is none."""
        name = project or "justright"
        if name not in self._experiments:
            found = self._mlflow().get_experiment_by_name(name)
            self._experiments[name] = (
                self._mlflow().create_experiment(name) if found is None else found.experiment_id
            )
        return self._experiments[name]

    def _tell_config(self, it: _Open) -> None:
        """Log what is new as params; MLflow lets none change, so what changed is a tag."""
        from mlflow.entities import Param

        new = {name: v for name, v in it.config.items() if name not in it.told}
        changed = {name: v for name, v in it.config.items() if it.told.get(name, v) != v}
        it.told |= it.config
        params = [Param(_fit(name), str(v)[:LONGEST_PARAM]) for name, v in new.items()]
        for some in _by(params, MOST_PARAMS):
            self._mlflow().log_batch(it.id, params=some)
        self._tag(it, {f"config.{name}": str(v) for name, v in changed.items()})

    def _tag(self, it: _Open, tags: Mapping[str, str]) -> None:
        from mlflow.entities import RunTag

        told = [RunTag(_fit(name), value[:LONGEST_PARAM]) for name, value in tags.items()]
        for some in _by(told, MOST_TAGS):
            self._mlflow().log_batch(it.id, tags=some)


def _words(tags: Iterable[str]) -> dict[str, str]:
    """Words as MLflow's tags, each of which has a value."""
    return {_fit(word): "true" for word in tags}


def _fit(name: str) -> str:
    """A name in the characters that MLflow takes.

    Example:
        >>> _fit("loss [train]")
        'loss _train_'
    """
    return UNFIT.sub("_", name)


def _ms(seconds: float) -> int:
    """Seconds as whole milliseconds."""
    return round(seconds * 1000)


def _by(things: list[Any], n: int) -> Iterator[list[Any]]:
    """Things in lists of at most n.

    Example:
        >>> list(_by([1, 2, 3], 2))
        [[1, 2], [3]]
    """
    for start in range(0, len(things), n):
        yield things[start : start + n]
