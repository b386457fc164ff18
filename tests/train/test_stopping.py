import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from justright.train.stopping import Patience

NAN, INF = float("nan"), float("inf")

# Scores seen with a patience of 2, what gained, the best, and why it ended ("" while running).
CASES = {
    "every score gains": ([3.0, 2.0, 1.0], [1, 1, 1], 1.0, ""),
    "one wait is borne": ([1.0, 2.0], [1, 0], 1.0, ""),
    "two waits are not": ([1.0, 2.0, 3.0], [1, 0, 0], 1.0, "patience"),
    "equal is no gain": ([1.0, 1.0, 1.0], [1, 0, 0], 1.0, "patience"),
    "a gain starts the count anew": ([3.0, 4.0, 2.0, 4.0], [1, 0, 1, 0], 2.0, ""),
    "after the end nothing gains": ([1.0, 2.0, 2.0, 0.5], [1, 0, 0, 0], 1.0, "patience"),
    "diverged at once has no best": ([NAN], [0], INF, "diverged"),
    "diverged later keeps its best": ([1.0, INF], [1, 0], 1.0, "diverged"),
    "diverged is final": ([1.0, NAN, 0.5], [1, 0, 0], 1.0, "diverged"),
    "minus infinity is no gain either": ([1.0, -INF], [1, 0], 1.0, "diverged"),
}


@pytest.mark.parametrize(("scores", "gained", "best", "reason"), CASES.values(), ids=CASES)
def test_one_member(scores, gained, best, reason):
    patience = Patience(1, 2)
    found = [bool(patience.see(np.array([score]))[0]) for score in scores]
    assert found == [bool(g) for g in gained]
    assert patience.best.tolist() == [best]
    assert patience.reason == [reason]
    assert patience.running.tolist() == [reason == ""]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.one_of(st.floats(0, 9), st.just(NAN)), min_size=3, max_size=3), max_size=12
    ),
    st.integers(1, 4),
)
def test_members_do_not_depend_on_each_other(scores, patience):
    together = Patience(3, patience)
    alone = [Patience(1, patience) for _ in range(3)]
    for row in scores:
        gained = together.see(np.array(row)).tolist()
        assert gained == [bool(p.see(np.array([s]))[0]) for p, s in zip(alone, row, strict=True)]
    assert together.reason == [p.reason[0] for p in alone]
    assert together.best.tolist() == [p.best[0] for p in alone]


def test_end_gives_its_reason_to_those_that_still_run():
    patience = Patience(3, 1)
    patience.see(np.array([1.0, NAN, 1.0]))
    patience.see(np.array([0.5, 1.0, 1.0]))
    patience.end("time")
    patience.end("epochs")
    assert patience.reason == ["time", "diverged", "patience"]
    assert not patience.running.any()
