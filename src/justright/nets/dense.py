"""What one dense network is made of: its parameters and its statistics."""

from justright.nets.slots import Slot
from justright.nets.spec import MAX_BINS, N_FREQUENCIES, DenseSpec


def parameter_slots(spec: DenseSpec) -> tuple[Slot, ...]:
    """The trained parameters of one member, first layer first."""
    slots = list(_number_slots(spec))
    for i, (levels, size) in enumerate(zip(spec.cardinalities, spec.embedding_sizes, strict=True)):
        slots.append(Slot(name=f"category.{i}.table", shape=(levels, size)))
    for i, (fan_in, fan_out) in enumerate(spec.fans[:-1]):
        slots += _linear_slots(f"hidden.{i}", fan_in, fan_out, bias=spec.hidden_bias)
        if spec.normalisation != "none":
            slots.append(Slot(name=f"norm.{i}.gain", shape=(fan_out,)))
            slots.append(Slot(name=f"norm.{i}.bias", shape=(fan_out,)))
        if spec.activation == "prelu":
            slots.append(Slot(name=f"activation.{i}.slope", shape=(1,)))
    slots += _linear_slots("output", *spec.fans[-1])
    return tuple(slots)


def statistic_slots(spec: DenseSpec) -> tuple[Slot, ...]:
    """What is kept but not trained: batch-norm statistics, bin edges."""
    slots = []
    if spec.embeds_numbers and spec.numeric_embedding == "piecewise_linear":
        slots.append(Slot(name="numbers.edges", shape=(spec.n_numeric, MAX_BINS + 1)))
    if spec.normalisation == "batch":
        for i, width in enumerate(spec.widths):
            slots.append(Slot(name=f"norm.{i}.mean", shape=(width,)))
            slots.append(Slot(name=f"norm.{i}.variance", shape=(width,)))
    return tuple(slots)


def _linear_slots(layer: str, fan_in: int, fan_out: int, *, bias: bool = True) -> list[Slot]:
    weight = Slot(name=f"{layer}.weight", shape=(fan_in, fan_out), decays=True)
    return [weight, Slot(name=f"{layer}.bias", shape=(fan_out,))] if bias else [weight]


def _number_slots(spec: DenseSpec) -> list[Slot]:
    if not spec.embeds_numbers:
        return []
    n, size = spec.n_numeric, spec.embedding_size
    if spec.numeric_embedding == "periodic":
        return [
            Slot(name="numbers.frequency", shape=(n, N_FREQUENCIES)),
            Slot(name="numbers.phase", shape=(n, N_FREQUENCIES)),
            Slot(name="numbers.weight", shape=(n, N_FREQUENCIES, size - 1), decays=True),
            Slot(name="numbers.bias", shape=(n, size - 1)),
        ]
    return [
        Slot(name="numbers.weight", shape=(n, MAX_BINS, size), decays=True),
        Slot(name="numbers.linear", shape=(n, size), decays=True),
        Slot(name="numbers.bias", shape=(n, size)),
    ]
