from justright.kinds import Trace
from justright.report.curves import best_epoch, curves, spread, stripes


def trace(**figures: object) -> Trace:
    return Trace(seed=1, fold=0, learning_rate=0.1, **figures)  # type: ignore[arg-type]


def test_the_best_epoch_is_always_drawn() -> None:
    n = 2000
    one = trace(
        steps=tuple(range(10, 10 * n + 10, 10)),
        train_loss=(1.0,) * n,
        validation_loss=(1.0,) * n,
        best_step=12340,
    )
    shown = curves([one])
    assert shown is not None and best_epoch(one) == 1234
    assert 1234 in shown.epochs and len(shown.epochs) <= 300
    assert (shown.epochs[0], shown.epochs[-1]) == (1, n)


def test_a_step_that_was_never_evaluated_is_no_best_epoch() -> None:
    assert best_epoch(trace(steps=(10, 20), best_step=15)) is None


def test_the_median_ends_when_most_members_have_stopped() -> None:
    short = trace(train_loss=(3.0,), validation_loss=(3.0,))
    long = trace(train_loss=(1.0, 1.0), validation_loss=(1.0, None))
    shown = curves([short, short, long])
    assert shown is not None
    assert shown.train == (3.0, None) and shown.members[0].train == (3.0, None)


def test_nothing_recorded_is_nothing_drawn() -> None:
    assert curves([]) is None and curves([trace()]) is None
    assert stripes([trace()]) is None
    assert stripes([trace(gradient_norm={"a": (None, float("nan"))})]) is None


def test_stripes_keep_the_order_of_the_layers() -> None:
    one = trace(gradient_norm={"b": (1.0, 3.0), "a": (2.0, None)})
    found = stripes([one, one])
    assert found is not None
    assert found.layers == ("b", "a") and found.norms == ((1.0, 3.0), (2.0, None))


def test_spread_keeps_the_ends() -> None:
    assert spread(0, 5) == () and spread(9, 1) == (0,)
    assert spread(1000, 7)[0] == 0 and spread(1000, 7)[-1] == 999 and len(spread(1000, 7)) == 7
