"""The grammar of the doctor: a check reads the evidence and says at most one thing."""

from collections.abc import Callable
from dataclasses import dataclass

from justright.doctor.evidence import Evidence
from justright.kinds import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A named judgement of the evidence. It never raises, prints, or touches training.

    Attributes:
        id: Its name, never reused.
        fault: The row of the table of faults that it belongs to, 1 to 31.
        asks: The question it answers, in words.
        needs: Parts of the evidence without which it cannot be made, or one figure of the trials
            ("trials.rates").
        measured: How it is measured, in a sentence or two, its limits with their reasons.
        judge: From the evidence to a finding, or None where all is well.
        remedy: What mends it, in general.
        confirm: The cheapest experiment that would confirm it.
        source: Where the judgement and its limits come from.
        example: Evidence that it finds sick: the example of the docs.
    """

    id: str
    fault: int
    asks: str
    needs: frozenset[str]
    measured: str
    judge: Callable[[Evidence], Finding | None]
    remedy: str
    confirm: str
    source: str
    example: Evidence
