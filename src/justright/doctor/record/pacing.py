"""What a step costs, and how memory and the graph grow."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from justright.doctor.evidence import Loader, Pace
from justright.doctor.record.edited import Edited

MOST = 4_096  # durations kept, the last ones
_STATM = Path("/proc/self/statm")
PAGE_BYTES = 4_096
FEW = 20  # steps below which no growth is told


@dataclass(slots=True)
class LoaderSeen:
    """A DataLoader as it is watched."""

    first: Loader
    passes: int = 0
    learned: int = 0
    judged: int = 0
    edited: Edited = field(default_factory=Edited)

    def record(self) -> Loader:
        """What was seen of it."""
        seen = self.first
        return Loader(
            n_examples=seen.n_examples,
            batch_size=seen.batch_size,
            shuffles=seen.shuffles,
            drop_last=seen.drop_last,
            n_workers=seen.n_workers,
            line=seen.line,
            learning=self.learned > 0,
            passes=self.passes,
            edited=self.edited.passes,
        )


@dataclass(slots=True)
class PaceWatch:
    """Clock times as they come."""

    last_s: float = 0.0
    ours_s: float = 0.0
    durations: list[float] = field(default_factory=list)
    waited_s: float = 0.0
    whole_s: float = 0.0
    memory: list[tuple[int, int]] = field(default_factory=list)
    graphs: list[tuple[int, int]] = field(default_factory=list)

    def stepped(self, ours_s: float) -> None:
        """Note the end of a step.

        Args:
            ours_s: Seconds that watching has taken in all; they are no part of the step.
        """
        now = time.perf_counter()
        if self.last_s:
            took = now - self.last_s - (ours_s - self.ours_s)
            self.durations.append(took)
            self.whole_s += took
            if len(self.durations) > MOST:
                del self.durations[1::2]
        self.last_s, self.ours_s = now, ours_s

    def looks(self, n_steps: int, n_ops: int) -> None:
        """Note memory and the size of the graph at a close look."""
        if n_ops:
            self.graphs.append((n_steps, n_ops))
        try:
            pages = int(_STATM.read_text().split()[1])
        except (OSError, ValueError, IndexError):
            return
        self.memory.append((n_steps, pages * PAGE_BYTES))

    def record(self, overhead_share: float, has_loader: bool) -> Pace | None:
        """What was seen so far."""
        if not self.durations:
            return None
        times = list(self.durations)
        wait = self.waited_s / self.whole_s if has_loader and self.whole_s > 0 else None
        return Pace(
            step_s=median(times),
            wait_share=None if wait is None else min(1.0, wait),
            memory_bytes=tuple(size for _, size in self.memory),
            memory_steps=tuple(step for step, _ in self.memory),
            graph_sizes=tuple(size for _, size in self.graphs),
            graph_steps=tuple(step for step, _ in self.graphs),
            step_growth=_growth(times),
            overhead_share=overhead_share,
        )


def _growth(times: list[float]) -> float:
    """Growth of the step's duration over the training, in first medians per 100 steps."""
    if len(times) < FEW:
        return 0.0
    part = len(times) // 5
    first, last = median(times[:part]), median(times[-part:])
    return (last / first - 1) / (len(times) - part) * 100 if first > 0 else 0.0
