"""How fast a population runs here: on one thread, by several workers, on many threads."""

import statistics
import time
from dataclasses import dataclass

import torch

from justright.recipes.encoded import Encoded
from justright.train.member import Member
from justright.train.population import Population
from justright.train.threads import threads

PAYS = 1.3  # times: what more threads must gain to be used
LONG_STEP_S = 0.1  # seconds; one such step says enough
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
    step tells, and then no second one is made.
    """
    probe = Population(members, encoded.data)
    alone = _measured_pace(probe, 1, 1)
    n_cores = torch.get_num_threads()
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
