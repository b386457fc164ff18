"""The spread of the activations through the depth of the untrained network."""

import math

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Start
from justright.kinds import Finding, Severity

DOUBT = 10.0  # times: spread of a layer over that of the first, or the inverse
SICK = 1000.0  # times; a signal this faint or loud is lost in 24 bits within a few layers


def judge(evidence: Evidence) -> Finding | None:
    """A signal that fades or swells layer by layer leaves the far layers without gradient."""
    start = evidence.start
    if start is None:
        return None
    # Not a number is no size; the first loss tells of it.
    spreads = {name: s for name, s in start.spreads.items() if not math.isnan(s)}
    if len(spreads) < 2:
        return None
    (_, first), *later = spreads.items()
    ratios = {name: spread / max(first, 1e-30) for name, spread in later}
    layer, ratio = max(ratios.items(), key=lambda item: max(item[1], 1 / max(item[1], 1e-30)))
    strength = max(ratio, 1 / max(ratio, 1e-30))
    if strength <= DOUBT:
        return None
    fades = ratio < 1
    return Finding(
        check=INIT_SCALE.id,
        severity=Severity.STOP if strength > SICK else Severity.WARN,
        layer=layer,
        sign=f"pre-activations of {layer} are {strength:.3g} times "
        f"{'smaller' if fades else 'larger'} than those of the first layer",
        meaning="the signal fades with depth" if fades else "the signal swells with depth",
        remedy="pair the init with the activation (He for ReLU, LeCun for SELU, Glorot for tanh),"
        " add normalisation, or use fewer layers",
        numbers={"ratio": ratio},
    )


INIT_SCALE = Check(
    id="init-scale",
    asks="Does the signal keep its size through the depth?",
    fault=17,
    needs=frozenset({"start"}),
    measured="Standard deviation of each hidden linear layer's output in the untrained "
    "network, over that of the first. Alarm beyond 10 times up or down, stop beyond "
    "1,000 times: then the signal is lost in 24 bits within a few layers.",
    judge=judge,
    remedy="Pair the init with the activation (He for ReLU, LeCun for SELU, Glorot for tanh), "
    "add normalisation, or use fewer layers.",
    confirm="print the standard deviation of every layer's output before the first step",
    source="Glorot and Bengio 2010; He et al. 2015, arXiv:1502.01852",
    example=Evidence(
        door="preflight",
        start=Start(
            first_loss=0.7,
            trivial_loss=0.69,
            n_rows=256,
            n_layers=3,
            output_spread=0.1,
            spreads={"fc1": 1.0, "fc2": 0.02},
        ),
    ),
)
