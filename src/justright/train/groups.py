"""Members that make their optimizer steps together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from justright.nets.frame import Frame, runs
from justright.train.averaging import ema_weight
from justright.train.course import Course
from justright.train.member import Member
from justright.train.optimizers import COUPLED, FIRST_ONLY, Now, Part, nadam_momentum, step
from justright.train.schedules import Pace


@dataclass(frozen=True, slots=True)
class Buffers:
    """Views by block of all that a step reads and writes.

    Attributes:
        theta: Weights.
        grad: Gradients.
        direction: Where members of different rates would go at a rate of 1; zero between steps.
        first: First moments.
        second: Second moments; None where no optimizer has any.
        ema: EMA weights; None where none is kept.
    """

    theta: dict[str, Tensor]
    grad: dict[str, Tensor]
    direction: dict[str, Tensor]
    first: dict[str, Tensor]
    second: dict[str, Tensor] | None
    ema: dict[str, Tensor] | None


@dataclass(frozen=True, slots=True)
class Piece:
    """What a group has of one block.

    Attributes:
        decays: Whether weight decay applies.
        theta: Weights.
        grad: Gradients.
        direction: Room for the direction.
        rate: Each member's rate, shaped to broadcast.
        decay: Each member's weight decay, likewise.
        kept: What the members' decay leaves of their weights, likewise.
    """

    decays: bool
    theta: Tensor
    grad: Tensor
    direction: Tensor
    rate: Tensor
    decay: Tensor
    kept: Tensor


class Group:
    """Members that follow each other and share optimizer, momentum and decay of the moments.

    Where they also share rate, schedule and weight decay, the optimizer moves their weights. Where
    they do not, it is run once for all at a rate of 1 on a buffer of zeros: what it leaves there is
    each member's direction, which is then taken at the member's own rate.

    Args:
        frame: Where parameters lie.
        first: First member.
        courses: Their courses.
        buffers: What a step reads and writes.

    Attributes:
        first: First member.
        last: The member after the last one.
        product: NAdam's product of momenta.
    """

    def __init__(
        self, frame: Frame, first: int, courses: Sequence[Course], buffers: Buffers
    ) -> None:
        self.first, self.last, self.product = first, first + len(courses), 1.0
        self._courses, self._member = courses, courses[0].member
        self._alike = len({_rates_key(i, c.member) for i, c in enumerate(courses)}) == 1
        members, theta = [c.member for c in courses], next(iter(buffers.theta.values()))
        self._decay = torch.tensor([m.weight_decay for m in members], dtype=theta.dtype)
        self._rate, self._kept = torch.zeros_like(self._decay), torch.ones_like(self._decay)
        columns = (self._rate, self._decay, self._kept)
        self._pieces = tuple(_pieces(frame, buffers, columns, self.first))
        self._parts = _parts(frame, buffers, self, alike=self._alike)
        averages = members[0].averaging == "ema" and buffers.ema is not None
        self._averages = list(_cut(frame, buffers.ema, self)) if averages and buffers.ema else []
        self._weights = [piece.theta for piece in self._pieces]

    def step(self, n_steps: int) -> list[float]:
        """Make one step after `n_steps` others, and return each member's learning rate."""
        member = self._member
        now, rates = self._paces(n_steps)
        # A design may have little momentum or none: the cycle takes no more than there is.
        momentum = max(0.0, member.momentum - now.momentum_drop)
        if member.optimizer == "nadam":
            self.product *= nadam_momentum(momentum, n_steps + 1)
        rate = rates[0] if self._alike else 1.0
        at = Now(n_steps + 1, rate, momentum, member.beta2, self.product)
        if self._alike:
            step(member.optimizer, self._parts, at)
        else:
            self._rate.copy_(torch.tensor(rates, dtype=self._rate.dtype))
            self._step_apart(at)
        if self._averages:
            weight = ema_weight(member.ema_decay, n_steps + 1)
            torch._foreach_lerp_(self._averages, self._weights, weight)
        return rates

    def _paces(self, n_steps: int) -> tuple[Pace, list[float]]:
        """The pace of the first member, and the rates of all."""
        paces: dict[tuple[object, ...], Pace] = {}
        rates = []
        for i, course in enumerate(self._courses):
            key = _schedule_key(i, course.member)
            if key not in paces:
                paces[key] = course.pace(n_steps)
            rates.append(course.member.learning_rate * paces[key].rate)
        return next(iter(paces.values())), rates

    def _step_apart(self, now: Now) -> None:
        """A step of members with rates of their own."""
        if any(course.member.weight_decay for course in self._courses):
            coupled = self._member.optimizer in COUPLED
            torch.mul(self._rate, self._decay, out=self._kept).neg_().add_(1)
            for piece in self._pieces:
                if piece.decays and coupled:
                    piece.grad.addcmul_(piece.theta, piece.decay)
                elif piece.decays:
                    piece.theta.mul_(piece.kept)
        step(self._member.optimizer, self._parts, now)
        for piece in self._pieces:
            piece.theta.addcmul_(piece.direction, piece.rate)
            piece.direction.zero_()


def groups_of(frame: Frame, courses: Sequence[Course], buffers: Buffers) -> list[Group]:
    """Part members into groups.

    Args:
        frame: Where their parameters lie.
        courses: One per member, in order.
        buffers: What a step reads and writes.
    """
    keys = [group_key(course.member) for course in courses]
    return [Group(frame, a, courses[a:b], buffers) for a, b, _ in runs(keys)]


def group_key(m: Member) -> tuple[object, ...]:
    """What members of a group share."""
    # 1cycle moves the momentum too, so there its horizon must be the same.
    cycle = m.total_steps if m.schedule == "one_cycle" else 0
    ema = m.ema_decay if m.averaging == "ema" else -1.0
    return (m.optimizer, m.momentum, m.beta2, m.schedule == "one_cycle", cycle, ema)


def _schedule_key(index: int, m: Member) -> tuple[object, ...]:
    """What decides a pace. A plateau moves with a member's own scores."""
    own = index if m.schedule == "plateau" else -1
    return (m.schedule, m.total_steps, m.epoch_steps, m.warmup_share, own)


def _rates_key(index: int, m: Member) -> tuple[object, ...]:
    return (m.learning_rate, m.weight_decay, *_schedule_key(index, m))


def _parts(frame: Frame, buffers: Buffers, group: Group, *, alike: bool) -> tuple[Part, ...]:
    """Parameters by their decay; all in one where the optimizer is not to decay them."""
    member = group._member
    two = buffers.second is not None and member.optimizer not in FIRST_ONLY
    apart = alike and member.weight_decay > 0
    return tuple(
        Part(
            theta=list(_cut(frame, buffers.theta if alike else buffers.direction, group, decays)),
            grad=list(_cut(frame, buffers.grad, group, decays)),
            first=list(_cut(frame, buffers.first, group, decays)),
            second=list(_cut(frame, buffers.second, group, decays)) if two else [],
            decay=member.weight_decay if apart and decays else 0.0,
        )
        for decays in ((True, False) if apart else (None,))
    )


def _pieces(
    frame: Frame, buffers: Buffers, columns: tuple[Tensor, ...], first: int
) -> Iterator[Piece]:
    """What a group has of each block, with its members' columns cut to those who have it."""
    last = first + len(columns[0])
    for block in frame.blocks:
        low, high = max(first, block.first), min(last, block.last)
        if low < high:
            rows = slice(low - block.first, high - block.first)
            views = (buffers.theta, buffers.grad, buffers.direction)
            shape = (high - low, *(1 for _ in block.shape))
            yield Piece(
                block.decays,
                *(view[block.name][rows] for view in views),
                *(column[low - first : high - first].view(shape) for column in columns),
            )


def _cut(
    frame: Frame, views: Mapping[str, Tensor] | None, group: Group, decays: bool | None = None
) -> Iterator[Tensor]:
    """What a group has of each block (that decays, does not, or either)."""
    for block in frame.blocks if views is not None else ():
        low, high = max(group.first, block.first), min(group.last, block.last)
        if low < high and decays in (None, block.decays):
            yield views[block.name][low - block.first : high - block.first]  # type: ignore[index]
