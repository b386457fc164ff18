"""Binary cross entropy, where exactly one of several classes is true."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, LossSample, LossUse
from justright.doctor.outputs import (
    BINARY_LOSSES,
    is_one_hot,
    left_of_trivial,
    steps_made,
    trained_on,
)
from justright.kinds import Finding, Severity

WELL = 0.7  # of the trivial loss; one-against-all training that gets so far works
FEWEST_STEPS = 50  # steps before slow learning can be laid at the door of the loss
FEWEST_CLASSES = 3  # two columns are as good as one


def judge(evidence: Evidence) -> Finding | None:
    """Classes that exclude each other are judged as so many separate questions."""
    for use in trained_on(evidence, *BINARY_LOSSES):
        if not is_one_hot(use) or use.target_shape[1] < FEWEST_CLASSES:
            continue
        left = left_of_trivial(use)
        slow = left is not None and left >= WELL and steps_made(evidence) >= FEWEST_STEPS
        n = use.target_shape[1]
        return Finding(
            check=BINARY_LOSS_FOR_ONE_CLASS.id,
            severity=Severity.WARN if slow else Severity.NOTE,
            sign=f"{use.function} on {n} columns of which exactly one is 1 in every row"
            + (f"; the loss stands at {left:.0%} of the best constant's" if slow else ""),
            meaning="the classes exclude each other, and the loss does not know it: most of it is "
            "about easy zeros",
            remedy="use nn.CrossEntropyLoss() on the logits, with class indices as targets",
            line=use.line,
            numbers={"n_classes": n},
            confidence=0.55 if slow else 0.4,
        )
    return None


BINARY_LOSS_FOR_ONE_CLASS = Check(
    id="binary-loss-for-one-class",
    fault=2,
    asks="Does a binary loss meet classes that exclude each other?",
    needs=frozenset({"losses"}),
    measured="In every batch that was looked at each row of the targets holds exactly one 1, over "
    "three columns or more. Training one against all works, and is a note; a warning where the "
    "loss after 50 steps is above 0.7 of the best constant's.",
    judge=judge,
    remedy="Use cross entropy on the logits.",
    confirm="train 100 steps with nn.CrossEntropyLoss() and compare the accuracy",
    source="House convention; Wightman et al. 2021, arXiv:2110.00476, train so on purpose",
    example=Evidence(
        door="check",
        losses=(
            LossUse(
                function="binary_cross_entropy_with_logits",
                input_shape=(32, 5),
                target_shape=(32, 5),
                made_by="Addmm",
                samples=(
                    LossSample(step=0, value=0.7, trivial=0.5, target_mean=0.2, n_classes_seen=2),
                ),
            ),
        ),
    ),
)
