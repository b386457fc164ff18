"""Keep the first batches of the main model, so that its first steps can be tried again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from justright.doctor.record.feed import mark
from justright.doctor.record.tensors import first_tensor
from justright.doctor.trials.replay import Replay

MOST_STEPS = 64  # of which batches and rates are kept: the trials go over fewer


@dataclass(slots=True)
class Lost:
    """A call of a loss function and its value; the number is that of its operation."""

    function: Callable[..., object]
    args: tuple[object, ...]
    kwargs: Mapping[str, object]
    number: int | None
    value: Tensor


@dataclass(slots=True)
class Capture:
    """The replay as it is filled; it holds a batch only from its forward to its backward pass."""

    replay: Replay | None = None
    model_id: int = 0
    done: bool = False
    marks: set[int] = field(default_factory=set)
    passed: tuple[tuple[object, ...], Mapping[str, object], object] | None = None
    lost: "Lost | None" = None

    def begin(self, model: nn.Module, label: str) -> None:
        """Copy the first model that is to be trained, before its first pass."""
        self.replay = Replay.begin(model, label)
        self.model_id = id(model)

    def wants(self, model: nn.Module) -> bool:
        """Whether passes of this model are still kept."""
        return (
            not self.done
            and self.replay is not None
            and id(model) == self.model_id
            and self.replay.takes()
        )

    def forward(
        self, args: tuple[object, ...], kwargs: Mapping[str, object], output: object
    ) -> None:
        """Hold a pass until its loss has been taken."""
        self.passed, self.lost = (args, dict(kwargs), output), None

    def loss(
        self, function: Callable[..., object], args: tuple[object, ...],
        kwargs: Mapping[str, object], number: int | None, value: Tensor,
    ) -> None:  # fmt: skip
        """Hold a loss until it is known to be trained on."""
        if self.passed is not None:
            self.lost = Lost(function, args, dict(kwargs), number, value.detach())

    def backward(self, root: Tensor, learned: bool, trained_on: float) -> None:
        """Keep the batch, where a watched loss of the kept model was learnt from."""
        passed, lost = self.passed, self.lost
        self.passed = self.lost = None
        if self.replay is None or passed is None or not learned:
            return
        if lost is None:
            self.replay.because.setdefault("batches", "the loss is of the script's own making")
            self.done = True
            return
        x = first_tensor((passed[0], passed[1]))
        if x is not None and x.device.type == "cpu":
            own = mark(x)
            if own in self.marks:
                return
            self.marks.add(own)
        self.replay.training = bool(self.replay.model is None or self.replay.training)
        self.replay.add(
            *passed, lost.function, lost.args, lost.kwargs, trained_on, float(lost.value.mean())
        )

    def steps(self, optimizer: torch.optim.Optimizer, model: nn.Module | None, rate: float) -> None:
        """Keep the optimizer's settings, and the rates of the first steps."""
        if self.done or self.replay is None or model is None or id(model) != self.model_id:
            return
        if self.replay.stepper is None and "stepper" not in self.replay.because:
            self.replay.learn_from(optimizer, model)
        self.replay.rates = (*self.replay.rates, rate)
        if len(self.replay.rates) >= MOST_STEPS or not self.replay.takes():
            self.done = True
