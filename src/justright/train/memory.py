"""What members computed together hold in memory, the data aside."""

from collections.abc import Sequence
from math import prod

from justright.nets.family import Stack, parameter_slots, stack_of, statistic_slots
from justright.nets.noise import POOL
from justright.nets.slots import total
from justright.nets.strands import NoiseNeed, steps_ahead
from justright.nets.work import embedded_values, row_values, work_of
from justright.train.batches import AHEAD
from justright.train.member import Member
from justright.train.optimizers import FIRST_ONLY

ROW_BYTES = 8  # of a row number
NOISE_BYTES = 2  # of a number of noise


def memory_bytes(members: Sequence[Member], value_bytes: int) -> int:
    """Bytes that a pack of members holds while training, the data aside.

    What comes and goes within a step is left out.

    Args:
        members: The members, by falling depth.
        value_bytes: Bytes of one value, 4 for float32.
    """
    batch = members[0].batch_size
    stack = stack_of([m.spec for m in members])
    needs = stack.noise_needs(
        batch, [m.dropout for m in members], [m.input_dropout for m in members]
    )
    values = _weights(members, stack) + _passes(members, needs) + _masks(needs)
    return value_bytes * values + _noise_bytes(needs) + _row_bytes(members, value_bytes)


def _weights(members: Sequence[Member], stack: Stack) -> int:
    """Weights, gradients, directions, moments and averages, as wide as the widest; the best."""
    copies = 4 + any(m.optimizer not in FIRST_ONLY for m in members)
    copies += any(m.averaging == "ema" for m in members)
    kept = 0
    for m in members:
        own = total(parameter_slots(m.spec))
        averages = {"swa": 1, "last_k": m.last_k}.get(m.averaging, 0)
        kept += own * (1 + averages) + total(statistic_slots(m.spec))
    return copies * stack.parameters.size + stack.statistics.size + kept


def _passes(members: Sequence[Member], needs: Sequence[NoiseNeed]) -> int:
    """What the forward pass leaves for the backward pass, from the inputs to the outputs."""
    specs, batch = [m.spec for m in members], members[0].batch_size
    *hidden, output = work_of(specs)
    inputs = len(members) * row_values(specs[0])
    embeds = embedded_values(specs[0]) > 0
    copies = 1 + 3 * embeds + (not embeds and any(need.inputs is not None for need in needs))
    held = sum(work.values * work.kept for work in hidden) + 2 * output.values
    return batch * (held + inputs * copies)


def _masks(needs: Sequence[NoiseNeed]) -> int:
    """What noise does to each value of a step: a scale, and a shift for SELU."""
    each = 0
    for need in needs:
        drops = sum(prod(shape) for shape in need.drops if shape is not None)
        slopes = sum(prod(shape) for shape in need.slopes if shape is not None)
        each += drops * (1 + need.alpha) + slopes + prod(need.inputs or (0,))
    return each


def _noise_bytes(needs: Sequence[NoiseNeed]) -> int:
    """Noise drawn ahead: each member's own, and laid out by layer as wide as the widest."""
    ahead = steps_ahead(needs)
    own = sum(max(POOL, ahead * need.size) for need in needs if need.any)
    laid = 0
    for use in zip(*(_uses(need, max(len(n.drops) for n in needs)) for need in needs), strict=True):
        having = [k for k, size in enumerate(use) if size]
        if having:
            laid += (having[-1] + 1 - having[0]) * ahead * max(use)
    return NOISE_BYTES * (own + laid)


def _uses(need: NoiseNeed, depth: int) -> list[int]:
    """Numbers of each use of a step; 0 where there is none."""
    missing = (None,) * (depth - len(need.drops))
    shapes = (need.inputs, *need.slopes, *missing, *need.drops, *missing)
    return [0 if shape is None else prod(shape) for shape in shapes]


def _row_bytes(members: Sequence[Member], value_bytes: int) -> int:
    """Rows dealt ahead to each stream of batches, and validation rows with target and weight."""
    streams = {(m.order_seed, id(m.view.train)): len(m.view.train) for m in members}
    dealt = sum(2 * AHEAD * members[0].batch_size + n for n in streams.values())
    longest = max(len(m.view.validation) for m in members)
    lines = len({id(m.view.validation) for m in members})
    looked_at = longest * (1 if lines == 1 else len(members))
    return ROW_BYTES * (dealt + len(members) * longest) + (ROW_BYTES + value_bytes) * looked_at
