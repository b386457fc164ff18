"""Real and generated samples in one batch of a normalised discriminator."""

from dataclasses import replace

from justright.doctor.check import Check
from justright.doctor.checks.gan_one_sided import GAN_ONE_SIDED
from justright.doctor.course import first_graphs
from justright.doctor.evidence import Batch, Evidence, Graph, Layer, Op, Weight
from justright.doctor.game import Game, game
from justright.doctor.wiring import is_linear
from justright.kinds import Finding, Severity

LIKELY = 0.65


def judge(evidence: Evidence) -> Finding | None:
    """Batch statistics over both kinds tell the discriminator what it should find out."""
    own = game(evidence)
    if own is None:
        return None
    mine = [
        layer
        for layer in evidence.layers
        if any(weight.name in own.critic.gradients for weight in layer.weights)
    ]
    norm = next((layer for layer in mine if layer.kind.startswith("BatchNorm")), None)
    if norm is None or not _twice(evidence, mine) or not _once(evidence, own):
        return None
    return Finding(
        check=GAN_MIXED_NORM.id,
        severity=Severity.WARN,
        layer=norm.name,
        sign=f"the discriminator learns from batches twice as long as those the generator learns "
        f"from, and {norm.name} is {norm.kind}",
        meaning="real and generated samples share one set of batch statistics, which gives them "
        "away and differs from what the generator's step sees",
        remedy="call the discriminator once with the real batch and once with the generated one, "
        "and add the two losses",
        confidence=LIKELY,
    )


def _twice(evidence: Evidence, mine: list[Layer]) -> bool:
    """Whether the discriminator sees batches of two sizes, one twice the other."""
    models = {layer.model for layer in mine}
    sizes = {b.shape[0] for b in evidence.batches if b.model in models and b.shape}
    others = {b.shape[0] for b in evidence.batches if b.model not in models and b.shape}
    return any(2 * size in sizes and size in others for size in sizes)


def _once(evidence: Evidence, own: Game) -> bool:
    """Whether a pass of its own step goes through its first layer once."""
    for graph in first_graphs(evidence):
        ops = [op for op in graph.ops if is_linear(op)]
        if ops and all(op.weights[-1] in own.critic.gradients for op in ops):
            return sum(op.weights == ops[-1].weights for op in ops) == 1
    return False


GAN_MIXED_NORM = Check(
    id="gan-mixed-norm",
    asks="Does the discriminator normalise real and generated samples apart?",
    fault=28,
    needs=frozenset({"tracks", "graphs", "layers", "batches"}),
    measured="A discriminator with batch normalisation that takes one pass over batches of twice "
    "the length of the generator's.",
    judge=judge,
    remedy="Give the discriminator one batch of each kind.",
    confirm="call the discriminator on the two halves apart and compare its loss",
    source="Radford et al. 2016, arXiv:1511.06434; Chintala 2016, How to train a GAN, tip 4",
    example=Evidence(
        door="check",
        graphs=(
            *GAN_ONE_SIDED.example.graphs,
            Graph(ops=(GAN_ONE_SIDED.example.graphs[0].ops[1],) + (Op(name="AccumulateGrad"),) * 2),
        ),
        tracks=(
            GAN_ONE_SIDED.example.tracks[0],
            replace(
                GAN_ONE_SIDED.example.tracks[1],
                gradients={"d.weight": (1.0,), "norm.weight": (1.0,)},
            ),
        ),
        layers=(
            Layer(
                name="norm",
                kind="BatchNorm1d",
                model="D",
                weights=(Weight(name="norm.weight", shape=(8,)),),
            ),
        ),
        batches=tuple(
            Batch(model=model, step=0, shape=(size, 2))
            for model, size in (("D", 64), ("D", 32), ("G", 32))
        ),
    ),
)
