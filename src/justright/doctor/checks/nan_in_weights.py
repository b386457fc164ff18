"""Weights that are not finite before the first step."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Layer, Weight
from justright.kinds import Finding, Severity


def judge(evidence: Evidence) -> Finding | None:
    """Memory that was never written, or a checkpoint of a run that broke."""
    for layer in evidence.layers:
        for weight in layer.weights:
            if weight.finite or not layer.calls:
                continue
            return Finding(
                check=NAN_IN_WEIGHTS.id,
                severity=Severity.STOP,
                sign=f"{weight.name} {weight.shape} holds nan or infinity before the first step",
                meaning="the weights are broken from the start: every output is nan",
                remedy="initialise it (torch.empty holds whatever was in memory), or load a "
                "checkpoint from before the loss broke",
                layer=layer.name,
                confidence=0.98,
            )
    return None


NAN_IN_WEIGHTS = Check(
    id="nan-in-weights",
    fault=6,
    asks="Are all weights finite at the start?",
    needs=frozenset({"layers"}),
    measured="The values of each parameter of a layer that is called, before the first pass.",
    judge=judge,
    remedy="Initialise every parameter.",
    confirm="print([n for n, p in model.named_parameters() if not p.isfinite().all()])",
    source="PyTorch, torch.empty: 'filled with uninitialized data'",
    example=Evidence(
        door="check",
        layers=(
            Layer(
                name="scale",
                kind="Scale",
                calls=1,
                weights=(Weight(name="scale.gain", shape=(8,), finite=False),),
            ),
        ),
    ),
)
