"""A backward pass that reaches nothing that is trained."""

from justright.doctor.check import Check
from justright.doctor.evidence import Conduct, Evidence, Track
from justright.doctor.loop import cycle_share, wiped, with_gradient
from justright.doctor.outputs import line_of
from justright.kinds import Finding, Severity

MOST_WIPED = 0.5  # of the steps: beyond it zero_grad stands in the wrong place, another fault


def judge(evidence: Evidence) -> Finding | None:
    """Backward ran, the optimizer stepped, and no parameter had a gradient at any time."""
    conduct = evidence.conduct
    looked = [track for track in evidence.tracks if track.sampled and track.gradients]
    if conduct is None or not looked or not conduct.backwards or conduct.outside:
        return None
    if with_gradient(evidence) or cycle_share(evidence, wiped) >= MOST_WIPED:
        return None
    held = sum(len(track.gradients) for track in looked)
    cause = ", as the loss has no history" if conduct.detached else ""
    return Finding(
        check=LOSS_WITHOUT_GRAPH.id,
        severity=Severity.STOP,
        sign=f"after {conduct.backwards} backward passes none of the {held} parameters in the "
        f"optimizer has ever had a gradient{cause}",
        meaning="the loss does not depend on the parameters any more: nothing is learnt",
        remedy="compute the loss from the model's output itself: without .item(), .detach(), "
        ".data, .numpy(), argmax, torch.tensor(loss) or requires_grad_() in between",
        line=line_of(evidence, "requires_grad_", "detach", "backward"),
        numbers={"backwards": float(conduct.backwards), "parameters": float(held)},
        confidence=0.97 if conduct.detached else 0.9,
    )


LOSS_WITHOUT_GRAPH = Check(
    id="loss-without-graph",
    asks="Does the loss depend on the parameters?",
    fault=10,
    needs=frozenset({"conduct", "tracks"}),
    measured="Backward passes ran and optimizers stepped, and at no sampled step had any of their "
    "parameters a gradient; a loss that is a leaf itself is told. Gradients that zero_grad took "
    "away before the step, and optimizers of another model, are other faults.",
    judge=judge,
    remedy="Compute the loss from the model's output by differentiable operations.",
    confirm="print loss.grad_fn, and .grad of the first parameter after backward",
    source="PyTorch documentation, autograd mechanics: only recorded operations have gradients",
    example=Evidence(
        door="check",
        conduct=Conduct(steps=50, backwards=50, detached=True, cycles={"ZFBS": 50}),
        tracks=(
            Track(
                name="optimizer",
                kind="SGD",
                n_steps=50,
                sampled=(0, 1, 2),
                gradients={"fc.weight": (None,) * 3},
                without_gradient=("fc.weight",),
            ),
        ),
    ),
)
