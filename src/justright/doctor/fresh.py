"""Whether weights are as an initialisation made them: a layer that nobody has trained before."""

import math

from justright.doctor.evidence import Layer, Weight

SLACK = 0.03  # of the spread, beyond what chance allows: rows of zeros for padding, truncation
DEVIATIONS = 3.0  # standard errors of a spread or a mean that chance is allowed
GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}  # of a recurrent layer, stacked in its matrices
CUSTOMARY = (0.01, 0.02, 1.0)  # spreads of GPT-2, BERT and embeddings, whatever the fan


def fresh(layer: Layer) -> bool:
    """Whether every parameter of a layer looks as the usual initialisations make it.

    Training moves spreads, means and biases away from these values, so trained weights pass on
    very few layers, and not on all parameters of several.

    Args:
        layer: The layer, with its parameters as they were when first seen.

    Example:
        >>> weight = Weight(name="w", shape=(64, 64), std=0.0722, fan_in=64, fan_out=64)
        >>> fresh(Layer(name="fc", kind="Linear", weights=(weight,)))
        True
    """
    fans = [weight.fan_in for weight in layer.weights if weight.fan_in]
    return bool(layer.weights) and all(
        _matrix(weight, layer.kind)
        if len(weight.shape) > 1
        else _vector(weight, layer.kind, max(fans, default=0))
        for weight in layer.weights
    )


def _matrix(weight: Weight, kind: str) -> bool:
    if weight.std == 0:
        return True
    into, out = max(1, weight.fan_in), max(1, weight.fan_out)
    spreads = (
        *CUSTOMARY,
        1 / math.sqrt(3 * into),  # torch's default
        1 / math.sqrt(into),  # LeCun
        math.sqrt(2 / into),  # He
        math.sqrt(2 / out),
        math.sqrt(2 / (into + out)),  # Glorot
        1 / math.sqrt(max(into, out)),  # orthogonal
        *_by_gates(kind, out),
    )
    n = math.prod(weight.shape)
    chance = SLACK + DEVIATIONS / math.sqrt(2 * n)
    centred = abs(weight.mean) <= DEVIATIONS * weight.std / math.sqrt(n)
    return centred and any(abs(weight.std / spread - 1) <= chance for spread in spreads)


def _by_gates(kind: str, out: int) -> tuple[float, ...]:
    """Torch's default of a recurrent layer, by its hidden size."""
    gates = next((n for name, n in GATES.items() if kind.startswith(name)), 0)
    return (1 / math.sqrt(3 * max(1, out // gates)),) if gates else ()


def _vector(weight: Weight, kind: str, fan_in: int) -> bool:
    """A bias: one constant, or torch's default, uniform by the fan of its matrix."""
    if weight.std == 0 or not fan_in:
        return weight.std == 0
    n = math.prod(weight.shape)
    spreads = _by_gates(kind, n) or (1 / math.sqrt(3 * fan_in),)
    chance = SLACK + DEVIATIONS / math.sqrt(2 * n)
    return any(abs(weight.std / spread - 1) <= chance for spread in spreads)
