"""The grammar of the doctor: a check reads recorded figures and says at most one thing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from justright.kinds import Finding

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Generic[Record]):
    """A named judgement of a record. It never raises, prints, or touches training.

    Attributes:
        id: Its name, never reused.
        asks: The question it answers, in words.
        judge: From the record to a finding, or None where all is well.
        source: Where the judgement and its limits come from.
    """

    id: str
    asks: str
    judge: Callable[[Record], Finding | None]
    source: str
