"""A loss for numbers, where the targets are classes."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, LossSample, LossUse, Source
from justright.doctor.outputs import (
    NUMBER_LOSSES,
    head,
    is_one_hot,
    left_of_trivial,
    steps_made,
    trained_on,
)
from justright.kinds import Finding, Severity

WELL = 0.5  # of the trivial loss; a network that came so far is not held up by its loss
FEWEST_STEPS = 30  # steps before slow learning can be laid at the door of the loss
MOST_CLASSES = 20  # distinct whole targets; more are counts (house convention)
#: Calls that a script makes when it tells classes apart.
CLASS_WORDS = frozenset(
    {"argmax", "accuracy_score", "load_iris", "load_wine", "load_digits", "load_breast_cancer",
     "make_classification", "make_moons", "make_blobs", "make_circles", "LabelEncoder",
     "classification_report", "confusion_matrix", "f1_score"}
)  # fmt: skip


def judge(evidence: Evidence) -> Finding | None:
    """Squared errors of probabilities have no gradient where the network is sure and wrong."""
    for use in trained_on(evidence, *NUMBER_LOSSES):
        made = head(evidence, use).op
        if is_one_hot(use):
            return _sick(evidence, use, f"one-hot rows of {use.target_shape[1]} classes", made)
        if made == "Sigmoid" and _single(use) and all(_binary(s) for s in use.samples):
            return _sick(evidence, use, "the two classes 0 and 1", made)
        if _counted(evidence, use, made):
            n = max(s.n_classes_seen for s in use.samples)
            return _sick(evidence, use, f"the numbers of {n} classes", made)
    return None


def _single(use: LossUse) -> bool:
    return bool(use.samples) and use.input_shape[1:] in ((), (1,))


def _binary(sample: LossSample) -> bool:
    return sample.n_classes_seen == 2 and sample.target_low == 0 and sample.target_high == 1


def _counted(evidence: Evidence, use: LossUse, made: str) -> bool:
    """Whether class numbers are predicted as numbers, in a script that tells classes apart."""
    if not _single(use) or evidence.source is None or made not in ("Addmm", "Sigmoid", "Relu"):
        return False
    called = {name for name, _ in evidence.source.call_lines}
    several = all(2 <= s.n_classes_seen <= MOST_CLASSES for s in use.samples)
    from_zero = min(s.target_low for s in use.samples) in (0.0, 1.0)
    return several and from_zero and bool(called & CLASS_WORDS)


def _sick(evidence: Evidence, use: LossUse, targets: str, made: str) -> Finding:
    left = left_of_trivial(use)
    early = steps_made(evidence) < FEWEST_STEPS
    well = left is not None and left < WELL
    two = "two" in targets
    shown = "" if left is None else f", and it stands at {left:.0%} of the best constant's loss"
    return Finding(
        check=NUMBER_LOSS_FOR_CLASSES.id,
        severity=Severity.NOTE if well or early else Severity.WARN,
        sign=f"{use.function} is trained on {targets}{shown}",
        meaning="a loss for numbers on classes: its gradient fades where the network is sure and "
        "wrong"
        if made in ("Softmax", "Sigmoid")
        else "a loss for numbers is used on classes",
        remedy="use nn.BCEWithLogitsLoss() on the bare output"
        if two
        else "use nn.CrossEntropyLoss() on logits, one per class, with class indices as targets",
        line=use.line,
        numbers={} if left is None else {"left_of_trivial": left},
        confidence=0.75 if made in ("Softmax", "Sigmoid") else 0.6,
    )


NUMBER_LOSS_FOR_CLASSES = Check(
    id="number-loss-for-classes",
    fault=2,
    asks="Is the loss one for classes, where the targets are classes?",
    needs=frozenset({"losses"}),
    measured="Targets that are one-hot rows; 0 and 1 behind a sigmoid; or small whole numbers in a "
    "script that itself calls them classes. A note where the loss came below half of the best "
    "constant's (squared errors of probabilities are a proper score, and work where they work) "
    "or before 30 steps.",
    judge=judge,
    remedy="Use cross entropy for classes.",
    confirm="train 100 steps with nn.CrossEntropyLoss() and compare the accuracy",
    source="Golik et al. 2013, Cross-entropy vs. squared error training",
    example=Evidence(
        door="check",
        source=Source(path="train.py"),
        losses=(
            LossUse(
                function="mse_loss",
                input_shape=(32, 3),
                target_shape=(32, 3),
                made_by="Softmax",
                samples=(
                    LossSample(
                        step=0, value=0.22, trivial=0.22, target_mean=1 / 3, n_classes_seen=2
                    ),
                ),
            ),
        ),
    ),
)
