"""Dropout of single pixels behind a convolution."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Layer, Track, Weight
from justright.doctor.loop import listed
from justright.doctor.modes import drop_share, learning_layers
from justright.doctor.outputs import line_of
from justright.doctor.suffering import suffers
from justright.kinds import Finding, Severity

MUCH = 0.5  # of the values (house convention)


def judge(evidence: Evidence) -> Finding | None:
    """Neighbouring pixels tell each other's values: dropping them one by one is mostly noise."""
    last: Layer | None = None
    found: list[Layer] = []
    for layer in learning_layers(evidence):
        if layer.weights and not layer.kind.startswith(("BatchNorm", "GroupNorm")):
            last = layer
        maps = len(layer.in_shape) == 4 and min(layer.in_shape[2:]) > 1
        conv = last is not None and last.kind.startswith("Conv")
        if layer.kind == "Dropout" and drop_share(layer) > 0 and maps and conv:
            found.append(layer)
    if not found:
        return None
    p = max(map(drop_share, found))
    grave = p >= MUCH and suffers(evidence) is True
    return Finding(
        check=DROPOUT_ON_CONVOLUTION.id,
        severity=Severity.WARN if grave else Severity.NOTE,
        sign=f"{listed([f'{one.name} (p={drop_share(one):g})' for one in found])} drops single "
        f"pixels of maps {found[0].in_shape[1:]}",
        meaning="neighbours give a dropped pixel away: it regularises little and adds noise",
        remedy="Dropout2d, which drops whole channels, with a p of 0.1 or 0.2; or none before the "
        "linear layers",
        layer=found[0].name,
        line=line_of(evidence, "Dropout"),
        numbers={"p": p},
        confidence=0.5 if grave else 0.25,
    )


DROPOUT_ON_CONVOLUTION = Check(
    id="dropout-on-convolution",
    asks="Is dropout behind convolutions of whole channels?",
    fault=24,
    needs=frozenset({"layers"}),
    measured="nn.Dropout on maps of more than one pixel behind a convolution. A note, as it does "
    "little harm; an alarm from p of one half where the training loss stays high.",
    judge=judge,
    remedy="Dropout2d in the place of Dropout, or none.",
    confirm="train for a few epochs without it and compare the training losses",
    source="Tompson et al. 2015, arXiv:1411.4280: spatial dropout",
    example=Evidence(
        door="check",
        tracks=(Track(name="optimizer", kind="Adam", n_steps=300, gradients={"c.weight": (1.0,)}),),
        layers=(
            Layer(
                name="c",
                kind="Conv2d",
                in_shape=(8, 3, 9, 9),
                weights=(Weight(name="c.weight", shape=(4, 3, 3, 3)),),
            ),
            Layer(name="drop", kind="Dropout", in_shape=(8, 4, 7, 7), options={"p": 0.5}),
        ),
    ),
)
