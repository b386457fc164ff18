"""Made-up learning-rate ramps: a full one, and every way to lack something."""

import math
from dataclasses import replace

from justright.kinds import Ramp


def made(n: int = 141, *, lost: int = 6) -> Ramp:
    rates = tuple(10 ** (-6 + 7 * i / (n - 1)) for i in range(n))
    smooth = [1 - 0.6 / (1 + (3e-3 / r) ** 2) + (40 * r if r > 0.3 else 0) for r in rates]
    losses = [v + 0.05 * math.sin(40 * i) for i, v in enumerate(smooth)]
    kept = n - lost
    return Ramp(
        rates=rates, losses=(*losses[:kept], *[None] * lost),
        smoothed=(*smooth[:kept], *[None] * lost), n_steps=n, start_loss=1.0,
        suggestions={"valley": 0.0091, "steepest": 0.003, "half_diverging": 0.16,
                     "tenth_of_minimum": 0.0234},
        diverges_at=0.32, chosen=0.0091, reason="the middle of the valley",
        cautions=("The ramp passed over the rows 3.5 times: <later> losses are lower.",),
    )  # fmt: skip


def bare() -> Ramp:
    return replace(
        made(3, lost=3), suggestions={}, diverges_at=None, start_loss=math.nan, cautions=()
    )


RAMPS = {
    "full": made(),
    "nothing finite": bare(),
    "long": made(5_000),
    "no steps": replace(bare(), rates=(), losses=(), smoothed=(), n_steps=0),
    "level": replace(made(2, lost=0), losses=(1.0, 1.0), smoothed=(1.0, 1.0)),
    "chosen outside the range": replace(made(), chosen=1e-9),
}
