"""What is replaced is put back, by several watchers and in any order."""

import inspect
import itertools
import pickle
from types import SimpleNamespace

import pytest
import torch
from torch.nn.functional import mse_loss

from justright.doctor.record.patches import _STACKS, Patches


def plus(number, on=None):
    """A watched function that adds a number while it is on."""
    return lambda function: lambda x: function(x) + number * (on is None or number in on)


def plain(x):
    return 10 * x


def enclosing(a, b=1):
    def one(x):
        return a * x

    def two(x):
        return a * b * x

    return one, two


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("function", [plain, len])
def test_undone_in_any_order(order, function):
    owner = SimpleNamespace(call=function)
    given = 2 if function is plain else "ab"
    base, code = owner.call(given), getattr(function, "__code__", None)
    on = {1, 10, 100}
    watchers = [Patches() for _ in on]
    for place, watcher in enumerate(watchers):
        watcher.replace(owner, "call", plus(10**place, on))
    assert owner.call(given) == base + 111
    for place in order:
        on.remove(10**place)  # a watcher whose turn to be undone has not come passes through
        watchers[place].undo()
        assert owner.call(given) == base + sum(on)
    assert owner.call is function and getattr(function, "__code__", None) is code
    assert not _STACKS


def test_functions_that_enclose_variables():
    for function in enclosing(2, 3):
        before, code = function(1), function.__code__
        patches = Patches()
        assert patches.function(function, plus(0.5))
        assert function(1) == before + 0.5
        patches.undo()
        assert function(1) == before and function.__code__ is code


def test_an_inherited_attribute_is_not_left_behind():
    class Base:
        call = len

    class Own(Base):
        pass

    patches = Patches()
    patches.replace(Own, "call", plus(1))
    assert Own.call("ab") == 3
    patches.undo()
    assert "call" not in vars(Own) and Own.call("ab") == 2


def test_what_another_replaced_since_stays():
    owner = SimpleNamespace(call=len)
    patches = Patches()
    patches.replace(owner, "call", plus(1))
    owner.call = max
    patches.undo()
    assert owner.call is max


def test_a_watched_function_is_told_by_nothing_but_its_calls():
    signature, source = inspect.signature(mse_loss), inspect.getsource(mse_loss)
    seen = []
    patches = Patches()
    patches.replace(
        torch.nn.functional,
        "mse_loss",
        lambda own: lambda *a, **k: (seen.append(a), own(*a, **k))[1],
    )
    try:
        assert pickle.loads(pickle.dumps(mse_loss)) is mse_loss is torch.nn.functional.mse_loss
        assert inspect.signature(mse_loss) == signature and inspect.getsource(mse_loss) == source
        assert mse_loss(torch.ones(2), torch.zeros(2), reduction="sum") == 2 and len(seen) == 1
    finally:
        patches.undo()
    assert "__wrapped__" not in vars(mse_loss)
