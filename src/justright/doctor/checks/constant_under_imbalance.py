"""The commonest class, for every example."""

from statistics import fmean

from justright.doctor.check import Check
from justright.doctor.course import known
from justright.doctor.evidence import Evidence, LossSample, LossUse, Track
from justright.doctor.loop import busiest
from justright.kinds import Finding, Severity

SAME = 0.995  # of the predictions are of one class
COMMON = 0.75  # of the targets are of one class: three of one for one of all others
CERTAIN = 0.999  # of the targets: beyond it there is next to nothing to find
STEPS, LATE_SHARE, SAMPLES = 60, 0.25, 3
LEARNT = 0.75  # of the best constant's loss: below it the outputs tell rows apart all the same


def judge(evidence: Evidence) -> Finding | None:
    """Accuracy is high, and the rare class is never said."""
    track = busiest(evidence)
    if track is None or track.n_steps < STEPS:
        return None
    for use in evidence.losses:
        late = _late(use)
        if len(late) < SAMPLES:
            continue
        said = fmean(sample.predicted_majority or 0.0 for sample in late)
        common = fmean(sample.majority or 0.0 for sample in late)
        hit = fmean(sample.accuracy or 0.0 for sample in late)
        if said < SAME or not COMMON <= common < CERTAIN or abs(hit - common) > 1 - SAME:
            continue
        if use.options.get("pos_weight") or use.options.get("weight"):
            continue
        return _finding(use, late, common, falling=_falling(track))
    return None


def _late(use: LossUse) -> list[LossSample]:
    kept = [s for s in use.samples if s.majority is not None and s.step > 0]
    return kept[-max(SAMPLES, round(LATE_SHARE * len(kept))) :]


def _falling(track: Track) -> bool:
    """Whether the loss still falls clearly: what is constant now need not stay so."""
    own = known(track.loss)
    part = len(own) // 4
    if part < 5:
        return True
    third, last = fmean(own[2 * part : 3 * part]), fmean(own[3 * part :])
    return last < 0.95 * third


def _finding(use: LossUse, late: list[LossSample], common: float, *, falling: bool) -> Finding:
    trivial = [s.trivial for s in late if s.trivial]
    share = fmean(s.value for s in late) / fmean(trivial) if trivial else 1.0
    sure = share >= LEARNT and not falling
    return Finding(
        check=CONSTANT_UNDER_IMBALANCE.id,
        severity=Severity.WARN if sure else Severity.NOTE,
        sign=f"the commonest class makes up {common:.1%} of the targets, and all predictions; the "
        f"loss is {share:.2f} times that of the best constant",
        meaning="the accuracy is that of always saying the commonest class: the rare one is never "
        "found",
        remedy="weigh the rare class: pos_weight (BCEWithLogitsLoss) or weight "
        "(CrossEntropyLoss), or draw it more often; judge by recall or AUC",
        line=use.line,
        numbers={"majority": common, "loss_share": share},
        confidence=0.6 if sure else 0.3,
    )


CONSTANT_UNDER_IMBALANCE = Check(
    id="constant-under-imbalance",
    asks="Is a rare class ever predicted?",
    fault=21,
    needs=frozenset({"losses", "tracks"}),
    measured="At late sampled steps: share of the commonest class among targets and predictions. "
    "Alarm where every prediction is of the class that three quarters of the targets or more "
    "have, the loss is above 0.75 times that of the best constant, and falls no more; a note "
    "where the loss is lower, as probabilities below one half may be right. Losses with class "
    "weights are left alone.",
    judge=judge,
    remedy="Weigh the rare class, or draw it more often, and judge by recall or AUC.",
    confirm="print the confusion matrix of the validation set",
    source="He and Garcia 2009, Learning from imbalanced data, section 3",
    example=Evidence(
        door="check",
        tracks=(
            Track(
                name="optimizer",
                kind="Adam",
                n_steps=300,
                steps=tuple(range(40)),
                loss=(0.2,) * 40,
            ),
        ),
        losses=(
            LossUse(
                function="binary_cross_entropy_with_logits",
                samples=tuple(
                    LossSample(
                        step=10 * i,
                        value=0.2,
                        trivial=0.2,
                        accuracy=0.95,
                        majority=0.95,
                        predicted_majority=1.0,
                    )
                    for i in range(1, 12)
                ),
            ),
        ),
    ),
)
