"""One feature that drowns the others."""

from justright.doctor.check import Check
from justright.doctor.checks.raw_pixels import looks_raw
from justright.doctor.evidence import Batch, Evidence
from justright.doctor.inputs import first_batches, normalises
from justright.doctor.suffering import severity, suffers
from justright.kinds import Finding

UNLIKE = 50.0  # times; a loss surface this stretched takes about as many steps more
LARGE = 5.0  # spread of the largest feature; rare columns of scaled data are small, not large


def judge(evidence: Evidence) -> Finding | None:
    """The largest feature sets the rate that is bearable, and the small ones are not learnt."""
    for batch in first_batches(evidence):
        if batch.n_columns < 2 or normalises(evidence, batch):
            continue
        ratio = batch.largest_column_std / max(batch.smallest_column_std, 1e-30)
        if ratio <= UNLIKE or batch.largest_column_std <= LARGE or looks_raw(batch):
            continue
        held_up = suffers(evidence)
        return Finding(
            check=FEATURES_OF_UNLIKE_SCALE.id,
            severity=severity(evidence),
            sign=f"features of {batch.model} have standard deviations from "
            f"{batch.smallest_column_std:.3g} to {batch.largest_column_std:.3g}",
            meaning="the feature with the largest numbers drowns the others: the network is "
            "nearly blind to them",
            remedy="standardise every column with the training rows' mean and standard deviation "
            "(sklearn's StandardScaler)",
            numbers={
                "largest_std": batch.largest_column_std,
                "smallest_std": batch.smallest_column_std,
            },
            confidence=0.85 if held_up else 0.65,
        )
    return None


FEATURES_OF_UNLIKE_SCALE = Check(
    id="features-of-unlike-scale",
    fault=5,
    asks="Are the features of like scale?",
    needs=frozenset({"batches"}),
    measured="Largest standard deviation of a column over the smallest that moves, beyond 50, "
    "where the largest is beyond 5 (rare columns of scaled data are small, and no fault). A batch "
    "normalisation in front excuses it. A note where the loss came to a quarter of the best "
    "constant's all the same.",
    judge=judge,
    remedy="Standardise every column.",
    confirm="print(x.std(0)) of a batch",
    source="LeCun et al. 1998, Efficient BackProp, 4.3",
    example=Evidence(
        door="check",
        batches=(
            Batch(
                model="MLP", step=0, shape=(32, 13), n_columns=13, mean=70.0, std=220.0,
                low=0.1, high=1600.0, largest_column_std=314.0, smallest_column_std=0.12,
            ),
        ),
    ),
)  # fmt: skip
