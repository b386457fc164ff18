"""One thread, and a model of each kind of task, fitted once."""

import functools

import pytest
import torch

from justright.recipes.fit import fit
from tests.recipes.small import EPOCHS, table


@pytest.fixture(scope="package", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def fitted():
    """The maker of models, by kind of task; each is made once."""

    @functools.cache
    def of(kind, folds=0):
        # Two members a fold, so that the mean of members is a mean.
        folded = EPOCHS | {"evaluation": "k-fold", "folds": folds, "ensemble_size": 2 * folds}
        return fit(table(kind), "y", time_s=5, overrides=folded if folds else EPOCHS)

    return of
