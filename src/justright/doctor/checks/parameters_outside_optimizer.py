"""Parameters that the loss depends on and that no optimizer holds."""

from justright.doctor.check import Check
from justright.doctor.evidence import Conduct, Evidence, Layer, Track, Weight
from justright.doctor.fresh import fresh
from justright.doctor.loop import busiest, layers_in_words, weights_of, with_gradient
from justright.doctor.outputs import line_of
from justright.kinds import Finding, Severity

UNREGISTERED = "parameter "  # what the record calls a tensor that no model holds


def judge(evidence: Evidence) -> Finding | None:
    """Layers near the loss are never left out on purpose; untouched random ones hardly ever."""
    conduct, track = evidence.conduct, busiest(evidence)
    if conduct is None or track is None or conduct.steps < 1:
        return None
    known = weights_of(evidence)
    outside = [n for n in conduct.outside if n not in known or not known[n][2].moved]
    if not outside:
        return None
    learning = with_gradient(evidence)
    if not learning:
        return _finding(evidence, track, outside, Severity.STOP, 0.97)
    if not any(name in known for name in learning):
        return None  # an input is optimised through a model that stays as it is
    models = {known[name][1].model for name in outside if name in known}
    inside = [known[name][0] for name in learning if name in known]
    own = [known[n][0] for n in learning if n in known and known[n][1].model in models]
    inside = own or inside  # what another model learnt before tells nothing of this one
    nameless = all(name.startswith(UNREGISTERED) for name in outside)
    untrained = all(fresh(known[name][1]) for name in outside if name in known)
    upstream = all(name in known and known[name][0] < min(inside) for name in outside)
    if nameless:
        return _finding(evidence, track, outside, Severity.WARN, 0.85)
    if upstream:
        grade = (Severity.WARN, 0.8) if untrained else (Severity.NOTE, 0.4)
    else:
        grade = (Severity.STOP, 0.93) if untrained else (Severity.WARN, 0.5)
    return _finding(evidence, track, outside, *grade)


def _finding(
    evidence: Evidence, track: Track, outside: list[str], severity: Severity, confidence: float
) -> Finding:
    learning = with_gradient(evidence)
    where = layers_in_words(evidence, outside)
    sign = f"{len(outside)} parameters that the loss depends on are in no optimizer: {where}"
    remedy = f"build {track.kind} after the model is complete, from all of its parameters"
    if not learning:
        sign += f"; none of the {len(track.gradients)} that {track.kind} holds had a gradient"
        remedy = f"build {track.kind} from the parameters of the very model that is trained"
    elif all(name.startswith(UNREGISTERED) for name in outside):
        sign += ", and no module holds them either"
        remedy = "keep layers in nn.ModuleList or nn.ModuleDict, and hand the parameters of every"
        remedy += " module, the loss among them, to the optimizer"
    elif severity is Severity.NOTE:
        remedy = "where they are to stay as they are, set requires_grad to False: it saves time"
    return Finding(
        check=PARAMETERS_OUTSIDE_OPTIMIZER.id,
        severity=severity,
        sign=sign,
        meaning="these parameters stay as they were at the start",
        remedy=remedy,
        layer=None if outside[0].startswith(UNREGISTERED) else where.split(",")[0].split(" ")[0],
        line=line_of(evidence, track.kind),
        numbers={"outside": float(len(outside)), "with_gradient": float(len(learning))},
        confidence=confidence,
    )


PARAMETERS_OUTSIDE_OPTIMIZER = Check(
    id="parameters-outside-optimizer",
    asks="Does an optimizer hold every parameter that the loss depends on?",
    fault=10,
    needs=frozenset({"conduct", "tracks"}),
    measured="The graph behind the loss is read: its parameters that ask for a gradient and that "
    "no optimizer holds. Stop where no held parameter has a gradient, or where layers between "
    "learning ones or near the loss still are as an initialisation makes them; a note where only "
    "trained layers in front of the learning ones are left out, as feature extraction does.",
    judge=judge,
    remedy="Build the optimizer last, from all parameters of the model that is trained.",
    confirm="print the parameters' names that are in the model and not in optimizer.param_groups",
    source="house convention: what the loss depends on and nobody updates cannot learn",
    example=Evidence(
        door="check",
        conduct=Conduct(steps=100, backwards=100, outside=("fc.weight", "fc.bias")),
        tracks=(
            Track(
                name="optimizer",
                kind="Adam",
                n_steps=100,
                gradients={"conv.weight": (1.0,), "old.weight": (None,)},
                without_gradient=("old.weight",),
            ),
        ),
        layers=(
            Layer(
                name="conv",
                kind="Conv2d",
                in_shape=(8, 3, 9, 9),
                weights=(Weight(name="conv.weight", shape=(8, 3, 3, 3), std=0.2, fan_in=27),),
            ),
            Layer(
                name="fc",
                kind="Linear",
                in_shape=(8, 64),
                weights=(
                    Weight(
                        name="fc.weight",
                        shape=(10, 64),
                        std=0.0722,
                        peak=0.125,
                        fan_in=64,
                        fan_out=64,
                    ),
                    Weight(name="fc.bias", shape=(10,), std=0.07, peak=0.12),
                ),
            ),
        ),
    ),
)
