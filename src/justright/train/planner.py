"""From a list of members to buckets: who is computed together, why, and what it will cost.

Members share a bucket where one batched step can hold them: the same kind of input and the same
batch size. Within it everything else may differ; depth, activation, optimizer and the rest cost a
few calls more. Width costs arithmetic, as a narrow member is computed as wide as its widest
neighbour, so widths share a bucket only where that is cheaper than another round of calls.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from justright.nets.frame import runs
from justright.nets.work import products_alone, widths_of, work_of
from justright.train.groups import group_key
from justright.train.member import Member
from justright.train.memory import memory_bytes

# Of one core, as seen on the house's machine; they weigh calls against arithmetic, and only their
# proportion matters. What a step truly takes is measured (calibration.py).
FLOPS = 5e10  # multiplications and additions a second
CALL_S = 5e-6  # seconds of one call of torch on a small tensor
VALUE_S = 4e-10  # seconds to pass over one value
PRODUCT_FLOPS = 6  # a multiplication and an addition, forward and twice backward
STEP_CALLS, LAYER_CALLS, RUN_CALLS, GROUP_CALLS = 30, 12, 3, 8  # calls a step, and for each of ...
LAYER_PASSES, PARAMETER_PASSES = 12, 14  # passes over activations and over parameters a step


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Members that are computed together, and what that is estimated to take.

    Attributes:
        members: Their numbers in the list that was planned, in the order of computation.
        why: Why they are together, and apart from the others.
        step_s: Estimated seconds of one step of all of them, on one core.
        n_bytes: Estimated memory, the data aside.
        padded_share: Share of the arithmetic that goes into units that no member owns.
    """

    members: tuple[int, ...]
    why: str
    step_s: float
    n_bytes: int
    padded_share: float


def plan(members: Sequence[Member], *, value_bytes: int = 4) -> tuple[Bucket, ...]:
    """Part members into buckets.

    Args:
        members: The members.
        value_bytes: Bytes of one value, 4 for float32.

    Returns:
        Buckets; each member is in exactly one.

    Example:
        >>> import numpy as np
        >>> from justright.kinds import View
        >>> from justright.nets.spec import DenseSpec
        >>> view = View(train=np.arange(64), validation=np.arange(64, 80))
        >>> members = [
        ...     Member(
        ...         spec=DenseSpec(n_numeric=4, n_plain=0, cardinalities=(), n_outputs=1,
        ...                        depth=depth, width=width),
        ...         view=view, seed=0, order_seed=0, batch_size=32, epoch_steps=2, total_steps=20,
        ...         loss="mse", learning_rate=0.01)
        ...     for width in (16, 16, 512) for depth in (1, 2)
        ... ]
        >>> [bucket.members for bucket in plan(members)]
        [(1, 3, 0, 2), (5, 4)]
    """
    kinds: dict[tuple[object, ...], list[int]] = {}
    for i, member in enumerate(members):
        kinds.setdefault(bucket_key(member), []).append(i)
    buckets = []
    for who in kinds.values():
        merged = _merged(_by_width(members, who), members)
        for part in merged:
            buckets.append(_bucket(part, members, len(kinds), len(merged), value_bytes))
    return tuple(buckets)


def bucket_key(m: Member) -> tuple[object, ...]:
    """What members of one bucket must share."""
    return (m.batch_size, *m.spec.bucket_key)


def sort_key(members: Sequence[Member], i: int) -> tuple[object, ...]:
    """By falling depth, then so that what is equal follows each other."""
    m = members[i]
    spec = m.spec
    make = (spec.normalisation, spec.activation, m.loss)
    return (-spec.depth, *make, widths_of(spec), *map(str, group_key(m)), i)


def _by_width(members: Sequence[Member], who: Sequence[int]) -> list[list[int]]:
    """Members of equal greatest width, narrow first."""
    widths: dict[int, list[int]] = {}
    for i in who:
        widths.setdefault(max(widths_of(members[i].spec), default=0), []).append(i)
    return [widths[width] for width in sorted(widths)]


def _merged(parts: list[list[int]], members: Sequence[Member]) -> list[list[int]]:
    """Join neighbours in width as long as the estimated step gets shorter."""
    costs = [_cost(part, members) for part in parts]
    while len(parts) > 1:
        joint = [_cost(a + b, members) for a, b in pairwise(parts)]
        savings = [a + b - both for (a, b), both in zip(pairwise(costs), joint, strict=True)]
        i = max(range(len(savings)), key=savings.__getitem__)
        if savings[i] <= 0:
            break
        parts[i : i + 2], costs[i : i + 2] = [parts[i] + parts[i + 1]], [joint[i]]
    return [sorted(part, key=lambda i: sort_key(members, i)) for part in parts]


def _cost(who: Sequence[int], members: Sequence[Member]) -> float:
    return step_seconds([members[i] for i in sorted(who, key=lambda i: sort_key(members, i))])


def step_seconds(members: Sequence[Member]) -> float:
    """Estimated seconds of one step of members in their order of computation, on one core."""
    specs, batch = [m.spec for m in members], members[0].batch_size
    calls = float(STEP_CALLS + GROUP_CALLS * sum(1 for _ in runs([group_key(m) for m in members])))
    seconds = 0.0
    for work in work_of(specs):
        calls += LAYER_CALLS + RUN_CALLS * (work.makes - 1)
        values = batch * work.values * LAYER_PASSES + work.parameters * PARAMETER_PASSES
        seconds += values * VALUE_S + PRODUCT_FLOPS * work.products * batch / FLOPS
    return seconds + calls * CALL_S


def _bucket(
    who: list[int], members: Sequence[Member], n_kinds: int, n_widths: int, value_bytes: int
) -> Bucket:
    own = [members[i] for i in who]
    seconds = step_seconds(own)
    padded = sum(work.products for work in work_of([m.spec for m in own]))
    owned = sum(products_alone(m.spec) for m in own)
    share = max(0.0, 1 - owned / padded) if padded else 0.0
    alone = sum(step_seconds([m]) for m in own)
    return Bucket(
        members=tuple(who),
        why=_why(own, n_kinds, n_widths, share, alone / seconds),
        step_s=seconds,
        n_bytes=memory_bytes(own, value_bytes),
        padded_share=share,
    )


def _why(
    own: Sequence[Member], n_kinds: int, n_widths: int, padded_share: float, gain: float
) -> str:
    """The reason of a bucket, in words."""
    spec = own[0].spec
    said = [f"{len(own)} of batch size {own[0].batch_size} and {spec.input_words}"]
    if n_kinds > 1:
        said.append("another batch size or input cannot share a step")
    widths = sorted({max(widths_of(m.spec), default=0) for m in own})
    if len(widths) > 1:
        said.append(
            f"widths {widths[0]} to {widths[-1]} together, as {padded_share:.0%} of padding costs"
            " less than more calls"
        )
    if n_widths > 1:
        said.append("other widths apart, as padding would cost more")
    if len(own) > 1:
        said.append(f"estimated {gain:.1f} times as fast as one by one")
    return "; ".join(said)
