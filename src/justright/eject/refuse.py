"""What has no form in a script of torch, numpy and polars."""

from justright.data.number_text import CLOCK
from justright.eject.source import Source
from justright.errors import DesignError


def refuse_unwritable(source: Source) -> None:
    """Raise if the design or the data cannot be written.

    Raises:
        DesignError: For images, sentence embeddings, times of day as text and weights of rows.
    """
    design = source.design
    if design.word("family") == "conv" or source.of_kind("image"):
        raise DesignError(
            "the input is images",
            "a table: reading image files takes more than torch, numpy and polars",
            try_="design.build(), for the network as a torch.nn.Module",
        )
    if source.of_kind("text") and design.word("text") == "embedding":
        raise DesignError(
            "text = embedding",
            "text as its words: a sentence embedding takes a model besides torch",
            try_="--set text=hashed, then eject again",
        )
    weight = source.role("weight")
    if weight is not None:
        raise DesignError(
            f"rows are weighed by column {weight.name!r}",
            "rows that all weigh the same",
            try_="a fit without weights, then eject again",
        )
    clock = next((c.name for c in source.inputs if c.unit == CLOCK), None)
    if clock is not None:
        raise DesignError(
            f"column {clock!r} holds times as text, such as 1:30:00",
            "times in seconds, as the script reads plain numbers",
            try_=f"a table with {clock!r} in seconds",
        )
