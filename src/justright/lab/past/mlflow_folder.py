"""Past runs in MLflow's folder of plain files, `mlruns`."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from justright.lab.past.mlflow_terms import Terms, past_run
from justright.lab.past.run import Damage, PastRun, Points
from justright.lab.sinks.sink import missing

_META = "meta.yaml"
#: How the folder's files number what the database names.
_STATUS = {1: "RUNNING", 2: "SCHEDULED", 3: "FINISHED", 4: "FAILED", 5: "KILLED"}


def experiments(path: Path) -> list[Path]:
    """Folders of experiments in a folder, or in its `mlruns`.

    Args:
        path: `mlruns`, or the folder in which it lies.
    """
    for folder in (path, path / "mlruns"):
        found = sorted(meta.parent for meta in folder.glob(f"*/{_META}"))
        if any(any(one.glob(f"*/{_META}")) for one in found):
            return found
    return []


def read_folder(path: Path) -> Iterator[PastRun | Damage]:
    """The runs in a folder of experiments, and the files that are damaged.

    Raises:
        LabError: If PyYAML, in which MLflow wrote its files, is not installed.
    """
    for experiment in experiments(path):
        try:
            project = str(_yaml(experiment / _META).get("name", experiment.name))
        except (ValueError, OSError) as error:
            yield Damage(str(experiment / _META), str(error))
            project = experiment.name
        for meta in sorted(experiment.glob(f"*/{_META}")):
            try:
                fields = _yaml(meta)
                if fields.get("lifecycle_stage", "active") == "active":
                    yield _run(meta.parent, fields, project)
            except (ValueError, OSError) as error:
                yield Damage(str(meta.parent), str(error))


def _yaml(file: Path) -> dict[str, Any]:
    try:
        import yaml
    except ImportError:
        raise missing("MLflow", "PyYAML, in which MLflow wrote its files,", "mlflow") from None
    try:
        fields = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError:
        raise ValueError("it is no YAML") from None
    if not isinstance(fields, dict):
        raise ValueError("it is cut off")
    return fields


def _run(folder: Path, fields: Mapping[str, Any], project: str) -> PastRun:
    status = fields.get("status", "")
    terms = Terms(
        str(fields.get("run_id", folder.name)),
        str(fields.get("run_name") or ""),
        _STATUS.get(status, str(status)),
        float(fields.get("start_time") or 0),
        fields.get("end_time"),
        project,
    )
    points: dict[str, Points] = {}
    for name, text in _texts(folder / "metrics"):
        points[name] = _points(text, folder / "metrics" / name)
    return past_run(terms, dict(_texts(folder / "params")), dict(_texts(folder / "tags")), points)


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Name and text of each file; a slash in a name is a folder."""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield file.relative_to(folder).as_posix(), file.read_text(encoding="utf-8")


def _points(text: str, file: Path) -> Points:
    """Lines of "milliseconds value step"."""
    points = Points()
    for line in text.splitlines():
        try:
            at, value, *step = line.split()
            points.add(float(step[0]) if step else 0.0, float(at) / 1000, float(value))
        except ValueError:
            raise ValueError(f"{file.name} has the line {line!r}") from None
    return points
