"""One call of a loss function, to be made again with other outputs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor, nn

from justright.doctor.trials.link import Link
from justright.doctor.trials.nested import changed, leaves

#: Functions whose first argument is no free number: what makes any number one.
SQUASH: dict[str, Callable[[Tensor], Tensor]] = {
    "binary_cross_entropy": torch.sigmoid,
    "nll_loss": lambda free: free.log_softmax(min(1, free.ndim - 1)),
    "kl_div": lambda free: free.log_softmax(-1),
}
#: Loss functions with a least value over all outputs: the best constant can be found.
BOUNDED = frozenset(
    {
        "cross_entropy",
        "binary_cross_entropy_with_logits",
        "mse_loss",
        "l1_loss",
        "smooth_l1_loss",
        "huber_loss",
        "multi_margin_loss",
        "multilabel_soft_margin_loss",
        "soft_margin_loss",
        *SQUASH,
    }
)
_MODULES = {
    nn.CrossEntropyLoss: "cross_entropy",
    nn.BCEWithLogitsLoss: "binary_cross_entropy_with_logits",
    nn.BCELoss: "binary_cross_entropy",
    nn.NLLLoss: "nll_loss",
    nn.MSELoss: "mse_loss",
    nn.L1Loss: "l1_loss",
    nn.SmoothL1Loss: "smooth_l1_loss",
    nn.HuberLoss: "huber_loss",
    nn.KLDivLoss: "kl_div",
    nn.MultiMarginLoss: "multi_margin_loss",
    nn.MultiLabelSoftMarginLoss: "multilabel_soft_margin_loss",
    nn.SoftMarginLoss: "soft_margin_loss",
}
_WEIGHTS = ("weight", "pos_weight")  # options with a number for each class, not for each row


@dataclass(frozen=True, slots=True, kw_only=True)
class LossCall:
    """A loss function with everything that it was called with but its first argument.

    Attributes:
        function: The function or module itself, not one that watches it.
        rest: Its other positional arguments, the targets first.
        options: Its keyword arguments.
        link: From the model's output to its first argument.
        scale: Factor from its value (mean, where it gives several) to the loss trained on.

    Example:
        >>> call = LossCall(function=nn.functional.mse_loss, rest=(torch.zeros(2),))
        >>> call(torch.tensor([2.0, 0.0]))
        tensor(2.)
    """

    function: Callable[..., object]
    rest: tuple[object, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)
    link: Link = field(default_factory=Link)
    scale: float = 1.0

    @property
    def name(self) -> str:
        """Its name in torch.nn.functional, where it is one of PyTorch's; else its own."""
        kind = _MODULES.get(type(self.function))
        if kind is not None:
            return kind
        named = getattr(self.function, "__name__", type(self.function).__name__)
        # A function of the user's own may have the name of one of PyTorch's.
        ours = str(getattr(self.function, "__module__", "") or "torch").startswith("torch")
        return named if ours else f"{named}()"

    @property
    def target(self) -> Tensor | None:
        """The targets, where they are one tensor."""
        found = self.rest[0] if self.rest else self.options.get("target")
        return found if isinstance(found, Tensor) else None

    def __call__(self, output: object) -> Tensor:
        """The loss of what a model put out."""
        return self.of(self.link(output))

    def of(self, argument: object) -> Tensor:
        """The loss of a first argument. Raises TypeError where the function gives no number."""
        value = self.function(argument, *self.rest, **self.options)
        if not isinstance(value, Tensor):
            raise TypeError(f"{self.name} gives no tensor: {type(value)=}")
        return (value.mean() if value.ndim else value) * self.scale

    def with_rows(self, change: Callable[[Tensor], Tensor], n_rows: int) -> "LossCall":
        """The same call with every tensor that has `n_rows` rows changed, weights of classes not.

        Args:
            change: From such a tensor to another one.
            n_rows: Rows of the targets.
        """

        def row_wise(tensor: Tensor) -> Tensor:
            return change(tensor) if tensor.ndim and len(tensor) == n_rows else tensor

        options = {
            key: value if key in _WEIGHTS else changed(value, row_wise)
            for key, value in self.options.items()
        }
        return replace(self, rest=changed(self.rest, row_wise), options=options)

    def kept(self) -> "LossCall":
        """The same call with tensors of its own, which nobody else can change."""

        def own(tensor: Tensor) -> Tensor:
            return tensor.detach().clone()

        return replace(self, rest=changed(self.rest, own), options=changed(self.options, own))

    @property
    def n_bytes(self) -> int:
        """Memory of its tensors."""
        return sum(t.nbytes for _, t in leaves((self.rest, dict(self.options))))
