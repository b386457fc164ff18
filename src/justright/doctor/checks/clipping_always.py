"""Clipping at nearly every step, far below the gradient."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, LossSample, LossUse, Track
from justright.doctor.loop import SCALE_FREE
from justright.doctor.outputs import left_of_trivial, line_of
from justright.kinds import Finding, Severity

OFTEN = 0.9  # of the steps (house convention)
FAR = 10.0  # times the limit, the usual gradient
STEPS = 30
UNLEARNT = 0.35  # of the best constant's loss: above it a network has not learnt well (health)


def judge(evidence: Evidence) -> Finding | None:
    """The limit, and not the gradient, sets the length of the steps."""
    for track in evidence.tracks:
        share, ratio = track.clipped_share, track.clip_ratio
        if share is None or ratio is None or share < OFTEN or track.n_steps < STEPS:
            continue
        left = [left_of_trivial(use) for use in evidence.losses if use.learning]
        known = [one for one in left if one is not None]
        stuck = bool(known) and min(known) >= UNLEARNT
        grave = stuck and ratio >= FAR and track.kind not in SCALE_FREE
        return _finding(evidence, track, ratio, share, grave=grave)
    return None


def _finding(
    evidence: Evidence, track: Track, ratio: float, share: float, *, grave: bool
) -> Finding:
    limit = track.clip_limit or 0.0
    rate = track.options.get("lr", 0.0)
    return Finding(
        check=CLIPPING_ALWAYS.id,
        severity=Severity.WARN if grave else Severity.NOTE,
        sign=f"gradients are clipped to {limit:g} at {share:.0%} of the steps, usually from "
        f"{ratio * limit:.3g}",
        meaning=f"each step is {rate * limit:.2g} long whatever the gradient: the learning rate is "
        f"{ratio:.2g} times lower than it looks",
        remedy=f"max_norm={2 * ratio * limit:.1g}, so that only spikes are clipped, with a "
        "learning rate that suits",
        line=line_of(evidence, "clip_grad_norm_"),
        numbers={"clipped_share": share, "ratio": ratio, "limit": limit},
        confidence=0.75 if grave else 0.3,
    )


CLIPPING_ALWAYS = Check(
    id="clipping-always",
    asks="Does clipping leave the usual step alone?",
    fault=24,
    needs=frozenset({"tracks"}),
    measured="Share of the steps at which clipping made the gradient smaller, and its usual size "
    "before. A note at nine of ten; an alarm where it is ten times the limit, the optimizer's step "
    "grows with the gradient, and the loss stays above 0.35 of the best constant's.",
    judge=judge,
    remedy="A limit above the usual norm of the gradient.",
    confirm="print what clip_grad_norm_ returns: the norm before",
    source="Pascanu et al. 2013, arXiv:1211.5063: the limit from the average norm over training",
    example=Evidence(
        door="check",
        tracks=(
            Track(
                name="optimizer",
                kind="SGD",
                n_steps=300,
                options={"lr": 0.01},
                clipped_share=1.0,
                clip_limit=0.001,
                clip_ratio=800.0,
            ),
        ),
        losses=(
            LossUse(
                function="mse_loss",
                samples=tuple(LossSample(step=s, value=0.98, trivial=1.0) for s in range(8)),
            ),
        ),
    ),
)
