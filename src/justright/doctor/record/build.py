"""The layers of a model, as they were built and first called."""

import weakref
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor, nn

from justright.doctor.evidence import Layer, Weight
from justright.doctor.record import tensors
from justright.doctor.record.names import Names

GROWTH = 1.3  # of the steps between looks at the parameters (house convention)
PRINT = 1_024  # numbers of a parameter kept, to see whether it moves and how it grows
#: What a module is asked about itself.
OPTIONS = (
    "in_features", "out_features", "in_channels", "out_channels", "groups", "p", "inplace",
    "num_features", "momentum", "eps", "affine", "track_running_stats", "normalized_shape",
    "batch_first", "input_size", "hidden_size", "num_layers", "dropout", "bidirectional",
    "num_embeddings", "embedding_dim", "padding_idx", "negative_slope", "dim", "embed_dim",
    "num_heads", "start_dim", "end_dim", "alpha", "beta", "threshold",
)  # fmt: skip

#: A layer as a framework tells it: its name, its module, and its parameters by name.
Told = tuple[str, nn.Module, Mapping[str, Tensor]]


@dataclass(slots=True)
class Built:
    """A layer as it is watched."""

    layer: str
    kind: str
    model: str
    weights: tuple[Weight, ...]
    options: dict[str, float | str]
    prints: tuple[tuple[weakref.ref[Tensor], Tensor], ...] = ()
    frozen: tuple[str, ...] = ()
    calls: int = 0
    in_shape: tuple[int, ...] = ()
    out_shape: tuple[int, ...] = ()

    def look(self) -> None:
        """Note what became of the parameters that the script still holds."""
        self.weights = tuple(map(_since, self.weights, self.prints))
        held = [
            (weight.name, kept())
            for weight, (kept, _) in zip(self.weights, self.prints, strict=True)
        ]
        if all(value is not None for _, value in held):
            self.frozen = tuple(n for n, v in held if v is not None and not v.requires_grad)

    def record(self, n_passes: int) -> Layer:
        """What was seen of it in so many passes of its model."""
        return Layer(
            name=self.layer,
            kind=self.kind,
            model=self.model,
            calls=round(self.calls / n_passes) if n_passes else self.calls,
            in_shape=self.in_shape,
            out_shape=self.out_shape,
            weights=self.weights,
            options=self.options,
        )


@dataclass(slots=True)
class Blueprint:
    """The layers of all models met, in the order of their first call."""

    layers: dict[int, Built] = field(default_factory=dict)
    order: list[int] = field(default_factory=list)
    passes: dict[str, int] = field(default_factory=dict)
    last: str = ""
    next_look: int = 1

    def read(self, model: nn.Module, label: str, names: Names) -> None:
        """Take in the layers of a model before it is first called."""
        for module in model.modules():
            own = list(module.named_parameters(recurse=False))
            if id(module) in self.layers or (not own and any(True for _ in module.children())):
                continue
            self._build(module, label, [value for _, value in own], names)

    def _build(self, module: nn.Module, label: str, held: list[Tensor], names: Names) -> None:
        self.layers[id(module)] = Built(
            names.layer(module),
            type(module).__name__,
            label,
            tuple(weight(names.of(value), value) for value in held),
            _options(module),
            tuple((weakref.ref(value), _print(value)) for value in held),
        )

    def tell(self, label: str, layers: Iterable[Told], names: Names) -> None:
        """Take the layers of a model as a framework has them, in place of its modules.

        Args:
            label: The model.
            layers: Name, module, and parameters by name, of each.
            names: Where they are named.
        """
        self.layers = {key: own for key, own in self.layers.items() if own.model != label}
        for name, module, held in layers:
            names.modules[id(module)] = (label, name)
            names.parameters |= {id(value): f"{name}.{own}" for own, value in held.items()}
            self._build(module, label, list(held.values()), names)
            self.layers[id(module)].options = {}  # its settings need not mean what PyTorch's do

    def take_apart(self, part: nn.Module, names: Names) -> str:
        """A part of a model is called by itself: it counts as a model of its own.

        Returns:
            What it is called: the model's label where that is called as well.
        """
        label, path = names.modules[id(part)]
        if label in self.passes:
            return label
        for module in part.modules():
            if id(module) in self.layers:
                self.layers[id(module)].model = f"{label}.{path}"
        return f"{label}.{path}"

    def called(self, module: nn.Module, given: object, result: object) -> None:
        """Take in one call of a layer."""
        built = self.layers.get(id(module))
        if built is None:
            return
        if not built.calls:
            self.order.append(id(module))
            built.in_shape, built.out_shape = tensors.shape(given), tensors.shape(result)
        built.calls += 1
        self.last = f"{built.layer}: {built.kind} -> {tensors.shape(result)}"

    def look(self, n_steps: int) -> None:
        """Look at all parameters, more seldom as the training goes on: models may go away."""
        if n_steps >= self.next_look:
            self.next_look = max(n_steps + 1, round(n_steps * GROWTH))
            for built in list(self.layers.values()):
                built.look()

    def frozen(self, models: Collection[str]) -> tuple[str, ...]:
        """Parameters of some models that ask for no gradient."""
        built = [own for own in list(self.layers.values()) if own.model in models]
        return tuple(dict.fromkeys(name for own in built for name in own.frozen))

    def records(self) -> tuple[Layer, ...]:
        """Every layer, those called first."""
        self.look(self.next_look)
        order = list(self.order)
        rest = [key for key in list(self.layers) if key not in set(order)]
        found = [self.layers[key] for key in order + rest]
        return tuple(built.record(self.passes.get(built.model, 0)) for built in found)


def weight(name: str, value: Tensor) -> Weight:
    """A parameter as it is now."""
    if not value.numel():
        return Weight(name=name, shape=tuple(value.shape), trainable=value.requires_grad)
    seen = tensors.spread(value)
    fan_in = fan_out = 0
    equal = False
    if value.ndim >= 2:
        field_size = value[0][0].numel()
        fan_in, fan_out = value.shape[1] * field_size, value.shape[0] * field_size
        rows = value.detach().flatten(1)
        equal = len(rows) > 1 and bool((rows == rows[0]).all())
    return Weight(
        name=name,
        shape=tuple(value.shape),
        trainable=value.requires_grad,
        mean=seen.mean,
        std=seen.std,
        peak=max(abs(seen.low), abs(seen.high)),
        fan_in=fan_in,
        fan_out=fan_out,
        rows_equal=equal,
        finite=seen.finite_share == 1.0,
    )


def _print(value: Tensor) -> Tensor:
    return tensors.thin(value, PRINT) if value.numel() else value.detach().clone()


def _since(weight: Weight, kept: tuple[weakref.ref[Tensor], Tensor]) -> Weight:
    """A parameter with what became of it."""
    value, before = kept[0](), kept[1]
    if value is None or not before.numel():
        return weight
    now = tensors.thin(value, PRINT)
    if now.shape != before.shape:
        return replace(weight, moved=True)
    start = float(before.double().norm())
    return replace(
        weight,
        moved=not torch.equal(now, before),
        growth=float(now.double().norm()) / start if start > 0 else None,
    )


def _options(module: nn.Module) -> dict[str, float | str]:
    found: dict[str, float | str] = {}
    for key in OPTIONS:
        value = getattr(module, key, None)
        if isinstance(value, (bool, int, float)):
            found[key] = float(value)
        elif isinstance(value, tuple):
            found[key] = str(value)
    found["training"] = float(module.training)
    if hasattr(module, "bias"):
        found["bias"] = float(bool(isinstance(module.bias, Tensor)))
    return found
