"""Whether an example's output depends on the other examples of its batch."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Trials
from justright.kinds import Finding, Severity

MOST = 0.5  # of the other examples; a wrong axis moves most of them, a stray row a few
#: Layers that take the first axis for time unless they are told otherwise.
TIME_FIRST = frozenset(
    {"RNN", "LSTM", "GRU", "MultiheadAttention", "Transformer", "TransformerEncoderLayer"}
)


def judge(evidence: Evidence) -> Finding | None:
    """In eval mode an example must get the same output whoever is beside it."""
    trials = evidence.trials
    if trials is None or not trials.moved_rows:
        return None
    share = trials.moved_rows
    ordered = trials.leak_inside and trials.leak_kind in TIME_FIRST
    one_series = ordered and trials.n_columns > 0
    # Rows of a table that a recurrent layer reads as one series may well be one.
    severity = Severity.STOP if share >= MOST else Severity.WARN
    return Finding(
        check=TRIAL_LEAK.id,
        severity=Severity.NOTE if one_series else severity,
        layer=trials.leak_layer or None,
        sign=f"changing one example changes the outputs of {share:.0%} of the others"
        + _where(trials),
        meaning=_meaning(ordered, trials),
        remedy=_remedy(ordered, trials),
        numbers={"moved_share": share},
        confidence=0.4 if one_series else 0.95 if ordered else 0.85,
    )


def _where(trials: Trials) -> str:
    if not trials.leak_layer:
        return ""
    return f", first seen after {trials.leak_layer} ({trials.leak_kind})"


def _meaning(ordered: bool, trials: Trials) -> str:
    if ordered:
        return f"{trials.leak_kind} takes the first axis for time, and the batch is there"
    return "somewhere an operation goes along the batch axis, or rows are cut at the wrong places"


def _remedy(ordered: bool, trials: Trials) -> str:
    if ordered:
        return f"build {trials.leak_layer} with batch_first=True"
    return (
        "between the layers before it look for view or reshape where permute was meant, and for "
        "softmax, mean, cat or matmul along axis 0"
    )


TRIAL_LEAK = Check(
    id="trial-leak",
    asks="Are the examples of a batch independent of each other?",
    fault=9,
    needs=frozenset({"trials.moved_rows"}),
    measured="In eval mode one example of a few is replaced by another one with noise; then no "
    "other example's output may move by a ten-thousandth of the outputs' size. Where two axes "
    "may be the batch, the one that leaks least is taken for it. Not tried where examples are "
    "meant to meet: graphs, batch statistics, pairs. Stop where half of the others move.",
    judge=judge,
    remedy="batch_first=True for recurrent and attention layers; permute in place of view; "
    "softmax, mean and cat along the feature axis.",
    confirm="change one example of a batch and compare the outputs of the others",
    source="Karpathy 2019, A Recipe for Training Neural Networks: use backprop to chart "
    "dependencies",
    example=Evidence(
        door="preflight",
        trials=Trials(moved_rows=1.0, leak_layer="rnn", leak_kind="LSTM", leak_inside=True),
    ),
)
