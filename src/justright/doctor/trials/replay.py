"""What a watcher keeps of a training so that its first steps can be tried again on copies."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from justright.doctor.trials.copied import copied, unwrapped
from justright.doctor.trials.link import link_of
from justright.doctor.trials.loss_call import LossCall
from justright.doctor.trials.nested import changed, leaves
from justright.doctor.trials.stepper import Stepper, stepper_of

MOST_BYTES = 8 * 2**20  # of batches kept: small beside any training
MOST_PARAMETERS = 5_000_000  # of a model that is watched: a copy of 20 MB in 32 bits
MOST_BATCHES = 8  # enough that the first steps do not only learn one of them by heart
SAME_SCALE = 1e-3  # relative; two batches whose factors agree so far have the same factor
MORE_PARTS = "the loss trained on has more parts than one loss function"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One batch of a training pass.

    Attributes:
        args: What the model was called with, by position.
        kwargs: By name.
        loss: From the model's output to the loss trained on.
    """

    args: tuple[object, ...]
    kwargs: Mapping[str, object] = field(default_factory=dict)
    loss: LossCall

    def output(self, model: nn.Module) -> object:
        """What a model puts out for this batch."""
        return model(*self.args, **self.kwargs)

    def loss_with(self, model: nn.Module) -> Tensor:
        """Loss of a model on this batch."""
        return self.loss(self.output(model))

    @property
    def n_bytes(self) -> int:
        """Memory of its tensors."""
        return sum(t.nbytes for _, t in leaves((self.args, self.kwargs))) + self.loss.n_bytes


@dataclass(kw_only=True)
class Replay:
    """Filled while a training is watched; read when it is over.

    Attributes:
        model_name: The model's name in the evidence.
        model: A copy of it as it was before the first step; None where it could not be kept.
        training: Whether it was in training mode in the passes that it learnt from.
        batches: Some of the first training batches.
        stepper: The user's optimizer; None where there is none, or it cannot be made again.
        rates: Learning rates of the first group at the first steps; empty for the stepper's own.
        clip_norm: Norm that gradients are clipped to; None for no clipping.
        because: Why a part is missing: "model", "batches" or "stepper".

    Example:
        >>> net = nn.Linear(2, 1)
        >>> replay = Replay.begin(net, "Linear")
        >>> x, y = torch.ones(4, 2), torch.zeros(4, 1)
        >>> out = net(x)
        >>> value = nn.functional.mse_loss(out, y)
        >>> replay.add((x,), {}, out, nn.functional.mse_loss, (out, y), {}, value)
        >>> len(replay.batches), replay.because
        (1, {})
    """

    model_name: str = ""
    model: nn.Module | None = None
    training: bool = True
    batches: list[Recorded] = field(default_factory=list)
    stepper: Stepper | None = None
    rates: tuple[float, ...] = ()
    clip_norm: float | None = None
    because: dict[str, str] = field(default_factory=dict)

    @classmethod
    def begin(cls, model: nn.Module, name: str, most: int = MOST_PARAMETERS) -> "Replay":
        """Copy a model before its first step; where that cannot be, keep the reason.

        Args:
            model: The model.
            name: Its name in the evidence.
            most: Numbers that it may have.
        """
        replay = cls(model_name=name, training=model.training)
        size = sum(own.numel() for own in model.parameters())
        if size > most:
            replay.because["model"] = f"{size:,} numbers are too many to keep a copy of"
            return replay
        try:
            replay.model = copied(model)
        except Exception as error:  # whatever the user's own __deepcopy__ raises
            replay.because["model"] = f"the model cannot be copied: {error}"
        return replay

    def takes(self) -> bool:
        """Whether another batch is wanted."""
        used = sum(batch.n_bytes for batch in self.batches)
        return (
            self.model is not None
            and "batches" not in self.because
            and len(self.batches) < MOST_BATCHES
            and used < MOST_BYTES
        )

    def add(
        self,
        args: tuple[object, ...],
        kwargs: Mapping[str, object],
        output: object,
        function: Callable[..., object],
        loss_args: tuple[object, ...],
        loss_kwargs: Mapping[str, object],
        trained_on: Tensor | float | None = None,
        value: float | None = None,
    ) -> None:
        """Keep one batch; where that cannot be, keep the reason.

        Args:
            args: What the model was called with, by position.
            kwargs: By name.
            output: What it put out.
            function: The loss function itself, not one that watches it.
            loss_args: What it was called with, by position.
            loss_kwargs: By name.
            trained_on: The loss that backward was called on; None for the function's own value.
            value: What the function gave back (mean); None to call it again.
        """
        if not self.takes():
            return
        made = _recorded(args, kwargs, output, function, loss_args, loss_kwargs, trained_on, value)
        if isinstance(made, str):
            self._refuse(made)
        elif made.n_bytes + sum(batch.n_bytes for batch in self.batches) > MOST_BYTES:
            if not self.batches:
                self._refuse(f"a batch of {made.n_bytes / 2**20:.0f} MB is too large to keep")
        else:
            self.batches.append(made)
            self._weigh()

    def learn_from(self, optimizer: Optimizer, model: nn.Module) -> None:
        """Keep the kind and the settings of the optimizer that trains the model.

        Args:
            optimizer: The user's own; it is only read.
            model: The user's own model.
        """
        made = stepper_of(optimizer, unwrapped(model))
        if isinstance(made, str):
            self.because["stepper"] = made
        else:
            self.stepper = made

    def _refuse(self, why: str) -> None:
        self.because["batches"] = why
        self.batches.clear()

    def _weigh(self) -> None:
        """A factor that differs from batch to batch is a second part of the loss."""
        scales = [batch.loss.scale for batch in self.batches]
        if max(scales) - min(scales) > SAME_SCALE * max(map(abs, scales)):
            self._refuse(MORE_PARTS)


def _recorded(
    args: tuple[object, ...],
    kwargs: Mapping[str, object],
    output: object,
    function: Callable[..., object],
    loss_args: tuple[object, ...],
    loss_kwargs: Mapping[str, object],
    trained_on: Tensor | float | None,
    value: float | None,
) -> Recorded | str:
    """A batch with tensors of its own, or in words why the loss cannot be taken again."""
    options = dict(loss_kwargs)
    first, rest = (loss_args[0], loss_args[1:]) if loss_args else (options.pop("input", None), ())
    name = getattr(function, "__name__", type(function).__name__)
    link = link_of(output, first) if isinstance(first, Tensor) else None
    if link is None:
        return f"it cannot be seen how the input of {name} is made of the model's output"
    call = LossCall(function=function, rest=tuple(rest), options=options, link=link)

    def own(tensor: Tensor) -> Tensor:
        return tensor.detach().clone()

    if value is None:
        with torch.no_grad():
            value = float(call.of(first))
    wanted = value if trained_on is None else float(torch.as_tensor(trained_on).detach())
    scale = wanted / value if value and math.isfinite(wanted / value) else 1.0
    if scale <= 0:
        return MORE_PARTS
    return Recorded(
        args=changed(args, own),
        kwargs=changed(dict(kwargs), own),
        loss=replace(call.kept(), scale=scale),
    )
