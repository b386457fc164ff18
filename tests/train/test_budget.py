import pytest

from justright.train.budget import Budget

CASES = {
    "before the deadline": (10.0, 9.9, False, None, 0.1),
    "at the deadline": (10.0, 10.0, False, "time", 0.0),
    "long after it": (10.0, 99.0, False, "time", 0.0),
    "asked to stop": (10.0, 1.0, True, "interrupted", 9.0),
    "asked, and late: the user comes first": (10.0, 11.0, True, "interrupted", 0.0),
}


@pytest.mark.parametrize(("deadline", "now", "asked", "why", "left"), CASES.values(), ids=CASES)
def test_budget(deadline, now, asked, why, left):
    budget = Budget(deadline, lambda: asked, lambda: now)
    assert budget.over() == why
    assert budget.left_s == pytest.approx(left)


def test_no_limit_never_ends():
    assert Budget().over() is None
    assert Budget().left_s == float("inf")
