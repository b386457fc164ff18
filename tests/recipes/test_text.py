"""Text is read once for all folds, and every design of a population reads it alike."""

import numpy as np
import polars as pl
import pytest

from justright.data.text_column import TextColumn
from justright.errors import DesignError
from justright.recipes.design import design
from justright.recipes.encoded import encode
from justright.recipes.ground import lay_ground
from justright.recipes.text import one_text_plan
from justright.recipes.wish import Wish

FRAME = pl.DataFrame(
    {
        "note": [
            f"a note {'good' if n % 3 else 'bad'} number {n} word{n % 40}" for n in range(120)
        ],
        "y": [float(n % 3) for n in range(120)],
    }
)
HASHED = {"text": "hashed", "text_features": 256}


def test_folds_share_one_reading_and_no_row_meets_an_untrained_word(monkeypatch):
    read, digest = [], TextColumn.digest

    def counted(self, cells, tell=None):
        read.append(cells.dtype == pl.String)
        return digest(self, cells, tell)

    monkeypatch.setattr(TextColumn, "digest", counted)
    wish = Wish(data=FRAME, target="y", overrides=HASHED | {"folds": 3})
    encoded = encode(lay_ground(wish), seed=0)
    assert sum(read) == 1
    assert len(set(encoded.encoders)) == 3
    x = encoded.data.x.numpy()
    for view in encoded.views:
        trained, met = ((x[rows] != 0).any(0) for rows in (view.train, view.validation))
        assert not (met & ~trained).any()
        assert np.isfinite(x[view.validation]).all()


def test_designs_that_read_text_in_two_ways_are_refused():
    sizes = (64, 128)
    designs = [
        design(FRAME, "y", overrides=HASHED | {"text_features": size}).design for size in sizes
    ]
    assert one_text_plan(designs[:1]).n_features == 64
    with pytest.raises(DesignError, match="2 ways: hashed with 64 features, hashed with 128"):
        one_text_plan(designs)
