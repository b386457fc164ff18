"""How the learning rate (and for 1cycle the momentum) moves over the steps."""

from dataclasses import dataclass
from math import ceil, cos, inf, log2, pi

LOWEST, HIGHEST = 1e-6, 10.0  # rates of a range test; the guides' range, arXiv:1506.01186
STEP_PARTS = 3  # drops are made at each third of the horizon; He et al. 2016, arXiv:1512.03385
STEP_FACTOR = 0.1  # of the rate at each drop; the same
EXPONENTIAL_END = 0.01  # of the peak, reached at the end of the horizon; a convention
PLATEAU_FACTOR = 0.5  # of the rate after a wait without gain; a convention
PLATEAU_WAIT = 5  # evaluations without gain; a convention, shorter than any patience of the book
PLATEAU_GAIN = 1e-4  # relative; torch.optim.lr_scheduler.ReduceLROnPlateau's default
RAMP_START = LOWEST / HIGHEST  # of the peak
CYCLE_RISE = 0.3  # share of the steps in which the rate rises; torch's OneCycleLR
CYCLE_START = 1 / 25  # of the peak; torch's OneCycleLR
CYCLE_END = 1e-4  # of the start; torch's OneCycleLR
N_CYCLES = 4  # of "cosine_cycles"; Holzmüller et al. 2024 ("coslog4"), arXiv:2407.04491
HELD = 0.5  # share of the steps before "flat_cosine" falls; the same
CYCLE_DIP = 0.1  # how far the momentum falls while the rate is high; Smith, arXiv:1803.09820


@dataclass(frozen=True, slots=True)
class Pace:
    """Where a schedule stands at a step.

    Attributes:
        rate: Share of the peak rate.
        momentum_drop: What is taken off the momentum.
    """

    rate: float
    momentum_drop: float = 0.0


def pace(name: str, step: int, *, total: int, epoch_steps: int, warmup_share: float) -> Pace:
    """The pace of a schedule at one step.

    Args:
        name: Word of the schedule lever. "plateau" is constant here: `Plateau` lowers it.
        step: Steps made before this one, from 0.
        total: Steps of the whole schedule.
        epoch_steps: Steps of one epoch; "step" and "exponential" move once an epoch.
        warmup_share: Share of the steps in which the rate rises from zero. 1cycle has its own.

    Raises:
        ValueError: If the name is not a schedule.

    Example:
        >>> pace("cosine", 50, total=100, epoch_steps=10, warmup_share=0.0).rate
        0.5
    """
    if name == "one_cycle":
        return _one_cycle(step, total)
    if name == "ramp":
        return Pace(RAMP_START ** (1 - step / max(1, total - 1)))
    n_warm = int(warmup_share * total)
    if step < n_warm:
        return Pace((step + 1) / (n_warm + 1))
    done = (step - n_warm) / max(1, total - n_warm)
    epoch, epochs = step // epoch_steps, max(1, ceil(total / epoch_steps))
    if name in ("constant", "plateau"):
        return Pace(1.0)
    if name == "step":
        return Pace(STEP_FACTOR ** (epoch // ceil(epochs / STEP_PARTS)))
    if name == "exponential":
        return Pace(EXPONENTIAL_END ** (epoch / epochs))
    if name == "cosine":
        return Pace(0.5 * (1 + cos(pi * min(1.0, done))))
    if name == "cosine_cycles":
        return Pace(0.5 * (1 - cos(2 * pi * log2(1 + (2**N_CYCLES - 1) * min(1.0, done)))))
    if name == "linear":
        return Pace(max(0.0, 1 - done))
    raise ValueError(f"not a schedule: {name=}")


def strength(name: str, step: int, total: int) -> float:
    """Share of a regulariser's strength that is in force at one step.

    Args:
        name: Word of a lever like dropout_schedule: "constant", or "flat_cosine", which holds for
            half the steps and then falls to zero along half a cosine.
        step: Steps made before this one, from 0.
        total: Steps of the whole schedule.

    Raises:
        ValueError: If the name is no such schedule.

    Source:
        Holzmüller et al. 2024, arXiv:2407.04491

    Example:
        >>> [strength("flat_cosine", step, 100) for step in (0, 50, 75, 100)]
        [1.0, 1.0, 0.5, 0.0]
    """
    if name == "constant":
        return 1.0
    if name == "flat_cosine":
        return 1 - _swing(min(1.0, max(0.0, step / total - HELD) / (1 - HELD)))
    raise ValueError(f"not a schedule of a strength: {name=}")


def _one_cycle(step: int, total: int) -> Pace:
    """Rate up then down, momentum opposite: Smith 2018, arXiv:1803.09820."""
    turn = max(CYCLE_RISE * total - 1, 1e-9)
    if step <= turn:
        share = _swing(step / turn)
        return Pace(CYCLE_START + (1 - CYCLE_START) * share, CYCLE_DIP * share)
    share = _swing(min(1.0, (step - turn) / max(total - 1 - turn, 1e-9)))
    return Pace(1 + (CYCLE_START * CYCLE_END - 1) * share, CYCLE_DIP * (1 - share))


def _swing(share: float) -> float:
    """Half a cosine from 0 to 1."""
    return 0.5 * (1 - cos(pi * share))


@dataclass(slots=True)
class Plateau:
    """Lowers a member's rate each time its score has not gained for a while.

    Attributes:
        factor: Share of the peak rate in force.
        best: Lowest score that counted as a gain.
        waited: Evaluations since then, or since the last drop.
    """

    factor: float = 1.0
    best: float = inf
    waited: int = 0

    def see(self, score: float) -> None:
        """Take in the score of an evaluation; lower is better."""
        # Relative to its size, as scores below zero must not make every score a gain.
        if score < self.best - PLATEAU_GAIN * abs(self.best) or self.best == inf > score:
            self.best, self.waited = score, 0
            return
        self.waited += 1
        if self.waited > PLATEAU_WAIT:
            self.factor, self.waited = self.factor * PLATEAU_FACTOR, 0

    def state(self) -> dict[str, float]:
        """All of it."""
        return {"factor": self.factor, "best": self.best, "waited": self.waited}
