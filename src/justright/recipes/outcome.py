"""What a training came to: its networks as a predictor, calibrated, and what went wrong."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from justright.doctor.checks.rate_too_high import RATE_TOO_HIGH
from justright.doctor.checks.rate_too_low import RATE_TOO_LOW
from justright.doctor.member import member_findings
from justright.kinds import Finding
from justright.nets.family import Spec
from justright.recipes.encoded import Encoded
from justright.recipes.ground import Ground
from justright.recipes.predictor import Predictor, Squad
from justright.train.population import Outcome

#: By what the learning rate is multiplied, by the check that found it wrong.
MEND = {RATE_TOO_HIGH.id: 1 / 3, RATE_TOO_LOW.id: 3.0}


def predictor_of(ground: Ground, spec: Spec, encoded: Encoded, outcome: Outcome) -> Predictor:
    """The members that came to a finite loss."""
    squad = Squad.of(spec, outcome, range(len(outcome.scores)))
    if squad is None:
        raise ValueError("training hands back a member of finite loss, or an error")
    return Predictor(
        task=ground.schema.task,
        squads=(squad,),
        encoders=encoded.encoders,
        scale=encoded.scale,
        output=ground.design.word("output_activation"),
    )


def calibrated(
    ground: Ground, encoded: Encoded, predictor: Predictor
) -> tuple[Predictor, NDArray[np.float64]]:
    """The predictor with calibrated probabilities, and its out-of-fold outputs."""
    mean = predictor.out_of_fold(encoded.data.x, encoded.full_views)
    if ground.schema.task.is_classification:
        known = np.isfinite(mean).all(1)
        weights = ground.weights
        predictor = predictor.calibrated(
            mean[known],
            encoded.targets[known].astype(np.int64),
            None if weights is None else weights[known],
        )
    return predictor, mean


def training_findings(outcome: Outcome) -> tuple[tuple[Finding, ...], ...]:
    """What the trace of each member shows, with the option that mends it."""
    return tuple(
        tuple(
            replace(finding, remedy=f"--set learning_rate={rate:.2g}")
            if (rate := trace.learning_rate * MEND.get(finding.check, 0.0))
            else finding
            for finding in member_findings(trace)
        )
        for trace in outcome.traces
    )
