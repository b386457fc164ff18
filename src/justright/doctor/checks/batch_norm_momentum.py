"""Running statistics that stand still, or that forget all but the last batch."""

from justright.doctor.check import Check
from justright.doctor.evidence import Conduct, Evidence, Layer, Track, Weight
from justright.doctor.loop import listed
from justright.doctor.modes import is_batch_norm, learning_layers
from justright.doctor.outputs import line_of
from justright.kinds import Finding, Severity

MOST = 0.5  # of the last batch in the statistics; torch's own is 0.1, Keras writes 0.99 for 0.01


def judge(evidence: Evidence) -> Finding | None:
    """In torch, momentum is the share of the new batch; elsewhere that of the old average."""
    conduct = evidence.conduct
    if conduct is None or not conduct.judged_in_eval_mode or not conduct.stepped_in_training_mode:
        return None
    found: list[tuple[Layer, float]] = []
    for layer in learning_layers(evidence):
        momentum = layer.options.get("momentum")
        if is_batch_norm(layer) and isinstance(momentum, (int, float)):
            found += [(layer, float(momentum))] if momentum == 0 or momentum > MOST else []
    if not found:
        return None
    momentum = found[0][1]
    still = momentum == 0
    return Finding(
        check=BATCH_NORM_MOMENTUM.id,
        severity=Severity.WARN,
        sign=f"{listed([layer.name for layer, _ in found])}: momentum={momentum:g}",
        meaning="running statistics never move from 0 and 1, and eval mode goes by them"
        if still
        else "running statistics follow the last batch alone, and eval mode goes by them",
        remedy="leave momentum at 0.1: in torch it is the share of the new batch"
        if still
        else f"momentum={1 - momentum:.2g}: in torch it is the share of the new batch",
        layer=found[0][0].name,
        line=line_of(evidence, found[0][0].kind),
        numbers={"momentum": momentum},
        confidence=0.8 if still else 0.65,
    )


BATCH_NORM_MOMENTUM = Check(
    id="batch-norm-momentum",
    asks="Do the running statistics of batch norm follow the data?",
    fault=12,
    needs=frozenset({"conduct", "layers"}),
    measured="The momentum that batch norm layers of learning models were built with, where the "
    "model is also used in eval mode. Alarm at 0, where nothing is kept, and above one half, "
    "where the last batch outweighs all others.",
    judge=judge,
    remedy="Leave momentum at 0.1, or take 0.01 for what other libraries call 0.99.",
    confirm="print running_mean after each batch",
    source="PyTorch documentation of BatchNorm1d, note on momentum",
    example=Evidence(
        door="check",
        conduct=Conduct(steps=100, stepped_in_training_mode=100, judged_in_eval_mode=5),
        tracks=(
            Track(name="optimizer", kind="Adam", n_steps=100, gradients={"bn.weight": (1.0,)}),
        ),
        layers=(
            Layer(
                name="bn",
                kind="BatchNorm1d",
                in_shape=(8, 4),
                weights=(Weight(name="bn.weight", shape=(4,)),),
                options={"momentum": 0.99, "track_running_stats": 1.0},
            ),
        ),
    ),
)
