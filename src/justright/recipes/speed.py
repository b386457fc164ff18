"""How fast a population runs here: on one thread, by several workers, on many threads."""

import statistics
import time
from dataclasses import dataclass, replace

import torch

from justright.recipes.encoded import Encoded
from justright.train.member import Member
from justright.train.planner import step_seconds
from justright.train.population import Population
from justright.train.threads import threads

PAYS = 1.3  # times: what more threads must gain to be used
LONG_STEP_S = 0.1  # seconds; one such step says enough
DOUBT = 10.0  # times: how far an estimated step may be from the true one on a slow machine
PROBE_STEPS = 5  # steps that the speed is measured on
WORTH_THREADS_S = 0.005  # seconds a step; shorter ones lose more by hand-over than they gain


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast a population runs here and now.

    Attributes:
        n_threads: Threads that one matrix product runs fastest on.
        n_workers: Workers that each take a part of the members, on one thread.
        step_s: Seconds of one step.
        look_s: Seconds of one evaluation.
    """

    n_threads: int
    n_workers: int
    step_s: float
    look_s: float


def speed(members: list[Member], encoded: Encoded) -> Pace:
    """Measure a population made for it: on one core, by a worker a core, and on many threads.

    All give the same figures. On shared cores many threads can be far slower than one: a first
    step tells, and then no second one is made. Where a single member's step is long, a few members
    are measured, and the others, whose calls cost nothing beside it, take as long as these.
    """
    n_cores = torch.get_num_threads()
    if len(members) > n_cores and _is_long(members[0], encoded):
        few = speed(members[:n_cores], encoded)
        times = len(members) / n_cores
        return replace(few, step_s=times * few.step_s, look_s=times * few.look_s)
    probe = Population(members, encoded.data)
    alone = _measured_pace(probe, 1, 1)
    if n_cores == 1 or alone.step_s < WORTH_THREADS_S:
        return alone
    if len(members) > 1:
        team = Population(members, encoded.data, workers=n_cores)
        workers = _measured_pace(team, 1, n_cores)
        if workers.step_s * PAYS < alone.step_s:
            return workers
    with threads(n_cores):
        if _step_s(probe) > 3 * alone.step_s or _step_s(probe) > 2 * alone.step_s:
            return alone
    together = _measured_pace(probe, n_cores, 1)
    return together if together.step_s * PAYS < alone.step_s else alone


def _is_long(member: Member, encoded: Encoded) -> bool:
    """Whether one step of a member is long, where its shape lets it be."""
    if step_seconds([member]) < LONG_STEP_S / DOUBT:
        return False
    with threads(1):
        return _step_s(Population([member], encoded.data)) > LONG_STEP_S


def _step_s(probe: Population) -> float:
    """Seconds of one step."""
    start = time.perf_counter()
    probe.step()
    return time.perf_counter() - start


def _measured_pace(probe: Population, n_threads: int, n_workers: int) -> Pace:
    with threads(n_threads):
        _step_s(probe)  # the first one allocates
        first_s = _step_s(probe)
        n_more = PROBE_STEPS if first_s < LONG_STEP_S else 0
        step_s = statistics.median([first_s, *(_step_s(probe) for _ in range(n_more))])
        start = time.perf_counter()
        probe.scores()
        look_s = time.perf_counter() - start
    return Pace(n_threads=n_threads, n_workers=n_workers, step_s=step_s, look_s=look_s)
