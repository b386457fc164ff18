"""What preflight records of a network in good health, to be made ill one figure at a time."""

import dataclasses

from justright.doctor.evidence import Evidence, Start

#: Two classes: a constant prediction loses ln 2.
HEALTHY = Start(
    first_loss=0.70,
    trivial_loss=0.69,
    n_rows=256,
    n_layers=3,
    output_spread=0.1,
    spreads={"hidden.0.linear": 1.0, "hidden.1.linear": 1.2},
    real_losses=(0.70, 0.40, 0.01),
    zero_losses=(0.70, 0.69, 0.68),
    small_trivial_loss=0.69,
)


def evidence(**changes):
    return Evidence(door="preflight", start=dataclasses.replace(HEALTHY, **changes))
