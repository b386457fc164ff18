"""The noise of a training step: who drops what, each member from its own stream."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import torch
from torch import Tensor

from justright.nets.activation import RRELU_HIGH, RRELU_LOW
from justright.nets.dropout import Dropout, Mask
from justright.nets.frame import runs
from justright.nets.noise import LEVELS, POOL, Noise, whole

INPUTS = -1  # the layer whose dropped values are the inputs
WORTH_A_CALL = 2048  # values; with fewer, masking who does not drop is cheaper than another call
MOST_AHEAD = 64  # steps whose noise is drawn at a time


@dataclass(frozen=True, slots=True)
class NoiseNeed:
    """What noise a member draws at each step, in this order: inputs, then layer by layer.

    Attributes:
        inputs: Shape of the dropped inputs of one step; None without input dropout.
        slopes: Shape of RReLU's slopes in each layer; None for other activations.
        drops: Shape of the dropped values in each layer; None without dropout.
        alpha: Whether dropout is SELU's.
    """

    inputs: tuple[int, ...] | None
    slopes: tuple[tuple[int, ...] | None, ...]
    drops: tuple[tuple[int, ...] | None, ...]
    alpha: bool = False

    @property
    def size(self) -> int:
        """Numbers of one step: each use takes whole 64-bit words."""
        shapes = (self.inputs, *self.slopes, *self.drops)
        return sum(whole(prod(shape)) for shape in shapes if shape is not None)

    @property
    def any(self) -> bool:
        """Whether there is any."""
        return self.size > 0

    def at(self, layer: int, kind: str) -> tuple[int, ...] | None:
        """The shape of one use; None where there is none."""
        if layer == INPUTS:
            return self.inputs
        shapes = self.slopes if kind == "slopes" else self.drops
        return shapes[layer] if layer < len(shapes) else None


@dataclass(slots=True)
class Dealt:
    """The noise of the newest step. Each entry: first member, one past the last, what applies.

    The tensors stay the same from step to step; only their values change.

    Attributes:
        inputs: Masks of the inputs.
        slopes: RReLU's slopes by layer.
        drops: Masks by layer.
    """

    inputs: list[tuple[int, int, Mask]] = field(default_factory=list)
    slopes: dict[int, list[tuple[int, int, Tensor]]] = field(default_factory=dict)
    drops: dict[int, list[tuple[int, int, Mask]]] = field(default_factory=dict)


@dataclass(slots=True)
class _Use:
    """One place where noise enters, for the members from the first to the last that need it.

    Attributes:
        layer: Number of the layer; INPUTS for the inputs.
        shapes: Each of these members' shape of one step; None for who needs none.
        first: The first of these members.
        pool: Numbers of several steps, shape (members, steps, *widest shape).
        drops: Stretches that drop alike: first, one past the last, how.
        slopes: Stretches that draw slopes: first, one past the last, where the slopes go.
    """

    layer: int
    shapes: list[tuple[int, ...] | None]
    first: int
    pool: Tensor
    drops: list[tuple[int, int, Dropout]] = field(default_factory=list)
    slopes: list[tuple[int, int, Tensor]] = field(default_factory=list)

    def draw(self, step: int) -> None:
        """Turn the noise of a step into masks and slopes."""
        raw = self.pool[:, step]
        for a, b, drop in self.drops:
            drop.draw(raw[a:b, ..., : drop.mask.scale.shape[-1]])
        for a, b, slopes in self.slopes:
            slopes.copy_(raw[a:b]).mul_((RRELU_HIGH - RRELU_LOW) / LEVELS)
            slopes.add_((RRELU_HIGH + RRELU_LOW) / 2)


class Strands:
    """Each member's own stream of noise, dealt to all members of a layer at once.

    Args:
        needs: What each member draws.
        seeds: One seed per member.
        dropout: Share of hidden values dropped, one per member.
        input_dropout: Share of inputs dropped, one per member.
        dtype: Of the masks.

    Attributes:
        dealt: The noise of the newest step.
    """

    def __init__(
        self,
        needs: Sequence[NoiseNeed],
        seeds: Sequence[int],
        *,
        dropout: Sequence[float],
        input_dropout: Sequence[float],
        dtype: torch.dtype,
    ) -> None:
        self._needs, self._rates = needs, torch.tensor(dropout, dtype=dtype)
        self._noises = [
            Noise([seed]) if need.any else None for seed, need in zip(seeds, needs, strict=True)
        ]
        hidden, inputs = (
            torch.tensor(dropout, dtype=dtype),
            torch.tensor(input_dropout, dtype=dtype),
        )
        self._n_ahead = steps_ahead(needs)
        self._uses = [
            use
            for layer, kind in _places(needs)
            if (
                use := _use(
                    needs, layer, kind, inputs if layer == INPUTS else hidden, self._n_ahead
                )
            )
        ]
        self._ahead: list[Tensor | None] = [None] * len(needs)
        self._used = self._n_ahead
        self.dealt = _dealt(self._uses)

    def deal(self, shares: Sequence[float] | None = None) -> None:
        """Write the noise of the next step into `dealt`.

        Args:
            shares: Share of each member's dropout of hidden values that is in force; None for all
                of it.
        """
        if not self._uses:
            return
        if shares is not None:
            rates = self._rates * self._rates.new_tensor(shares)
            for use in self._uses:
                for a, b, drop in use.drops if use.layer != INPUTS else ():
                    drop.set_rate(rates[use.first + a : use.first + b])
        if self._used == self._n_ahead:
            self._refill()
        for use in self._uses:
            use.draw(self._used)
        self._used += 1

    def _refill(self) -> None:
        """Draw each member's numbers of some steps, and lay them out by use."""
        for k, (noise, need) in enumerate(zip(self._noises, self._needs, strict=True)):
            if noise is not None:
                flat = noise.deal(self._n_ahead * need.size)[0]
                self._ahead[k] = flat.view(self._n_ahead, need.size)
        self._used = 0
        starts = [0] * len(self._needs)
        for use in self._uses:
            for k, shape in enumerate(use.shapes, start=use.first):
                ahead = self._ahead[k]
                if shape is None or ahead is None:
                    continue
                own = ahead[:, starts[k] : starts[k] + prod(shape)].view(-1, *shape)
                place = use.pool[k - use.first]
                place[(slice(None), *(slice(0, n) for n in shape))] = own
                starts[k] += whole(prod(shape))

    def state(self, member: int) -> dict[str, Any]:
        """All that decides one member's noise to come; empty where it draws none."""
        noise, ahead = self._noises[member], self._ahead[member]
        if noise is None:
            return {}
        state = noise.state(0)
        if ahead is not None:
            left = ahead[self._used :].flatten()
            state["noise_pool"] = torch.cat([left, state["noise_pool"]])
        return state

    def load(self, states: Sequence[dict[str, Any]]) -> None:
        """Go on from the members' states."""
        for noise, state in zip(self._noises, states, strict=True):
            if noise is not None:
                noise.load([state])
        self._used = self._n_ahead


def steps_ahead(needs: Sequence[NoiseNeed]) -> int:
    """Steps whose noise is drawn at a time: fewer where a step needs much."""
    most = max((need.size for need in needs), default=0)
    return max(1, min(MOST_AHEAD, POOL // max(1, most)))


def _places(needs: Sequence[NoiseNeed]) -> list[tuple[int, str]]:
    """Where noise may enter, in the order in which members draw it."""
    layers = range(max(len(need.drops) for need in needs))
    return [(INPUTS, "drops"), *((i, kind) for i in layers for kind in ("slopes", "drops"))]


def _use(
    needs: Sequence[NoiseNeed], layer: int, kind: str, rate: Tensor, n_ahead: int
) -> _Use | None:
    shapes = [need.at(layer, kind) for need in needs]
    having = [k for k, shape in enumerate(shapes) if shape is not None]
    if not having:
        return None
    first, last = having[0], having[-1] + 1
    own = shapes[first:last]
    widest = tuple(max(sizes) for sizes in zip(*filter(None, own), strict=True))
    pool = torch.zeros(len(own), n_ahead, *widest, dtype=torch.int16)
    use = _Use(layer, own, first, pool)
    if kind == "slopes":
        for a, b, draws in runs([shape is not None for shape in own]):
            if draws:
                use.slopes.append((a, b, rate.new_empty(b - a, *widest)))
        return use
    alphas = [need.alpha and layer != INPUTS for need in needs[first:last]]
    # A rate of 0 keeps every value, so one mask may serve who drops and who does not. SELU's leaves
    # something in units that a narrow member lacks, so there widths are kept apart.
    idle = None if prod(widest) >= WORTH_A_CALL else False
    keys = [
        shape if alpha else False if shape is not None else idle
        for shape, alpha in zip(own, alphas, strict=True)
    ]
    for a, b, key in runs(keys):
        if key is not None:
            alpha = key is not False
            shape = key if isinstance(key, tuple) else widest
            use.drops.append((a, b, Dropout(rate[first + a : first + b], shape, alpha=alpha)))
    return use


def _dealt(uses: Sequence[_Use]) -> Dealt:
    """Where the members' noise will be found."""
    dealt = Dealt()
    for use in uses:
        for a, b, drop in use.drops:
            entry = (use.first + a, use.first + b, drop.mask)
            if use.layer == INPUTS:
                dealt.inputs.append(entry)
            else:
                dealt.drops.setdefault(use.layer, []).append(entry)
        for a, b, slopes in use.slopes:
            dealt.slopes.setdefault(use.layer, []).append((use.first + a, use.first + b, slopes))
    return dealt
