"""Images fed as they were read: 0 to 255."""

from justright.doctor.check import Check
from justright.doctor.evidence import Batch, Evidence, Layer, Signal, Weight
from justright.doctor.inputs import first_batches, is_loud
from justright.doctor.suffering import severity, suffers
from justright.kinds import Finding

HIGHEST = 255.0
BRIGHT = 128.0  # greatest value of a batch that fills the range of a byte
FEWEST = 16  # numbers of an example that may be an image


def judge(evidence: Evidence) -> Finding | None:
    """Bytes are all positive and 100 times as large as the layers are built for."""
    for batch in first_batches(evidence):
        if not (looks_raw(batch) and is_loud(evidence, batch)):
            continue
        held_up = suffers(evidence)
        return Finding(
            check=RAW_PIXELS.id,
            severity=severity(evidence),
            sign=f"the inputs of {batch.model} run from {batch.low:.3g} to {batch.high:.3g}, "
            f"mean {batch.mean:.3g}: raw pixels",
            meaning="inputs a hundred times too large drown the first layer's start and make "
            "every step too long",
            remedy="divide by 255 and standardise: x = (x / 255 - mean) / std",
            numbers={"low": batch.low, "high": batch.high, "mean": batch.mean, "std": batch.std},
            confidence=0.9 if held_up else 0.75,
        )
    return None


def looks_raw(batch: Batch) -> bool:
    """Whether a batch fills the range of bytes."""
    numbers = 1
    for length in batch.shape[1:]:
        numbers *= length
    in_range = batch.low >= 0 and BRIGHT < batch.high <= HIGHEST
    return in_range and numbers >= FEWEST and (len(batch.shape) >= 3 or batch.high > 250)


RAW_PIXELS = Check(
    id="raw-pixels",
    fault=5,
    asks="Are images scaled before they reach the network?",
    needs=frozenset({"batches"}),
    measured="Inputs that fill 0 to 255, and a first layer whose output spreads beyond 5 (scaled "
    "inputs give 0.6): a model that scales inside, or normalises first, is well. A note where "
    "the loss came down to a quarter of the best constant's all the same, a stop where nothing "
    "was learnt in 50 steps.",
    judge=judge,
    remedy="Divide by 255 and standardise.",
    confirm="print(x.min(), x.max(), x.mean()) of a batch",
    source="LeCun et al. 1998, Efficient BackProp, 4.3",
    example=Evidence(
        door="check",
        batches=(
            Batch(
                model="CNN", step=0, shape=(32, 1, 28, 28), low=0.0, high=255.0, mean=33.0, std=78.0
            ),
        ),
        layers=(
            Layer(
                name="conv1",
                kind="Conv2d",
                model="CNN",
                calls=1,
                weights=(Weight(name="conv1.weight", shape=(8, 1, 3, 3)),),
            ),
        ),
        signals=(Signal(op="Conv2d", layer="conv1", mean=2.0, std=45.0),),
    ),
)
