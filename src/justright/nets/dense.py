"""What one dense network is made of: its parameters and its statistics."""

from math import sqrt

from justright.nets.slots import Slot
from justright.nets.spec import MAX_BINS, N_FREQUENCIES, DenseSpec


def parameter_slots(spec: DenseSpec) -> tuple[Slot, ...]:
    """The trained parameters of one member, first layer first."""
    slots = list(_number_slots(spec))
    for i, (levels, size) in enumerate(zip(spec.cardinalities, spec.embedding_sizes, strict=True)):
        slots.append(Slot(name=f"category.{i}.table", shape=(levels, size)))
    if spec.input_scaling:
        slots.append(Slot(name="input.scale", shape=(spec.n_first,), decays=True, role="scaling"))
    for i, (_, fan_out) in enumerate(spec.fans[:-1]):
        slots += _linear_slots(spec, f"hidden.{i}", i, bias=spec.hidden_bias)
        if spec.normalisation != "none":
            slots.append(Slot(name=f"norm.{i}.gain", shape=(fan_out,)))
            slots.append(Slot(name=f"norm.{i}.bias", shape=(fan_out,)))
        if spec.activation == "prelu":
            slots.append(Slot(name=f"activation.{i}.slope", shape=(1,)))
        if spec.activation_blend:
            name = f"activation.{i}.blend"
            slots.append(Slot(name=name, shape=(fan_out,), decays=True, role="blend"))
    slots += _linear_slots(spec, "output", spec.depth)
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


def _linear_slots(spec: DenseSpec, layer: str, i: int, *, bias: bool = True) -> list[Slot]:
    """Weight and bias of the i-th linear layer."""
    fan_in, fan_out = spec.fans[i]
    factor = 1 / sqrt(fan_in) if spec.parametrisation == "ntk" else 1.0
    weight = Slot(name=f"{layer}.weight", shape=(fan_in, fan_out), decays=True, fan_factor=factor)
    return [weight, Slot(name=f"{layer}.bias", shape=(fan_out,), role="bias")] if bias else [weight]


def _number_slots(spec: DenseSpec) -> list[Slot]:
    if not spec.embeds_numbers:
        return []
    n, size = spec.n_numeric, spec.embedding_size
    if spec.numeric_embedding == "periodic":
        return [
            _number_slot("frequency", (n, N_FREQUENCIES)),
            _number_slot("phase", (n, N_FREQUENCIES)),
            _number_slot("weight", (n, N_FREQUENCIES, size - 1), decays=True),
            _number_slot("bias", (n, size - 1)),
        ]
    return [
        _number_slot("weight", (n, MAX_BINS, size), decays=True),
        _number_slot("linear", (n, size), decays=True),
        _number_slot("bias", (n, size)),
    ]


def _number_slot(part: str, shape: tuple[int, ...], *, decays: bool = False) -> Slot:
    return Slot(name=f"numbers.{part}", shape=shape, decays=decays, role="embedding")
