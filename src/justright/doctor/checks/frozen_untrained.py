"""Frozen layers that nobody has trained before."""

from justright.doctor.check import Check
from justright.doctor.evidence import Conduct, Evidence, Layer, LossSample, LossUse, Track, Weight
from justright.doctor.fresh import fresh
from justright.doctor.loop import listed, numbers_of, weights_of, with_gradient
from justright.doctor.outputs import line_of
from justright.doctor.suffering import suffers
from justright.kinds import Finding, Severity

MOST = 0.5  # of the numbers: then what is frozen is most of the network (house convention)


def judge(evidence: Evidence) -> Finding | None:
    """Random layers can stay random where the network learns well all the same."""
    conduct, known = evidence.conduct, weights_of(evidence)
    learning = with_gradient(evidence)
    places = [known[name][0] for name in learning if name in known]
    if conduct is None or not places:
        return None
    frozen = {
        known[name][1].name: known[name]
        for name in conduct.frozen
        if name in known and len(known[name][2].shape) > 1 and name not in learning
    }
    random = [
        (place, layer, weight)
        for place, layer, weight in frozen.values()
        if layer.in_shape and weight.std > 0 and not weight.moved and fresh(layer)
    ]
    if not random or len(random) < len(frozen) or suffers(evidence) is not True:
        return None
    size = sum(numbers_of(weight) for _, _, weight in random)
    whole = size + sum(numbers_of(known[name][2]) for name in learning if name in known)
    behind = max(place for place, _, _ in random) > max(places)
    if not behind and size < MOST * whole:
        return None
    names = [layer.name for _, layer, _ in random]
    return Finding(
        check=FROZEN_UNTRAINED.id,
        severity=Severity.WARN,
        sign=f"{listed(names)} ask for no gradient ({size / whole:.0%} of the numbers), and hold "
        "what an initialisation puts there; the training loss stays high",
        meaning="random layers are frozen: the others must do with what these make of the input",
        remedy="load trained weights into them, or let them learn: requires_grad_(True), and hand "
        "them to the optimizer",
        layer=names[0],
        line=line_of(evidence, "requires_grad_", "requires_grad"),
        numbers={"frozen_share": size / whole},
        confidence=0.6,
    )


FROZEN_UNTRAINED = Check(
    id="frozen-untrained",
    asks="Have the frozen layers been trained before?",
    fault=10,
    needs=frozenset({"conduct", "tracks", "layers"}),
    measured="Layers without requires_grad, in models that learn, whose weights all are as an "
    "initialisation makes them. Only where the late training loss is above a quarter of that of "
    "the best constant, and where they are more than half of the numbers or behind all others.",
    judge=judge,
    remedy="Load trained weights, or let the layers learn.",
    confirm="unfreeze them for a short run and compare the losses",
    source="Yosinski et al. 2014, arXiv:1411.1792: frozen random layers cost accuracy with depth",
    example=Evidence(
        door="check",
        conduct=Conduct(steps=99, backwards=99, frozen=("body.weight",)),
        tracks=(
            Track(name="optimizer", kind="SGD", n_steps=99, gradients={"head.weight": (1.0,)}),
        ),
        layers=(
            Layer(
                name="body",
                kind="Linear",
                in_shape=(8, 64),
                weights=(
                    Weight(
                        name="body.weight",
                        shape=(64, 64),
                        std=0.0722,
                        peak=0.125,
                        fan_in=64,
                        fan_out=64,
                    ),
                ),
            ),
            Layer(
                name="head",
                kind="Linear",
                in_shape=(8, 64),
                weights=(
                    Weight(
                        name="head.weight",
                        shape=(2, 64),
                        std=0.0722,
                        peak=0.125,
                        fan_in=64,
                        fan_out=64,
                    ),
                ),
            ),
        ),
        losses=(
            LossUse(
                function="cross_entropy",
                samples=tuple(LossSample(step=s, value=0.6, trivial=0.69) for s in range(8)),
            ),
        ),
    ),
)
