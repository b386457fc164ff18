"""How many members a step may hold: measured for each bucket, on this machine.

Together, members share the cost of the calls; but what they hold together has to come through the
caches. So a bucket is cut into packs of the size that takes least time for a member.
"""

import time
from collections.abc import Mapping, Sequence

import torch

from justright.nets.work import products_alone, widest
from justright.train.dataset import Dataset
from justright.train.member import Member
from justright.train.pack import Pack

SIZES = (1, 4, 16, 64, 256)  # members tried; between them the time for a member hardly changes
ENOUGH_S = 0.03  # processor seconds of steps that tell one size from another
LONG_STEP_S = 0.2  # seconds; where a member's step takes that long, calls cost nothing
MOST_STEPS = 30  # of a measurement
BETTER = 0.97  # of the time of a smaller pack, that a larger one must reach to be taken
WORSE = 1.5  # times the best; larger packs are not tried then

_known: dict[str, int] = {}


def known() -> dict[str, int]:
    """What was measured so far, to be kept for this machine."""
    return dict(_known)


def remember(measured: Mapping[str, int]) -> None:
    """Take what was measured on this machine before, so that packs come out as they did then."""
    _known.update({key: int(size) for key, size in measured.items() if int(size) > 0})


def members_per_step(members: Sequence[Member], data: Dataset) -> int:
    """Measure how many members of a bucket are best computed together, if it is not known.

    Args:
        members: The bucket, in its order of computation.
        data: All rows.

    Returns:
        Members of a pack: as many as there are, or a smaller number that takes less time for each.

    Example:
        >>> import numpy as np
        >>> from justright.kinds import View
        >>> from justright.nets.spec import DenseSpec
        >>> data = Dataset(task="regression", x=torch.zeros(8, 1), y=torch.zeros(8))
        >>> member = Member(
        ...     spec=DenseSpec(n_numeric=1, n_plain=0, cardinalities=(), n_outputs=1, depth=1,
        ...                    width=8),
        ...     view=View(train=np.arange(8), validation=np.arange(8)), seed=0, order_seed=0,
        ...     batch_size=8, epoch_steps=1, total_steps=1, loss="mse", learning_rate=0.01)
        >>> members_per_step([member], data)
        1
    """
    n = len(members)
    if n == 1:
        return 1
    key = _key(members, data)
    if key not in _known:
        _known[key] = _measured(members, data)
    most = min(n, _known[key])
    # Packs of even size: a small rest would pay for its calls alone.
    return -(-n // -(-n // most))


def _key(members: Sequence[Member], data: Dataset) -> str:
    """Buckets that are alike in what decides their speed, in words that can be kept."""
    largest = max(members, key=lambda m: products_alone(m.spec)).spec
    size = 1 << (len(members) - 1).bit_length()
    shape = f"{widest(largest)} values, {products_alone(largest)} products"
    batch = f"batch {members[0].batch_size} of {largest.bucket_key}"
    return f"{size} members, {shape}, {batch}, {data.x.dtype}, torch {torch.__version__}"


def _measured(members: Sequence[Member], data: Dataset) -> int:
    # From one up: where a single step is long already, larger packs are not built.
    best, best_s = 1, float("inf")
    for size in sorted({min(size, len(members)) for size in SIZES}):
        step_s = _seconds(members[:size], data) / size
        if step_s < BETTER * best_s:
            best, best_s = size, step_s
        if step_s > WORSE * best_s or (size == 1 and step_s > LONG_STEP_S):
            break
    return best


def _seconds(members: Sequence[Member], data: Dataset) -> float:
    """Processor seconds of one step; foreign work on the machine does not count."""
    pack = Pack(members, data)
    pack.step()  # the first one allocates
    start, done = time.thread_time(), 0
    while done < MOST_STEPS and (done == 0 or time.thread_time() - start < ENOUGH_S):
        pack.step()
        done += 1
    return (time.thread_time() - start) / done
