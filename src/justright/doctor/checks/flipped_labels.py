"""Images mirrored without their targets."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Feed, LossSample, LossUse
from justright.kinds import Finding, Severity

FEWEST = 20  # images that came mirrored
SAME = 0.9  # share of them with the target they had before
LEARNT = 0.7  # correlation of prediction and target of the output that is learnt best
UNKNOWN = 0.35  # the same of one that mirroring makes unknowable
SURE = 0.85


def judge(evidence: Evidence) -> Finding | None:
    """A coordinate that is not mirrored with its image is one of two values, at random."""
    feed = evidence.feed
    if feed is None or feed.flipped_rows < FEWEST:
        return None
    if feed.flipped_same_target < SAME * feed.flipped_rows:
        return None
    for use in evidence.losses:
        late = [s.column_correlations for s in use.samples if s.column_correlations][-3:]
        if not use.learning or not late:
            continue
        columns = [sum(values) / len(values) for values in zip(*late, strict=True)]
        worst = min(range(len(columns)), key=columns.__getitem__)
        if max(columns) > LEARNT and columns[worst] < UNKNOWN:
            return _finding(feed, use, worst, columns)
    return None


def _finding(feed: Feed, use: LossUse, worst: int, columns: list[float]) -> Finding:
    return Finding(
        check=FLIPPED_LABELS.id,
        severity=Severity.WARN,
        sign=f"{feed.flipped_rows} images came again mirrored with the same target; output {worst} "
        f"follows its target with a correlation of {columns[worst]:.2f}, the best output with "
        f"{max(columns):.2f}",
        meaning="images are mirrored and their targets are not: what depends on the side cannot be "
        "learnt",
        remedy="mirror the target with its image: where x is flipped, set its coordinate to "
        "-x (or width - 1 - x), or leave the flip out",
        line=use.line,
        numbers={"flipped": float(feed.flipped_rows), "correlation": columns[worst]},
        confidence=SURE,
    )


FLIPPED_LABELS = Check(
    id="flipped-labels",
    asks="Are targets that depend on the side mirrored with their images?",
    fault=26,
    needs=frozenset({"feed", "losses"}),
    measured="Images whose mirror image had come before with the very same target, while one "
    "output of several is learnt and another is not. For classes a mirror image proves nothing.",
    judge=judge,
    remedy="Mirror the target with the image.",
    confirm="train without the flip and compare the error of each output",
    source="house convention",
    example=Evidence(
        door="check",
        feed=Feed(n_batches=90, flipped_rows=200, flipped_same_target=200),
        losses=(
            LossUse(
                function="mse_loss",
                samples=(LossSample(step=99, value=0.1, column_correlations=(0.05, 0.97)),),
            ),
        ),
    ),
)
