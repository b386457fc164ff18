"""Training rows that repeat rare classes."""

import numpy as np
import pytest

from justright.data.balance import MOST, balanced
from justright.kinds import View


@pytest.mark.parametrize("counts", [(50, 7), (90, 20, 3), (10, 10), (200, 1, 1, 1, 1, 1, 1, 1)])
def test_classes_are_alike_and_no_row_is_lost(counts):
    labels = np.repeat(np.arange(len(counts)), counts)
    rows = np.random.default_rng(0).permutation(len(labels))
    view = View(train=rows, validation=np.array([len(labels)]), fold=3)
    found = balanced(view, labels, seed=0)
    times = np.bincount(labels[found.train])
    assert set(found.train) == set(rows) and found.fold == 3
    assert found.validation is view.validation
    rarest = min(max(counts), MOST * len(labels) // len(counts))
    assert (times == np.maximum(counts, rarest)).all()
    assert len(found.train) <= (MOST + 1) * len(labels)
    per_row = np.bincount(found.train)
    for label in range(len(counts)):
        assert np.ptp(per_row[labels == label]) <= 1
