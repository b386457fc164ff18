"""What the doctor says, to read, to save and to compute with."""

from pathlib import Path
from typing import Any

from justright.kinds.diagnosis import Diagnosis
from justright.kinds.finding import Finding
from justright.report.diagnosis import diagnosis_text
from justright.report.diagnosis_html import diagnosis_fragment, diagnosis_page
from justright.report.diagnosis_json import to_json


class Report:
    """A diagnosis: one cause first, with its evidence, its remedy, and what else was seen.

    Args:
        diagnosis: The diagnosis as a plain record.
        script: The script that was watched; "" for none.
        ended: How it ended, in a sentence; "" for nothing to say.

    Attributes:
        diagnosis: The diagnosis as a plain record.

    Example:
        >>> report = Report(Diagnosis(verdict="The network learns."))
        >>> report.healthy, report.verdict
        (True, 'The network learns.')
        >>> print(report)
        The network learns.
    """

    def __init__(self, diagnosis: Diagnosis, *, script: str = "", ended: str = "") -> None:
        self.diagnosis = diagnosis
        self._script, self._ended = script, ended

    @property
    def healthy(self) -> bool:
        """Whether no finding reaches warn."""
        return self.diagnosis.healthy

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found, the likeliest cause first."""
        return self.diagnosis.findings

    @property
    def verdict(self) -> str:
        """One line: what keeps the network from learning, or that all is well."""
        return self.diagnosis.verdict

    def to_json(self) -> dict[str, Any]:
        """All of it as plain data, in the form that docs/check.md describes."""
        return to_json(self.diagnosis)

    def html(self, path: str | Path) -> Path:
        """Write it as a page for a browser.

        Args:
            path: The file; one that is there is replaced.

        Returns:
            The path.
        """
        path = Path(path)
        path.write_text(
            diagnosis_page(self.diagnosis, script=self._script, ended=self._ended), encoding="utf-8"
        )
        return path

    def __repr__(self) -> str:
        return diagnosis_text(self.diagnosis, script=self._script, ended=self._ended)

    def _repr_html_(self) -> str:
        return diagnosis_fragment(self.diagnosis, script=self._script, ended=self._ended)
