"""What `benchmarks/tables.py` measured, one line of JSON for each, so that a run can go on."""

import contextlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

#: What tells one measurement from another.
Key = tuple[str, str, int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One rival on one set with one seed.

    Attributes:
        set: Name of the set.
        rival: Name of the rival.
        seed: Of the split and of the fit.
        settings: What else changes the figures: rows used, seconds allowed, levers set by hand.
        metric: Name of the metric, as scikit-learn has it.
        value: The metric on the test rows; None where it failed.
        low: Lower end of the 95 % interval over the test rows; None where it failed.
        high: Its upper end.
        log_loss: Log loss on the test rows, of one class a row.
        seconds: Seconds of the fit by the clock.
        cpu_s: Seconds of the fit on all cores together.
        threads: Threads that it might use.
        version: Version of the rival's package.
        notes: Figures of the rival; "error" where it failed.
        cut: Whether its training was cut short to keep the time.
    """

    set: str
    rival: str
    seed: int
    settings: Mapping[str, Any]
    metric: str
    value: float | None
    low: float | None
    high: float | None
    log_loss: float | None
    seconds: float
    cpu_s: float
    threads: int
    version: str
    notes: Mapping[str, Any]
    cut: bool = False

    @property
    def key(self) -> Key:
        return key(self.set, self.rival, self.seed, self.settings)


def key(set_name: str, rival: str, seed: int, settings: Mapping[str, Any]) -> Key:
    """The key of a measurement, also of one that is not there yet."""
    return set_name, rival, seed, json.dumps(settings, sort_keys=True, default=str)


def kept(path: Path | None) -> dict[Key, Result]:
    """The results in a file; a later line replaces an earlier one of the same key.

    A line that a kill cut short is passed over: it is measured again.
    """
    results: dict[Key, Result] = {}
    lines = path.read_text().splitlines() if path is not None and path.exists() else []
    for line in lines:
        with contextlib.suppress(json.JSONDecodeError):
            result = Result(**json.loads(line))
            results[result.key] = result
    return results


def keep(path: Path | None, result: Result) -> None:
    """Append one result, on a line of its own also after a line that was cut short."""
    if path is None:
        return
    torn = path.exists() and not path.read_bytes().endswith(b"\n")
    with path.open("a") as file:
        file.write(("\n" if torn else "") + json.dumps(asdict(result), default=str) + "\n")
