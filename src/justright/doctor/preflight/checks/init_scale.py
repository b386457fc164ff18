"""The spread of the activations through the depth of the untrained network."""

import math

from justright.doctor.check import Check
from justright.doctor.preflight.evidence import Evidence
from justright.kinds import Finding, Severity

DOUBT = 10.0  # times: spread of a layer over that of the first, or the inverse
SICK = 1000.0  # times; a signal this faint or loud is lost in 24 bits within a few layers


def judge(evidence: Evidence) -> Finding | None:
    """A signal that fades or swells layer by layer leaves the far layers without gradient."""
    # Not a number is no size; the first loss tells of it.
    spreads = {name: s for name, s in evidence.spreads.items() if not math.isnan(s)}
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
    judge=judge,
    source="Glorot and Bengio 2010; He et al. 2015, arXiv:1502.01852",
)
