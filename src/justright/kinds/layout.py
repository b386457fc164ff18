"""How the encoded input is laid out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class InputLayout:
    """The columns of the encoded input matrix, in this order: numeric, plain, codes.

    Attributes:
        numeric: Names of scaled numbers. Numeric embeddings apply to these.
        plain: Names of features that enter as they are: one-hot, booleans, missing
            indicators, cyclic parts of dates.
        codes: Names of category columns that enter as an index for an embedding.
        cardinalities: Levels of each of `codes`, the level for "unseen" included.
    """

    numeric: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    cardinalities: tuple[int, ...] = ()

    @property
    def n_columns(self) -> int:
        """Columns of the encoded matrix."""
        return len(self.numeric) + len(self.plain) + len(self.codes)
