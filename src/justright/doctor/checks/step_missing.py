"""Backward passes without a step, and steps without a backward pass."""

from justright.doctor.check import Check
from justright.doctor.evidence import Conduct, Evidence, Layer, Weight
from justright.doctor.loop import with_gradient
from justright.doctor.outputs import line_of
from justright.kinds import Finding, Severity

FEW = 2  # backward passes in a script that came to its end
MANY = 50  # in one that was stopped: no accumulation is that long, as a rule (house convention)
BY_HAND = 20  # backward passes of a script that makes no optimizer: explanations need fewer


def judge(evidence: Evidence) -> Finding | None:
    """What backward computes and nobody uses, or what is stepped on and never computed."""
    conduct = evidence.conduct
    if conduct is None or evidence.failure is not None:
        return None
    moved = any(weight.moved for layer in evidence.layers for weight in layer.weights)
    kinds = {track.kind for track in evidence.tracks}
    if conduct.steps and not conduct.backwards and not with_gradient(evidence) and not moved:
        return _finding(
            evidence, f"{conduct.steps} steps were made and backward() was never called",
            "call loss.backward() before optimizer.step()", 0.95,
        )  # fmt: skip
    if moved or conduct.learned_in_training_mode == 0:
        return None
    if not conduct.steps and conduct.optimizers:
        enough = FEW if conduct.stopped in ("end", "exit") else MANY
        if conduct.backwards >= enough:
            return _finding(
                evidence, f"{conduct.backwards} backward passes and not one optimizer.step()",
                "call optimizer.step() after loss.backward()", 0.97,
            )  # fmt: skip
    if kinds == {"by hand"} and conduct.backwards >= BY_HAND and evidence.layers:
        return _finding(
            evidence,
            f"{conduct.backwards} backward passes, no optimizer, and every parameter is as it was",
            "make an optimizer from model.parameters() and call its step() after loss.backward()",
            0.8,
        )
    return None


def _finding(evidence: Evidence, sign: str, remedy: str, confidence: float) -> Finding:
    conduct = evidence.conduct
    return Finding(
        check=STEP_MISSING.id,
        severity=Severity.STOP,
        sign=sign,
        meaning="no parameter is ever changed: nothing is learnt",
        remedy=remedy,
        line=line_of(evidence, "backward") or line_of(evidence, "step"),
        numbers={
            "backwards": float(conduct.backwards if conduct else 0),
            "steps": float(conduct.steps if conduct else 0),
        },
        confidence=confidence,
    )


STEP_MISSING = Check(
    id="step-missing",
    asks="Does a step follow the backward passes, and a backward pass come before the steps?",
    fault=11,
    needs=frozenset({"conduct"}),
    measured="Backward passes of a model in training mode and optimizer steps are counted, and "
    "the parameters compared with what they were at first. Two passes are enough where the script "
    "came to its end, 50 where it was stopped, as accumulation may be long.",
    judge=judge,
    remedy="loss.backward(), then optimizer.step(), for every batch.",
    confirm="compare one weight before and after an epoch",
    source="PyTorch documentation, optimizing model parameters",
    example=Evidence(
        door="check",
        conduct=Conduct(backwards=200, optimizers=1, learned_in_training_mode=200),
        layers=(
            Layer(
                name="fc",
                kind="Linear",
                weights=(Weight(name="fc.weight", shape=(2, 2), moved=False),),
            ),
        ),
    ),
)
