"""Members that make their optimizer steps together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from justright.nets.frame import Frame, runs
from justright.train.averaging import ema_weight
from justright.train.course import Course
from justright.train.factors import PLAIN, Factor, factor_of
from justright.train.member import Member
from justright.train.optimizers import COUPLED, FIRST_ONLY, FUSED, Now, Part, nadam_momentum, step
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
    """What members that follow each other have of one block.

    Attributes:
        name: The block.
        rows: Their rows in it.
        who: Their places among the members of the group.
        decays: Whether weight decay applies.
        factor: What it makes of rate and decay.
    """

    name: str
    rows: slice
    who: slice
    decays: bool
    factor: Factor = PLAIN

    def of(self, views: Mapping[str, Tensor]) -> Tensor:
        """Their values."""
        return views[self.name][self.rows]

    def along(self, column: Tensor, like: Tensor) -> Tensor:
        """One value per member of the group, cut to these and shaped to broadcast."""
        return column[self.who].view(-1, *(1 for _ in like.shape[1:]))


class _Scattered:
    """Gradients and moments of members that do not follow each other, gathered in one piece each.

    An optimizer's few passes over one long piece are quicker than over very many short ones.

    Args:
        pieces: What the members have of each block.
        buffers: Where it lies.
        member: One of them.
    """

    def __init__(self, pieces: Sequence[Piece], buffers: Buffers, member: Member) -> None:
        two = buffers.second is not None and member.optimizer not in FIRST_ONLY
        views = [buffers.grad, buffers.first, *([buffers.second] if two and buffers.second else [])]
        self._lying = [[piece.of(view) for piece in pieces] for view in views]
        flats = [torch.cat([own.flatten() for own in lying]) for lying in self._lying]
        self._gathered = [_like(flat, self._lying[0]) for flat in flats]
        direction = torch.zeros_like(flats[0])
        self.direction = _like(direction, self._lying[0])
        self.part = Part([direction], [flats[0]], [flats[1]], flats[2:], decay=0.0)

    def gather(self) -> None:
        """Fetch the gradients."""
        torch._foreach_copy_(self._gathered[0], self._lying[0])

    def put_back(self) -> None:
        """Put the moments where the blocks have them."""
        for lying, gathered in zip(self._lying[1:], self._gathered[1:], strict=True):
            torch._foreach_copy_(lying, gathered)


def _like(flat: Tensor, shapes: Sequence[Tensor]) -> list[Tensor]:
    """A flat buffer cut into tensors of the given shapes."""
    parts = torch.split(flat, [shape.numel() for shape in shapes])
    return [part.view(shape.shape) for part, shape in zip(parts, shapes, strict=True)]


class _Decay:
    """Weight decay of members of which each has its own.

    Args:
        pieces: What decays.
        buffers: Where it lies.
        courses: The members' courses.
        rate: Their learning rates, written anew before each step.
    """

    def __init__(
        self, pieces: Sequence[Piece], buffers: Buffers, courses: Sequence[Course], rate: Tensor
    ) -> None:
        self._courses, self._rate = courses, rate
        self._base = rate.new_tensor([c.member.weight_decay for c in courses])
        self._any = bool((self._base > 0).any())
        self._moves = any(c.member.weight_decay_schedule != "constant" for c in courses)
        self._theta = [piece.of(buffers.theta) for piece in pieces]
        self._grad = [piece.of(buffers.grad) for piece in pieces]
        # One column for each factor, as the pieces of one factor share it.
        self._strengths = {p.factor.decay: self._base * p.factor.decay for p in pieces}
        self._kept = {p.factor: torch.ones_like(rate) for p in pieces}
        along = list(zip(pieces, self._theta, strict=True))
        self._added = [p.along(self._strengths[p.factor.decay], t) for p, t in along]
        self._keeps = [p.along(self._kept[p.factor], t) for p, t in along]

    def apply(self, n_steps: int, *, coupled: bool) -> None:
        """Add it to the gradients, or take it off the weights."""
        if not self._any:
            return
        if self._moves:
            shares = self._rate.new_tensor([c.decay_share(n_steps) for c in self._courses])
            for factor, strength in self._strengths.items():
                torch.mul(self._base, shares, out=strength).mul_(factor)
        if coupled:
            torch._foreach_addcmul_(self._grad, self._theta, self._added)
            return
        for own, kept in self._kept.items():
            torch.mul(self._rate, self._strengths[own.decay], out=kept).mul_(-own.rate).add_(1)
        torch._foreach_mul_(self._theta, self._keeps)


class Group:
    """Members that share optimizer, momentum and decay of the moments.

    Where they also share rate, schedule and weight decay, the optimizer moves their weights. Where
    they do not, it is run once for all at a rate of 1 on a buffer of zeros: what it leaves there is
    each member's direction, which is then taken at the member's own rate.

    Args:
        frame: Where parameters lie.
        who: Numbers of the members, rising.
        courses: Their courses.
        buffers: What a step reads and writes.

    Attributes:
        who: Numbers of the members.
        product: NAdam's product of momenta.
    """

    def __init__(
        self, frame: Frame, who: Sequence[int], courses: Sequence[Course], buffers: Buffers
    ) -> None:
        self.who, self.product = tuple(who), 1.0
        self._courses, self._member = courses, courses[0].member
        self._alike = _n_rates(courses) == 1
        pieces = list(_pieces(frame, who, _factors(frame, who, courses)))
        theta = [piece.of(buffers.theta) for piece in pieces]
        self._scattered = None
        fused = self._alike and self._member.optimizer in FUSED
        if _n_stretches(who) > 1 and not fused:
            self._scattered = _Scattered(pieces, buffers, self._member)
            self._alike = False
        self._rate = theta[0].new_zeros(len(courses))
        scattered = self._scattered
        self._parts = self._parted(pieces, buffers) if scattered is None else (scattered.part,)
        self._part_decays = [part.decay for part in self._parts]
        self._theta = theta
        self._direction = (
            [piece.of(buffers.direction) for piece in pieces]
            if scattered is None
            else scattered.direction
        )
        self._rates = [p.along(self._rate, t) for p, t in zip(pieces, theta, strict=True)]
        own = [i for i, piece in enumerate(pieces) if piece.factor.rate != 1]
        self._turned = [self._direction[i] for i in own]
        self._turns = [pieces[i].factor.rate for i in own]
        self._decay = _Decay([p for p in pieces if p.decays], buffers, courses, self._rate)
        averages = buffers.ema if self._member.averaging == "ema" else None
        self._averages = [] if averages is None else [piece.of(averages) for piece in pieces]

    def _parted(self, pieces: Sequence[Piece], buffers: Buffers) -> tuple[Part, ...]:
        """Parameters by rate and decay; all in one where the optimizer only finds directions."""
        member = self._member
        two = buffers.second is not None and member.optimizer not in FIRST_ONLY
        moved = buffers.theta if self._alike else buffers.direction
        found: dict[tuple[float, float], list[Piece]] = {}
        for piece in pieces:
            decay = member.weight_decay * piece.factor.decay if piece.decays else 0.0
            key = (piece.factor.rate, decay) if self._alike else (1.0, 0.0)
            found.setdefault(key, []).append(piece)
        return tuple(
            Part(
                theta=[piece.of(moved) for piece in own],
                grad=[piece.of(buffers.grad) for piece in own],
                first=[piece.of(buffers.first) for piece in own],
                second=[piece.of(buffers.second or {}) for piece in own] if two else [],
                decay=decay,
                rate=rate,
            )
            for (rate, decay), own in found.items()
        )

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
            if member.weight_decay_schedule != "constant":
                for part, decay in zip(self._parts, self._part_decays, strict=True):
                    part.decay = decay * self._courses[0].decay_share(n_steps)
            step(member.optimizer, self._parts, at)
        else:
            self._rate.copy_(torch.tensor(rates, dtype=self._rate.dtype))
            self._decay.apply(n_steps, coupled=member.optimizer in COUPLED)
            self._step_apart(at)
        if self._averages:
            weight = ema_weight(member.ema_decay, n_steps + 1)
            torch._foreach_lerp_(self._averages, self._theta, weight)
        return rates

    def put_back(self) -> None:
        """Put the moments where the blocks have them, to be saved."""
        if self._scattered is not None:
            self._scattered.put_back()

    def _paces(self, n_steps: int) -> tuple[Pace, list[float]]:
        """The pace of the first member, and the rates of all."""
        first = self._courses[0].pace(n_steps)
        if self._alike:
            return first, [self._member.learning_rate * first.rate] * len(self._courses)
        paces: dict[tuple[object, ...], Pace] = {}
        rates = []
        for i, course in enumerate(self._courses):
            key = _schedule_key(i, course.member)
            if key not in paces:
                paces[key] = course.pace(n_steps)
            rates.append(course.member.learning_rate * paces[key].rate)
        return first, rates

    def _step_apart(self, now: Now) -> None:
        """A step of members with rates of their own."""
        if self._scattered is not None:
            self._scattered.gather()
        step(self._member.optimizer, self._parts, now)
        if self._turned:
            torch._foreach_mul_(self._turned, self._turns)
        torch._foreach_addcmul_(self._theta, self._direction, self._rates)
        torch._foreach_zero_(self._direction)


def groups_of(frame: Frame, courses: Sequence[Course], buffers: Buffers) -> list[Group]:
    """Part members into groups. They need not follow each other.

    Args:
        frame: Where their parameters lie.
        courses: One per member, in order.
        buffers: What a step reads and writes.
    """
    groups: dict[tuple[object, ...], list[int]] = {}
    for i, course in enumerate(courses):
        groups.setdefault(group_key(course.member), []).append(i)
    parts: list[list[int]] = []
    for who in groups.values():
        # One pass for each rate is quicker than several over what lies scattered.
        apart = courses[who[0]].member.optimizer in FUSED and _n_stretches(who) > 1
        parts += _by_rate(who, courses) if apart else [who]
    return [Group(frame, who, [courses[i] for i in who], buffers) for who in parts]


def _by_rate(who: Sequence[int], courses: Sequence[Course]) -> list[list[int]]:
    """Members that share their rates, if they are few enough to be worth a call each."""
    found: dict[tuple[object, ...], list[int]] = {}
    for i in who:
        found.setdefault(_rates_key(i, courses[i].member), []).append(i)
    return list(found.values()) if len(found) <= _n_stretches(who) else [list(who)]


def _n_stretches(who: Sequence[int]) -> int:
    return sum(1 for _ in _stretches(who))


def group_key(m: Member) -> tuple[object, ...]:
    """What members of a group share."""
    # 1cycle moves the momentum too, so there its horizon must be the same.
    cycle = m.total_steps if m.schedule == "one_cycle" else 0
    ema = m.ema_decay if m.averaging == "ema" else -1.0
    return (m.optimizer, m.momentum, m.beta2, m.schedule == "one_cycle", cycle, ema)


def _n_rates(courses: Sequence[Course]) -> int:
    return len({_rates_key(i, c.member) for i, c in enumerate(courses)})


def _schedule_key(index: int, m: Member) -> tuple[object, ...]:
    """What decides a pace. A plateau moves with a member's own scores."""
    own = index if m.schedule == "plateau" else -1
    return (m.schedule, m.total_steps, m.epoch_steps, m.warmup_share, own)


def _rates_key(index: int, m: Member) -> tuple[object, ...]:
    decay = (m.weight_decay, m.weight_decay_schedule)
    return (m.learning_rate, *decay, *_schedule_key(index, m))


def _factors(
    frame: Frame, who: Sequence[int], courses: Sequence[Course]
) -> dict[tuple[str, int], Factor]:
    """Factors by block and member; those that change nothing are left out."""
    return {
        (frame.rename(slot.name, i), i): factor
        for i, course in zip(who, courses, strict=True)
        for slot in frame.slots[i]
        if (factor := factor_of(slot, course.member)) != PLAIN
    }


def _pieces(
    frame: Frame, who: Sequence[int], factors: Mapping[tuple[str, int], Factor]
) -> Iterator[Piece]:
    """What members have of each block, those that follow each other alike in one piece."""
    for first, last, start in _stretches(who):
        for block in frame.blocks:
            low, high = max(first, block.first), min(last, block.last)
            keys = [factors.get((block.name, i), PLAIN) for i in range(low, high)]
            for a, b, factor in runs(keys):
                rows = slice(low + a - block.first, low + b - block.first)
                places = slice(start + low + a - first, start + low + b - first)
                yield Piece(block.name, rows, places, block.decays, factor)


def _stretches(who: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Stretches of rising numbers: first, one past the last, place of the first.

    Example:
        >>> list(_stretches([2, 3, 7]))
        [(2, 4, 0), (7, 8, 2)]
    """
    start = 0
    for place in range(1, len(who) + 1):
        if place == len(who) or who[place] != who[place - 1] + 1:
            yield who[start], who[place - 1] + 1, start
            start = place
