"""What each optimizer does, step by step."""

import math
import weakref
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import torch
from torch import Tensor

from justright.doctor.evidence import Track
from justright.doctor.record import tensors
from justright.doctor.record.names import Names, layer_of

MOST_STEPS = 20_000  # losses kept; every second one goes when there are more
SLICE = 16_384  # numbers of a parameter that its update is measured on
PRINT = 1_024  # numbers of a parameter kept, to see whether it ever moves
SETTINGS = ("lr", "momentum", "weight_decay", "nesterov", "eps", "alpha", "dampening")


@dataclass(slots=True)
class TrackWatch:
    """One optimizer as it is watched."""

    name: str
    kind: str
    optimizer: "weakref.ref[torch.optim.Optimizer] | None"
    options: dict[str, float] = field(default_factory=dict)
    n_parameters: int = 0
    n_steps: int = 0
    stride: int = 1
    steps: list[int] = field(default_factory=list)
    loss: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)
    gradient: list[float | None] = field(default_factory=list)
    sampled: list[int] = field(default_factory=list)
    gradients: dict[str, list[float]] = field(default_factory=dict)
    updates: dict[str, list[float]] = field(default_factory=dict)
    has_gradient: set[str] = field(default_factory=set)
    has_slope: set[str] = field(default_factory=set)
    moved: set[str] = field(default_factory=set)
    prints: dict[str, Tensor] = field(default_factory=dict)
    before: dict[str, Tensor] = field(default_factory=dict)
    n_backwards: int = 0
    backwards_since: int = 0
    leftover: bool = False
    n_leftover: int = 0
    n_empty: int = 0
    n_clips: int = 0
    n_clipped: int = 0
    clip_limit: float | None = None
    clip_ratios: list[float] = field(default_factory=list)
    first_bad: int | None = None
    ids: set[int] = field(default_factory=set)
    pending_loss: float = math.nan

    def parameters(self, optimizer: torch.optim.Optimizer) -> list[Tensor]:
        """Everything that the optimizer holds."""
        return [value for group in optimizer.param_groups for value in group["params"]]

    def begins(self, optimizer: torch.optim.Optimizer, names: Names) -> None:
        """Note the settings and a print of each parameter before the first step."""
        group = optimizer.param_groups[0]
        self.options = {key: number for key in SETTINGS if (number := _number(group.get(key)))}
        self.options["lr"] = _number(group.get("lr"))
        betas = group.get("betas")
        if betas:
            self.options |= {"beta1": _number(betas[0]), "beta2": _number(betas[1])}
        held = self.parameters(optimizer)
        self.ids = {id(value) for value in held}
        self.n_parameters = sum(value.numel() for value in held)
        for value in held:
            if value.numel():
                self.prints[names.of(value)] = tensors.thin(value, PRINT)

    def rename(self, renamed: dict[str, str]) -> None:
        """Give parameters the names of a model that was met after its optimizer."""
        for old in [name for name in renamed if name in self.prints]:
            tables: list[dict[str, Any]] = [self.prints, self.gradients, self.updates, self.before]
            for table in tables:
                if old in table:
                    table[renamed[old]] = table.pop(old)

    def n_gradients(self, held: dict[str, Tensor]) -> int:
        """How many of the parameters have a gradient, sparse ones among them."""
        return sum(value.grad is not None and bool(value.numel()) for value in held.values())

    def before_step(self, optimizer: torch.optim.Optimizer, names: Names) -> None:
        """Look closely: gradients, and the parameters as they are before the step."""
        self.rename(names.renamed)
        held = {names.of(value): value for value in self.parameters(optimizer)}
        slopes = {name: value.grad for name, value in held.items() if value.grad is not None}
        self.has_gradient.update(slopes)
        self.has_slope.update(n for n, g in slopes.items() if g.layout is not torch.strided)
        slopes = {n: g for n, g in slopes.items() if g.layout is torch.strided and g.numel()}
        norms = _norms(list(slopes.values()))
        sizes = dict(zip(slopes, norms, strict=True))
        self.sampled.append(self.n_steps)
        self.has_slope.update(name for name, size in sizes.items() if size != 0)
        sloped = any(size != 0 for size in norms) or len(slopes) < self.n_gradients(held)
        self.n_empty += not sloped and self.backwards_since > 0
        self.n_leftover += self.leftover
        for name in held:
            self.gradients.setdefault(name, [math.nan] * (len(self.sampled) - 1))
            self.gradients[name].append(sizes.get(name, math.nan))
        self.before = {
            name: tensors.thin(value, SLICE) for name, value in held.items() if value.numel()
        }

    def after_step(self, optimizer: torch.optim.Optimizer, names: Names) -> None:
        """Look closely: how far the step moved each parameter."""
        self.rename(names.renamed)
        for value in self.parameters(optimizer):
            name = names.of(value)
            if value.grad is not None and name not in self.has_gradient:
                self.has_gradient.add(name)  # by a closure, within the step
                self.has_slope.add(name)
            start = self.before.get(name)
            ratio = math.nan
            if start is not None:
                size = float(start.double().norm())
                change = float((tensors.thin(value, SLICE) - start).double().norm())
                ratio = change / size if size > 0 else (math.inf if change else 0.0)
            self.updates.setdefault(name, [math.nan] * (len(self.sampled) - 1)).append(ratio)
            printed = self.prints.get(name)
            if name not in self.moved and printed is not None:
                now = tensors.thin(value, PRINT)
                # Not a number is not equal to itself, and has moved.
                if now.shape != printed.shape or not torch.equal(now, printed):
                    self.moved.add(name)
        self.before = {}

    def stepped(self, rate: float, gradient: float | None) -> None:
        """Take in one step."""
        loss = self.pending_loss
        if self.n_steps % self.stride == 0:
            self.steps.append(self.n_steps)
            self.loss.append(loss)
            self.rate.append(rate)
            self.gradient.append(gradient)
        if self.first_bad is None and self.backwards_since and not math.isfinite(loss):
            self.first_bad = self.n_steps
        self.n_backwards += self.backwards_since
        self.backwards_since = 0
        self.n_steps += 1
        if len(self.steps) > MOST_STEPS:
            self.stride *= 2
            for kept in (self.steps, self.loss, self.rate, self.gradient):
                del kept[1::2]

    def record(self) -> Track:
        """What was seen so far."""
        seen = dict(self.gradients)
        n_looks = min([len(self.sampled), *map(len, list(self.updates.values()))], default=0)
        clipped = self.n_clipped / self.n_clips if self.n_clips else None
        return Track(
            name=self.name,
            kind=self.kind,
            n_parameters=self.n_parameters,
            n_steps=self.n_steps,
            options=dict(self.options),
            steps=tuple(self.steps),
            loss=_finite(self.loss),
            rate=tuple(self.rate),
            gradient=tuple(None if g is None else g for g in self.gradient),
            sampled=tuple(self.sampled[:n_looks]),
            gradients={name: _finite(values[:n_looks]) for name, values in seen.items()},
            updates={n: _finite(v[:n_looks]) for n, v in dict(self.updates).items()},
            without_gradient=tuple(n for n in seen if n not in self.has_gradient),
            zero_gradient=tuple(
                n for n in seen if n in self.has_gradient and n not in self.has_slope
            ),
            unmoved=tuple(n for n in self.prints if n not in self.moved) if self.sampled else (),
            leftover_share=self.n_leftover / len(self.sampled) if self.sampled else 0.0,
            backwards_per_step=self.n_backwards / self.n_steps if self.n_steps else 0.0,
            empty_steps=self.n_empty / len(self.sampled) if self.sampled else 0.0,
            clipped_share=clipped,
            clip_limit=self.clip_limit,
            clip_ratio=median(self.clip_ratios) if self.clip_ratios else None,
            first_bad_step=self.first_bad,
            layers={name: layer_of(name) for name in seen},
        )


def _number(value: object) -> float:
    """A setting as a number; the number of a tensor; 0 for anything else."""
    if isinstance(value, torch.Tensor):
        return float(value)
    return float(value) if isinstance(value, (bool, int, float)) else 0.0


def _norms(values: list[Tensor]) -> list[float]:
    """Norm of each, read in one go."""
    if not values:
        return []
    groups: dict[tuple[torch.device, torch.dtype], list[int]] = {}
    for place, value in enumerate(values):
        groups.setdefault((value.device, value.dtype), []).append(place)
    found = [math.nan] * len(values)
    for places in groups.values():
        norms = torch.stack(list(torch._foreach_norm([values[i].detach() for i in places])))
        for place, norm in zip(places, norms.double().tolist(), strict=True):
            found[place] = norm
    return found


def _finite(values: list[float]) -> tuple[float | None, ...]:
    return tuple(value if math.isfinite(value) else None for value in values)


def gradient_norm(optimizer: torch.optim.Optimizer) -> float | None:
    """Norm of the whole gradient; None where there is none."""
    slopes = [
        value.grad
        for group in optimizer.param_groups
        for value in group["params"]
        if value.grad is not None and value.grad.layout is torch.strided
    ]
    norms = _norms(slopes)
    return math.sqrt(sum(norm * norm for norm in norms)) if norms else None
