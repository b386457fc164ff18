"""The habits of a training loop: orders of calls, modes, validation passes."""

from collections import Counter
from dataclasses import dataclass, field

from torch import Tensor

from justright.doctor.evidence import Validation
from justright.doctor.record.frames import users_line
from justright.doctor.record.walk import behind

LONGEST = 40  # letters kept of one cycle
ENDING = 4  # of them, its last ones
MOST_CYCLES = 200  # different orders kept
MOST_VALIDATIONS = 4_000
FAR = 600  # operations looked through where a loss is not right behind the root


@dataclass(slots=True)
class Pass:
    """A forward pass of a model that no backward pass has claimed yet."""

    model: str
    training: bool
    gradients: bool
    n_rows: int
    trainable: bool


@dataclass(slots=True)
class Call:
    """A call of a loss function that no backward pass has claimed yet.

    Attributes:
        number: Sequence number of its operation; None without gradients.
        value: The loss.
        accuracy: Share of right classes; None where not taken.
    """

    number: int | None
    value: float
    accuracy: float | None = None
    gradients: bool = True


@dataclass(slots=True)
class Judged:
    """A validation pass as it goes on."""

    losses: list[float] = field(default_factory=list)
    accuracies: list[float] = field(default_factory=list)
    passes: int = 0
    training: int = 0
    gradients: int = 0
    metric: float | None = None


@dataclass(slots=True)
class Habits:
    """What a loop does, as it is watched."""

    cycles: Counter[str] = field(default_factory=Counter)
    cycle: str = ""
    broken: bool = False  # whether its beginning was not seen
    pending: list[Pass | Call] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    lines: dict[str, int] = field(default_factory=dict)
    judged: Judged = field(default_factory=Judged)
    validations: list[Validation] = field(default_factory=list)
    train_losses: list[float] = field(default_factory=list)
    train_accuracies: list[float] = field(default_factory=list)
    smallest_batch: int = 0
    backwards: int = 0
    last_root: int | None = None
    learned_in: bool | None = None
    last_training: bool = True

    def letter(self, letter: str) -> None:
        """Note a call; two forward passes in a row count as one."""
        if letter == "F" and self.cycle.endswith("F"):
            return
        if len(self.cycle) >= LONGEST:  # the middle goes: how it ends tells most
            self.cycle = self.cycle[: LONGEST - ENDING] + self.cycle[LONGEST - ENDING + 1 :]
        self.cycle += letter

    def cycle_ends(self) -> None:
        """Note that an optimizer has stepped."""
        if self.broken:
            self.broken = False
        elif self.cycle in self.cycles or len(self.cycles) < MOST_CYCLES:
            self.cycles[self.cycle] += 1
        self.cycle = ""
        if self.learned_in is not None:
            self.counts[f"stepped_in_{'training' if self.learned_in else 'eval'}_mode"] += 1
        self.learned_in = None

    def forward(self, seen: Pass, n_steps: int) -> None:
        """Note a forward pass."""
        self.last_training = seen.training
        if seen.gradients:
            self.letter("F")
        if not seen.gradients:
            self._line("judged_in_training_mode" if seen.training else "judged_in_eval_mode")
        elif not seen.training:
            self._line("learned_in_eval_mode")
        self.pending.append(seen)
        if len(self.pending) > MOST_VALIDATIONS:
            self._settle(self.pending, set(), n_steps)
            self.pending.clear()

    def loss(self, call: Call) -> None:
        """Note a call of a loss function."""
        self.pending.append(call)

    def backward(self, root: Tensor, n_steps: int) -> list[Pass]:
        """Tell passes that were learnt from by those that were not.

        Returns:
            The passes that this backward pass goes through.
        """
        self.backwards += 1
        self.letter("B")
        number = None if root.grad_fn is None or root.ndim else root.grad_fn._sequence_nr()
        self.counts["repeated_backwards"] += number is not None and number == self.last_root
        self.last_root = number
        seek = {c.number for c in self.pending if isinstance(c, Call) and c.number is not None}
        found: set[int] = set()
        if seek and root.grad_fn is not None:
            found = behind(root, seek) or behind(root, seek, FAR)
        learned = self._settle(self.pending, found, n_steps, at_backward=True)
        self.pending.clear()
        if learned:
            self.learned_in = any(own.training for own in learned)
        for own in learned:
            self.counts[f"learned_in_{'training' if own.training else 'eval'}_mode"] += 1
            if own.n_rows and (not self.smallest_batch or own.n_rows < self.smallest_batch):
                self.smallest_batch = own.n_rows
        return learned

    def _settle(
        self, pending: list[Pass | Call], found: set[int], n_steps: int, at_backward: bool = False
    ) -> list[Pass]:
        """Go through what was called since the last backward pass, in order."""
        learned: list[Pass] = []
        block: list[Pass] = []
        for event in pending:
            if isinstance(event, Pass):
                block.append(event)
                continue
            ours = event.number in found
            if ours:
                learned += [own for own in block if own.gradients and own.trainable]
                block = [own for own in block if not own.gradients]
            else:
                self._judge_loss(event)
            self._judge(block, n_steps)
            block = []
        if at_backward and block:  # a loss of the user's own: the last passes, all of one mode
            mode = block[-1].training
            own = [p for p in block if p.gradients and p.trainable and p.training == mode]
            learned += own
            block = [p for p in block if all(p is not other for other in own)]
            block = [p for p in block if p.trainable]
        self._judge(block, n_steps)
        return learned

    def _judge_loss(self, call: Call) -> None:
        self.judged.losses.append(call.value)
        if call.accuracy is not None:
            self.judged.accuracies.append(call.accuracy)

    def _judge(self, block: list[Pass], n_steps: int) -> None:
        for own in block:
            self.judged.passes += 1
            self.judged.training += own.training
            self.judged.gradients += own.gradients
            if not n_steps:
                continue
            self.counts[f"judged_in_{'training' if own.training else 'eval'}_mode"] += 1
            if own.gradients:
                self.counts["judged_with_gradients"] += 1
                self._line("judged_with_gradients")

    def stepped(self, loss: float) -> None:
        """Note a step's training loss."""
        self.train_losses.append(loss)

    def validated(self, n_steps: int) -> None:
        """Close a validation pass, where one went on; called before the next step counts."""
        seen = self.judged
        if not (seen.losses or seen.passes or seen.metric is not None):
            return
        self.judged = Judged()
        if len(self.validations) >= MOST_VALIDATIONS:
            return
        self.validations.append(
            Validation(
                step=n_steps,
                loss=_mean(seen.losses),
                accuracy=_mean(seen.accuracies),
                train_loss=_mean(self.train_losses),
                train_accuracy=_mean(self.train_accuracies),
                training_mode=seen.training * 2 > seen.passes,
                with_gradients=seen.gradients * 2 > seen.passes,
                n_batches=max(seen.passes, len(seen.losses)),
                metric=seen.metric,
            )
        )
        self.train_losses.clear()
        self.train_accuracies.clear()

    def settle(self, n_steps: int) -> None:
        """What no backward pass has claimed until now was judged, not learnt from."""
        self._settle(list(self.pending), set(), n_steps)
        self.pending.clear()

    def ends(self, n_steps: int) -> None:
        """Close what is open."""
        self.settle(n_steps)
        self.validated(n_steps)

    def _line(self, kind: str) -> None:
        if kind not in self.lines:
            line = users_line()
            if line is not None:
                self.lines[kind] = line


def _mean(values: list[float]) -> float | None:
    finite = [value for value in values if value == value and abs(value) != float("inf")]
    return sum(finite) / len(finite) if finite and len(finite) == len(values) else None
