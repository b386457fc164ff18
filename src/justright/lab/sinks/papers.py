"""What a run leaves besides figures, gathered until it ends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

#: Events that are lines of a log, in the order they came.
LINES = frozenset({"logbook", "say", "warn", "stage"})


@dataclass(slots=True)
class Papers:
    """The findings, the log and the other papers of one run.

    Attributes:
        findings: Each as plain fields: check, severity, sign, meaning, remedy ...
        log: Each line with its kind.
        others: "design", "record", "reply" ... by kind; the last of each.
        files: Path and sha256 of each file it keeps.

    Example:
        >>> papers = Papers()
        >>> papers.add("say", {"text": "half way"})
        >>> dict(papers.files_of_text())
        {'log.json': '[{"kind":"say","text":"half way"}]'}
    """

    findings: list[dict[str, Any]] = field(default_factory=list)
    log: list[dict[str, Any]] = field(default_factory=list)
    others: dict[str, Any] = field(default_factory=dict)
    files: list[tuple[str, str]] = field(default_factory=list)

    def add(self, kind: str, data: Any) -> None:
        """Take in an event."""
        if kind == "finding":
            self.findings.append(dict(data))
        elif kind in LINES:
            fields = data if isinstance(data, Mapping) else {"text": data}
            self.log.append({"kind": kind, **fields})
        else:
            self.others[kind] = data

    def keeps(self, path: str, sha256: str) -> bool:
        """Take in a file; False where it is gone since, which the log then says."""
        self.files.append((path, sha256))
        if Path(path).exists():
            return True
        self.add("warn", {"text": f"{path} was gone before it could be copied"})
        return False

    def files_of_text(self) -> Iterable[tuple[str, str]]:
        """Name and JSON text of each paper that there is."""
        papers = {"findings": self.findings, "log": self.log, **self.others}
        for name, plain in papers.items():
            if plain:
                yield f"{name}.json", msgspec.json.encode(plain).decode()


def finding_words(finding: Mapping[str, Any]) -> str:
    """A finding in one line of Markdown.

    Example:
        >>> finding_words({"severity": "warn", "sign": "nothing moves", "remedy": "raise the rate"})
        '**warn**: nothing moves. Remedy: raise the rate'
    """
    parts = [f"**{finding.get('severity', 'note')}**: {finding.get('sign', '')}"]
    if finding.get("remedy"):
        parts.append(f"Remedy: {finding['remedy']}")
    return ". ".join(parts)
