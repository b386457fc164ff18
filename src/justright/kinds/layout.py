"""How the encoded input is laid out."""

from dataclasses import dataclass
from math import prod

#: Channels, height and width.
ImageShape = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class InputLayout:
    """The columns of the encoded input matrix, in this order: numeric, plain, pixels, codes.

    Attributes:
        numeric: Names of scaled numbers. Numeric embeddings apply to these.
        plain: Names of features that enter as they are: one-hot, booleans, missing
            indicators, cyclic parts of dates.
        image: Channels, height and width of an image laid flat; None without one.
        codes: Names of category columns that enter as an index for an embedding.
        cardinalities: Levels of each of `codes`, the level for "unseen" included.
    """

    numeric: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    image: ImageShape | None = None
    codes: tuple[str, ...] = ()
    cardinalities: tuple[int, ...] = ()

    @property
    def n_columns(self) -> int:
        """Columns of the encoded matrix."""
        return self.n_dense + len(self.codes)

    @property
    def n_dense(self) -> int:
        """Columns before the codes, which are numbers of some kind.

        Example:
            >>> InputLayout(numeric=("age",), image=(1, 8, 8)).n_dense
            65
        """
        pixels = 0 if self.image is None else prod(self.image)
        return len(self.numeric) + len(self.plain) + pixels
