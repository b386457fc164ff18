"""Whether weights are as an initialisation made them: a layer that nobody has trained before."""

import math

from justright.doctor.evidence import Layer, Weight

NEAR = 8.0  # numbers' worth below the bound: the greatest of n uniform ones lies within, in e^-8
ROUNDING = 1e-5  # of the bound, above it
SLACK = 0.03  # of a spread, beyond what chance allows: rows of zeros for padding, truncation
DEVIATIONS = 3.0  # standard errors of a spread or a mean that chance is allowed
TELLING = 0.1  # of a spread: a chance that allows more tells nothing
TAILS = 2.5  # standard deviations that normal numbers reach, and uniform ones do not
CUSTOMARY = (0.01, 0.02, 1.0)  # spreads of normal starts: GPT-2, BERT, embeddings
GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}  # of a recurrent layer, stacked in its matrices


def fresh(layer: Layer) -> bool:
    """Whether every parameter of a layer looks as the usual initialisations make it.

    Uniform starts have sharp ends: training carries some number beyond them at once. Normal
    starts are told by their spread, where there are numbers enough; in doubt a layer is not fresh.

    Args:
        layer: The layer, with its parameters as they were when first seen.

    Example:
        >>> weight = Weight(name="w", shape=(64, 64), std=0.072, peak=0.125, fan_in=64, fan_out=64)
        >>> fresh(Layer(name="fc", kind="Linear", weights=(weight,)))
        True
    """
    fans = [(weight.fan_in, weight.fan_out) for weight in layer.weights if weight.fan_in]
    if not layer.weights:
        return False
    into, out = max(fans, default=(0, 0))
    return all(
        weight.std == 0
        or _uniform(weight, _bounds(layer.kind, weight.fan_in or into, weight.fan_out or out))
        or (len(weight.shape) > 1 and _normal(weight))
        for weight in layer.weights
    )


def _bounds(kind: str, into: int, out: int) -> tuple[float, ...]:
    """Ends of the uniform starts of a layer with these fans."""
    if not into:
        return ()
    gates = next((n for name, n in GATES.items() if kind.startswith(name)), 0)
    if gates:
        return (1 / math.sqrt(max(1, out // gates)), math.sqrt(6 / (into + out)))
    return (
        1 / math.sqrt(into),  # torch's default
        math.sqrt(6 / into),  # He
        math.sqrt(6 / (into + out)),  # Glorot
        math.sqrt(3 / into),  # LeCun
    )


def _uniform(weight: Weight, bounds: tuple[float, ...]) -> bool:
    lowest = max(0.0, 1 - NEAR / math.prod(weight.shape))
    return any(
        bound * lowest <= weight.peak <= bound * (1 + ROUNDING) and _even(weight, bound)
        for bound in bounds
    )


def _even(weight: Weight, bound: float) -> bool:
    """Whether the spread is that of uniform numbers between these ends."""
    chance = SLACK + DEVIATIONS / math.sqrt(2 * math.prod(weight.shape))
    return abs(weight.std * math.sqrt(3) / bound - 1) <= chance


def _normal(weight: Weight) -> bool:
    into, out = max(1, weight.fan_in), max(1, weight.fan_out)
    spreads = (
        *CUSTOMARY,
        1 / math.sqrt(into),  # LeCun
        math.sqrt(2 / into),  # He
        math.sqrt(2 / (into + out)),  # Glorot
        1 / math.sqrt(max(into, out)),  # orthogonal
    )
    n = math.prod(weight.shape)
    chance = SLACK + DEVIATIONS / math.sqrt(2 * n)
    centred = abs(weight.mean) <= DEVIATIONS * weight.std / math.sqrt(n)
    tails = weight.peak == 0 or weight.peak >= TAILS * weight.std
    return (
        chance <= TELLING
        and centred
        and tails
        and any(abs(weight.std / spread - 1) <= chance for spread in spreads)
    )
