"""How many members a step may hold: measured for each bucket, on this machine.

Together, members share the cost of the calls; but what they hold together has to come through the
caches. So a bucket is cut into packs of the size that takes least time for a member.
"""

import time
from collections.abc import Sequence

from justright.nets.work import products_alone
from justright.train.dataset import Dataset
from justright.train.member import Member
from justright.train.pack import Pack

SIZES = (1, 4, 16, 64)  # members tried; between them the time for a member hardly changes
ENOUGH_S = 0.03  # seconds of steps that tell one size from another
LONG_STEP_S = 0.2  # seconds; where a member's step takes that long, calls cost nothing
MOST_STEPS = 30  # of a measurement
BETTER = 0.97  # of the time of a larger pack, that a smaller one must reach to be taken

_known: dict[tuple[object, ...], int] = {}


def members_per_step(members: Sequence[Member], data: Dataset) -> int:
    """Measure how many members of a bucket are best computed together.

    What was measured is remembered as long as the program runs.

    Args:
        members: The bucket, in its order of computation.
        data: All rows.

    Returns:
        Members of a pack: as many as there are, or a smaller number that takes less time for each.
    """
    n = len(members)
    if n == 1:
        return 1
    key = (
        _size(n),
        max(members, key=lambda m: products_alone(m.spec)).spec,
        members[0].batch_size,
        data.x.dtype,
    )
    if key not in _known:
        _known[key] = _measured(members, data)
    return min(n, _known[key])


def _measured(members: Sequence[Member], data: Dataset) -> int:
    # From one up: where a single step is long already, larger packs are not built.
    sizes = sorted({min(size, len(members)) for size in SIZES} | {min(256, len(members))})
    best, best_s = 1, float("inf")
    for size in sizes:
        step_s = _seconds(members[:size], data) / size
        if step_s * BETTER < best_s:
            best, best_s = size, min(step_s, best_s)
        if size == 1 and step_s > LONG_STEP_S:
            break
        if step_s > 1.5 * best_s:
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


def _size(n: int) -> int:
    return 1 << (n - 1).bit_length()
