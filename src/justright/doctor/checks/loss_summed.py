"""A loss that is a sum over the batch, or over the steps of a sequence."""

from justright.doctor.check import Check
from justright.doctor.course import stands_still
from justright.doctor.curve import training_loss
from justright.doctor.evidence import Conduct, Evidence, Feed, LossSample, LossUse, Track
from justright.doctor.loop import SCALE_FREE, batch_rows, loss_factor
from justright.doctor.outputs import line_of
from justright.doctor.suffering import suffers
from justright.kinds import Finding, Severity

UNDIVIDED = 0.5  # of the function's value, where a division by the batch was forgotten
FEW_ROWS = 8  # with fewer a sum is hardly more than a mean
TERMS = 4.0  # calls of the loss function before a backward pass: a sequence, not two losses
OF_TERMS = 0.5  # of them: the loss is their sum, more or less


def judge(evidence: Evidence) -> Finding | None:
    """Gradients grow with the number of terms; a rate that suits a mean is too high."""
    use, factor = training_loss(evidence), loss_factor(evidence)
    if evidence.conduct is None or len(evidence.tracks) != 1:
        return None
    if use is None:
        return _own_sum(evidence)
    track, rows = evidence.tracks[0], batch_rows(evidence)
    broke = track.first_bad_step is not None or evidence.breakdown is not None
    terms = use.calls / max(1, evidence.conduct.backwards)
    if use.options.get("reduction") == "sum" and (broke or (factor or 1.0) > UNDIVIDED):
        if rows < 2:
            return None
        return _finding(evidence, use, track, f'{use.function} with reduction="sum"', float(rows))
    if factor is not None and terms >= TERMS and factor >= max(TERMS, OF_TERMS * terms):
        sign = f"{terms:.0f} calls of {use.function} are added up for each backward pass"
        return _finding(evidence, use, track, sign, terms)
    return None


def _own_sum(evidence: Evidence) -> Finding | None:
    """A loss of the user's own, whose last operation sums over the rows of the batch."""
    rows, track = batch_rows(evidence), evidence.tracks[0]
    graph = next((one for one in evidence.graphs if one.ops and not one.cut), None)
    if graph is None or graph.ops[0].name != "Sum" or any(u.learning for u in evidence.losses):
        return None
    over = [graph.ops[place].shape for place in graph.ops[0].inputs]
    if rows < FEW_ROWS or not any(shape[:1] == (rows,) for shape in over):
        return None
    broke = track.first_bad_step is not None or evidence.breakdown is not None
    harmed = broke or stands_still(track)
    free = track.kind in SCALE_FREE
    return Finding(
        check=LOSS_SUMMED.id,
        severity=Severity.WARN if harmed and not free else Severity.NOTE,
        sign=f"the loss ends in a sum over the {rows} rows of the batch"
        + (f", and was not finite from step {track.first_bad_step}" if broke else ""),
        meaning=f"the gradient is {rows} times that of the mean, and so is the step",
        remedy=".mean() in the place of .sum(), or divide by the number of rows",
        line=line_of(evidence, "backward"),
        numbers={"terms": float(rows)},
        confidence=0.7 if harmed and not free else 0.4,
    )


def _finding(evidence: Evidence, use: LossUse, track: Track, sign: str, terms: float) -> Finding:
    free = track.kind in SCALE_FREE
    broke = track.first_bad_step is not None or evidence.breakdown is not None
    harmed = broke or suffers(evidence) is True
    clipped = track.clipped_share is not None and track.clipped_share > 0.5
    if broke and not free:
        grade = (Severity.STOP, 0.92)
    elif not free:
        grade = (Severity.WARN, 0.8 if harmed else 0.6)
    else:
        grade = (Severity.WARN, 0.5) if harmed and (clipped or broke) else (Severity.NOTE, 0.4)
    value = next((f"{s.value:.3g}" for s in use.samples), "")
    return Finding(
        check=LOSS_SUMMED.id,
        severity=grade[0],
        sign=f"{sign}, over {terms:.0f} terms; its first value is {value}"
        + (f"; the loss was not finite from step {track.first_bad_step}" if broke else ""),
        meaning=f"the gradient is {terms:.0f} times that of the mean, and so is the step"
        if not free
        else f"the loss is {terms:.0f} times the mean: its size, and clipping, hang on the length",
        remedy='reduction="mean", or divide the loss by the number of its terms'
        if use.options.get("reduction") == "sum"
        else "divide the loss by the number of steps of the sequence before backward()",
        line=use.line or line_of(evidence, "backward"),
        numbers={"terms": terms},
        confidence=grade[1],
    )


LOSS_SUMMED = Check(
    id="loss-summed",
    asks="Is the loss a mean over its terms?",
    fault=25,
    needs=frozenset({"conduct", "tracks"}),
    measured='A loss function with reduction="sum" whose value is not divided before backward, or '
    "one called four times or more for each backward pass, with a loss trained on that is more "
    "than half of the sum of their values. A note with optimizers whose step does not grow with "
    "the gradient, unless gradients are clipped and the loss stays high; stop where it diverged.",
    judge=judge,
    remedy='reduction="mean", or divide by the number of terms.',
    confirm="halve the batch size, or the sequence: the loss is halved",
    source="Goyal et al. 2017, arXiv:1706.02677: apply the rate to a mean over the batch",
    example=Evidence(
        door="check",
        conduct=Conduct(steps=90, backwards=90),
        feed=Feed(n_batches=90, batch_sizes=(32,) * 90),
        tracks=(
            Track(
                name="optimizer",
                kind="SGD",
                n_steps=90,
                steps=(0, 1, 2),
                loss=(60.0, 900.0, None),
                first_bad_step=2,
            ),
        ),
        losses=(
            LossUse(
                function="mse_loss",
                calls=90,
                options={"reduction": "sum"},
                samples=(LossSample(step=0, value=60.0),),
            ),
        ),
    ),
)
