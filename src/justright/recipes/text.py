"""What a design says about free text, and how far its reading is."""

import time
from collections.abc import Iterable
from typing import Any

from justright.data.text_column import TextPlan
from justright.data.text_embedding import Tell
from justright.errors import DesignError
from justright.kinds import Design
from justright.recipes.progress import Progress


def text_plan(design: Design) -> TextPlan:
    """How a design lets free text enter."""
    way: Any = design.word("text")
    return TextPlan(way=way, n_features=design.count("text_features"))


def one_text_plan(designs: Iterable[Design]) -> TextPlan:
    """How all designs of a population let free text enter.

    Raises:
        DesignError: If they differ, for they share one encoded table.
    """
    plans = list(dict.fromkeys(text_plan(design) for design in designs))
    if len(plans) > 1:
        raise DesignError(
            f"the designs let free text enter in {len(plans)} ways: "
            + ", ".join(f"{plan.way} with {plan.n_features:,} features" for plan in plans),
            "one way for all designs of a population, which share one encoded table",
            try_="a population for each value of text and text_features",
        )
    return plans[0]


def text_teller(progress: Progress | None) -> Tell | None:
    """Passes on how far the embedding of texts is."""
    if progress is None:
        return None
    began_s = time.monotonic()

    def tell(done: int, of: int) -> None:
        left_s = (time.monotonic() - began_s) * (of - done) / done
        progress.training(done_share=done / of, best=f"{of:,} texts to read", left_s=left_s)

    return tell
