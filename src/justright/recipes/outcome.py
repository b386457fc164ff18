"""What a training came to: its networks as a predictor, calibrated, and what went wrong."""

import numpy as np
from numpy.typing import NDArray

from justright.kinds import Finding, Severity
from justright.nets.family import Spec
from justright.recipes.encoded import Encoded
from justright.recipes.ground import Ground
from justright.recipes.predictor import Predictor, Squad
from justright.train.population import Outcome


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


def training_findings(outcome: Outcome) -> tuple[Finding, ...]:
    """What the traces of the members show."""
    return tuple(
        Finding(
            check="diverged",
            severity=Severity.WARN,
            sign=f"the network of seed {trace.seed} diverged at step {trace.steps[-1]:,}",
            meaning=f"learning rate {trace.learning_rate:g} is too high for it; it is left out",
            remedy=f"--set learning_rate={trace.learning_rate / 3:.2g}",
            numbers={"learning_rate": trace.learning_rate},
        )
        for trace in outcome.traces
        if trace.stopped == "diverged"
    )
