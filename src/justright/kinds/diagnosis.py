"""What the doctor says in the end: one cause first."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from justright.kinds.finding import Finding, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class NotChecked:
    """A check that could not be made.

    Attributes:
        check: Its id.
        because: Why.
    """

    check: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """A remedy that was tried on a copy.

    Attributes:
        check: Id of the finding whose remedy it is.
        what: What was changed ("learning rate 0.1 -> 0.001").
        before: Loss after the same steps without it; None where it was not finite.
        after: Loss after them with it; None where it was not finite.
        n_steps: How many steps.
    """

    check: str
    what: str
    before: float | None
    after: float | None
    n_steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """Findings merged into causes and ranked, the likeliest cause first.

    Attributes:
        verdict: One line: what keeps the network from learning, or that all is well.
        findings: The findings, by rank.
        confirm: The cheapest experiment that would confirm the first; "" without findings.
        otherwise: What else would explain the same signs; "" for nothing.
        explained: Ids of findings that the first one explains, in order.
        effects: Remedies that were tried.
        checked: Ids of the checks that were made.
        not_checked: Those that were not, and why.
        seen: What was watched, in a line ("300 steps of Adam on MLP (4 layers, 1,234 numbers)").
        overhead_share: Share of the time that the watching took, 0 to 1.
        changes: The user's own line and the line as it should be, by id of the finding:
            (line number, as it is, as it should be).
    """

    verdict: str
    findings: tuple[Finding, ...] = ()
    confirm: str = ""
    otherwise: str = ""
    explained: tuple[str, ...] = ()
    effects: tuple[Mended, ...] = ()
    checked: tuple[str, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    seen: str = ""
    overhead_share: float = 0.0
    changes: Mapping[str, tuple[int, str, str]] = field(default_factory=dict)

    @property
    def healthy(self) -> bool:
        """Whether no finding reaches warn.

        Example:
            >>> Diagnosis(verdict="The network learns.").healthy
            True
        """
        return all(finding.severity is Severity.NOTE for finding in self.findings)
