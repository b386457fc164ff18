"""Writing the figures of every member down, to be read as Traces."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from justright.kinds import Member, Trace
from justright.nets.slots import Slot, spans


def layer_columns(slots: tuple[Slot, ...]) -> dict[str, list[tuple[int, int]]]:
    """The columns of the flat buffer that each layer's parameters take, first layer first."""
    columns: dict[str, list[tuple[int, int]]] = {}
    for slot, start, stop in spans(slots):
        columns.setdefault(slot.layer, []).append((start, stop))
    return columns


def layer_norms(columns: dict[str, list[tuple[int, int]]], flat: Tensor) -> dict[str, Tensor]:
    """Norm of each layer's part of a flat buffer: layer name to shape (members,)."""
    squares = flat.square()
    return {
        layer: torch.stack([squares[:, a:b].sum(1) for a, b in parts]).sum(0).sqrt()
        for layer, parts in columns.items()
    }


def finite(values: Sequence[float]) -> tuple[float | None, ...]:
    """None in the place of what is not finite.

    Example:
        >>> finite([1.0, float("nan")])
        (1.0, None)
    """
    return tuple(v if math.isfinite(v) else None for v in values)


class Recorder:
    """Collects what happened at each evaluation.

    Args:
        members: The members, in order.
        slots: Their parameters.
    """

    def __init__(self, members: Sequence[Member], slots: tuple[Slot, ...]) -> None:
        self._members = members
        self._columns = layer_columns(slots)
        self._steps: list[int] = []
        self._curves: dict[str, list[list[float]]] = {}
        self._ended = [0] * len(members)
        self._best_step: list[int | None] = [None] * len(members)

    def step_figures(self, grad: Tensor, before: Tensor, after: Tensor) -> None:
        """Record one step's gradient norms and update ratios, by layer."""
        updates = layer_norms(self._columns, after - before)
        weights = layer_norms(self._columns, before)
        for layer, norm in layer_norms(self._columns, grad).items():
            self._add(f"gradient {layer}", norm)
            self._add(f"update {layer}", updates[layer] / weights[layer].clamp(min=1e-12))

    def evaluation(
        self, step: int, figures: dict[str, Tensor], gained: Sequence[bool], running: Sequence[bool]
    ) -> None:
        """Record one evaluation.

        Args:
            step: Steps made.
            figures: By name, each of shape (members,).
            gained: Which members reached their best.
            running: Which members were still training at it.
        """
        self._steps.append(step)
        for name, values in figures.items():
            self._add(name, values)
        for i, (better, alive) in enumerate(zip(gained, running, strict=True)):
            if better:
                self._best_step[i] = step
            if alive:
                self._ended[i] = len(self._steps)

    def _add(self, name: str, values: Tensor) -> None:
        self._curves.setdefault(name, []).append(values.double().flatten().tolist())

    def traces(self, reasons: Sequence[str]) -> tuple[Trace, ...]:
        """One Trace per member, cut where it stopped."""
        return tuple(self._trace(i, reason) for i, reason in enumerate(reasons))

    def _trace(self, i: int, reason: str) -> Trace:
        end = self._ended[i]
        curves = {
            name: finite([row[i] for row in rows[:end]]) for name, rows in self._curves.items()
        }
        member = self._members[i]
        return Trace(
            seed=member.seed,
            fold=member.view.fold,
            learning_rate=member.learning_rate,
            steps=tuple(self._steps[:end]),
            train_loss=curves.get("train_loss", ()),
            validation_loss=curves.get("validation_loss", ()),
            validation_score=curves.get("validation_score", ()),
            rate=tuple(v or 0.0 for v in curves.get("rate", ())),
            gradient_norm={x: curves[f"gradient {x}"] for x in self._columns if curves},
            update_ratio={x: curves[f"update {x}"] for x in self._columns if curves},
            best_step=self._best_step[i],
            stopped=reason,
        )
