"""A pack: members that are computed together, step by step."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from justright.nets.data_start import start_by_data
from justright.nets.family import initial_parameters, initial_statistics
from justright.nets.frame import runs
from justright.nets.spec import DenseSpec
from justright.nets.strands import Strands
from justright.train.averaging import Collected
from justright.train.batches import Batches
from justright.train.clipping import Clipping
from justright.train.course import Course
from justright.train.dataset import Dataset, row_weights, targets
from justright.train.figures import layer_norms
from justright.train.groups import Buffers, groups_of
from justright.train.losses import losses_and_gradient
from justright.train.member import Member
from justright.train.optimizers import FIRST_ONLY
from justright.train.team import Team
from justright.train.validation import Validation

STATISTIC_ROWS = 2048  # training rows that batch-norm statistics are recomputed from

State = dict[str, Any]


class Pack:
    """Members computed together. What one comes to does not depend on the others.

    Args:
        members: By falling depth, of one batch size and one kind of input.
        data: All rows. Its dtype is the dtype of the computation.
        states: Where each member stands, as `state` tells it; None to begin.

    Attributes:
        members: The members.
        courses: One per member.
        n_steps: Steps made.
    """

    @torch.no_grad()
    def __init__(
        self, members: Sequence[Member], data: Dataset, states: Sequence[State] | None = None
    ) -> None:
        self.members, self._data = tuple(members), data
        states = states or initial_states(members, data)
        specs = [m.spec for m in members]
        self.n_steps = int(states[0]["n_steps"])
        self.courses = [
            Course.from_state(m, s["course"]) for m, s in zip(members, states, strict=True)
        ]
        self.team = Team.of(specs, [s["theta"] for s in states], [s["statistics"] for s in states])
        self._best = [(s["best_theta"], s["best_statistics"]) for s in states]
        self._collected = [Collected(m) for m in members]
        for collected, state in zip(self._collected, states, strict=True):
            collected.load(state)
        self._lay_buffers(states)
        self._lay_losses()
        self._batches, self._strands = (
            Batches(members, data.query),
            _strands(members, self.team, data),
        )
        if self.n_steps:
            self._strands.load(states)
            self._batches.load(states)
        self._validation = Validation(members, data)
        n_lines = 1 if self._batches.shared else len(members)
        self._program = self.team.stack.program(
            self.team.params,
            self.team.stats,
            data.x.new_zeros(n_lines, members[0].batch_size, *data.x.shape[1:]),
            grads=self._buffers.grad,
            dealt=self._strands.dealt,
        )
        self._rates = [0.0] * len(members)

    def _lay_losses(self) -> None:
        """What the members' losses need."""
        members, data = self.members, self._data
        self._heads = members[0].spec.heads
        answering = [m for m in members for _ in range(self._heads)]
        smoothing = torch.tensor([m.label_smoothing for m in answering], dtype=data.x.dtype)
        self._smoothing = smoothing if bool((smoothing > 0).any()) else None
        weighted = any(m.loss == "weighted_cross_entropy" for m in members)
        self._class_weight = data.class_weight() if weighted else None
        self._loss_runs = tuple(runs([(m.loss, m.output) for m in answering]))
        sums = [course.loss_sum for course in self.courses]
        self._loss_sum = torch.tensor(sums, dtype=torch.float64)

    def _lay_buffers(self, states: Sequence[State]) -> None:
        """Gradients, moments and averages, laid out like the weights."""
        frame, theta = self.team.stack.parameters, self.team.theta
        second = any(m.optimizer not in FIRST_ONLY for m in self.members)
        ema = any(m.averaging == "ema" for m in self.members)
        self.grad = torch.zeros_like(theta)
        self._buffers = Buffers(
            theta=self.team.params,
            grad=frame.views(self.grad),
            direction=frame.views(torch.zeros_like(theta)),
            first=frame.views(torch.zeros_like(theta)),
            second=frame.views(torch.zeros_like(theta)) if second else None,
            ema=frame.views(torch.zeros_like(theta)) if ema else None,
        )
        for name, views in self._memories().items():
            for k, state in enumerate(states):
                if name in state:
                    frame.put(views, k, state[name])
        self._groups = groups_of(frame, self.courses, self._buffers)
        for group in self._groups:
            group.product = float(states[group.who[0]]["product"])
        pieces = [(frame[name].first, g) for name, g in self._buffers.grad.items()]
        ways = [(m.clip, m.clip_threshold) for m in self.members]
        self._clipping = Clipping(ways, pieces, theta.dtype)

    def _memories(self) -> dict[str, dict[str, Tensor]]:
        """What optimizers and averages remember, by name."""
        kept = {
            "first": self._buffers.first,
            "second": self._buffers.second,
            "ema": self._buffers.ema,
        }
        return {name: views for name, views in kept.items() if views is not None}

    @property
    def done_share(self) -> float:
        """Steps made, as a share of what its longest member is laid out for."""
        return self.n_steps / max(m.total_steps for m in self.members)

    @torch.no_grad()
    def step(self) -> Float[Tensor, " members"]:
        """Make one step of every member, and return their losses before it."""
        loss = self.backward()
        self._update()
        self._loss_sum += loss
        return loss

    @torch.no_grad()
    def step_and_look(self) -> bool:
        """Make one step and, where some members are due, evaluate them; whether some were."""
        due = [k for k, course in enumerate(self.courses) if course.due(self.n_steps + 1)]
        if not due:
            self.step()
            return False
        self._loss_sum += self.backward()
        before, grad = self.team.theta.clone(), self.grad.clone()
        self._update()
        self.look(due, before=before, grad=grad)
        return True

    def backward(self) -> Float[Tensor, " members"]:
        """Deal the next batches, leave the gradients in `grad`, and return each member's loss."""
        rows, program = self._batches.next(), self._program
        all_rows = rows.expand(len(self.members), -1)
        y = targets(self.members, self._data, all_rows, taught=True)
        weight = row_weights(self.members, self._data, all_rows)
        torch.index_select(self._data.x, 0, rows.flatten(), out=program.x.flatten(0, 1))
        self._strands.deal(self._dropout_shares())
        outputs = program.forward()
        if self._heads > 1:  # each submodel answers for itself, on the rows of its member
            outputs = outputs.view(-1, rows.shape[1], outputs.shape[-1])
            y = y.repeat_interleave(self._heads, dim=0)
            weight = None if weight is None else weight.repeat_interleave(self._heads, dim=0)
        losses, grads = [], []
        for a, b, (name, output) in self._loss_runs:
            smoothing = None if self._smoothing is None else self._smoothing[a:b]
            found = losses_and_gradient(
                name,
                outputs[a:b],
                y[a:b],
                smoothing=smoothing,
                class_weight=self._class_weight,
                output=output,
            )
            losses.append(found[0])
            grads.append(found[1])
        loss = losses[0] if len(losses) == 1 else torch.cat(losses)
        grad = grads[0] if len(grads) == 1 else torch.cat(grads)
        if weight is not None:
            loss, grad = loss * weight, grad * weight.unsqueeze(-1)
        shape = program.output_grad.shape
        torch.div(grad.reshape(shape), shape[1], out=program.output_grad)
        program.backward()
        return loss.reshape(len(self.members), -1).mean(1)

    def _dropout_shares(self) -> list[float] | None:
        """Share of each member's dropout in force at the next step; None where all is."""
        if all(m.dropout_schedule == "constant" for m in self.members):
            return None
        return [course.dropout_share(self.n_steps) for course in self.courses]

    def _update(self) -> None:
        """Clip the gradients and move the weights."""
        self._clipping.clip()
        for group in self._groups:
            for k, rate in zip(group.who, group.step(self.n_steps), strict=True):
                self._rates[k] = rate
        self.n_steps += 1

    @torch.no_grad()
    def look(
        self, due: Sequence[int], *, before: Tensor | None = None, grad: Tensor | None = None
    ) -> None:
        """Evaluate some members.

        Args:
            due: Which.
            before: Their weights before the last step, to tell how far it went; None not to.
            grad: The gradients of that step, before clipping.
        """
        figures = self._step_figures(due, before, grad)
        averaged = {k: own for k in due if (own := self._averaged(k)) is not None}
        team, validation = self._to_look_at(due, averaged)
        loss, score = validation.score(validation.outputs(team))
        self._hand_over_losses(due)
        for k, own_loss, own_score, norms in zip(
            due, loss.tolist(), score.tolist(), figures, strict=True
        ):
            seen = {"validation_loss": own_loss, "validation_score": own_score, **norms}
            if self.courses[k].see(self.n_steps, own_score, seen | {"rate": self._rates[k]}):
                self._best[k] = averaged[k] if k in averaged else self.team.own(k)
            self._loss_sum[k] = 0

    def scores(self) -> tuple[Tensor, Tensor]:
        """Loss and stopping score of every member as it stands, each (members,)."""
        return self._validation.score(self._validation.outputs(self.team))

    def _to_look_at(
        self, due: Sequence[int], averaged: Mapping[int, tuple[Tensor, Tensor]]
    ) -> tuple[Team, Validation]:
        """Who is due, with the weights that stand for them."""
        if len(due) < len(self.members):
            members = [self.members[k] for k in due]
            own = [averaged[k] if k in averaged else self.team.own(k) for k in due]
            team = Team.of([m.spec for m in members], [o[0] for o in own], [o[1] for o in own])
            return team, Validation(members, self._data)
        if not averaged:
            return self.team, self._validation
        copy = self.team.theta.clone(), self.team.statistics.clone()
        team = Team.around(self.team.stack, *copy)
        for k, (theta, statistics) in averaged.items():
            team.stack.parameters.put(team.params, k, theta)
            team.stack.statistics.put(team.stats, k, statistics)
        return team, self._validation

    def _averaged(self, k: int) -> tuple[Tensor, Tensor] | None:
        """A member's averaged weights and their statistics; None where the newest stand for it."""
        collected = self._collected[k]
        if self._buffers.ema is not None and self.members[k].averaging == "ema":
            theta = self.team.stack.parameters.take(self._buffers.ema, k)
        elif collected.wants(self.n_steps):
            theta = collected.take_in(self.team.own(k)[0])
        else:
            return None
        return theta, self._fresh_statistics(k, theta)

    def _fresh_statistics(self, k: int, theta: Tensor) -> Tensor:
        """Statistics of averaged weights: batch norm's are computed anew, from training rows."""
        member, statistics = self.members[k], self.team.own(k)[1]
        if member.spec.normalisation != "batch":
            return statistics
        x = self._data.x[torch.from_numpy(member.view.train[:STATISTIC_ROWS])].unsqueeze(0)
        team = Team.of([member.spec], [theta], [statistics])
        team.stack.forward(team.params, team.stats, x, recompute=True)
        return team.own(0)[1]

    def _step_figures(
        self, due: Sequence[int], before: Tensor | None, grad: Tensor | None
    ) -> list[dict[str, float]]:
        """Gradient norms and update ratios by layer."""
        if before is None or grad is None:
            return [{} for _ in due]
        frame = self.team.stack.parameters
        norms = layer_norms(frame, grad, due)
        weights = layer_norms(frame, before, due)
        updates = layer_norms(frame, self.team.theta - before, due)
        return [
            {f"gradient {layer}": g for layer, g in own.items()}
            | {f"update {layer}": moved[layer] / max(size[layer], 1e-12) for layer in own}
            for own, size, moved in zip(norms, weights, updates, strict=True)
        ]

    def _hand_over_losses(self, who: Sequence[int]) -> None:
        for k in who:
            course = self.courses[k]
            course.loss_sum = float(self._loss_sum[k])
            course.n_summed = self.n_steps - (course.steps[-1] if course.steps else 0)

    def state(self, k: int) -> State:
        """All that decides what a member comes to."""
        frame = self.team.stack.parameters
        self._hand_over_losses([k])
        theta, statistics = self.team.own(k)
        group = next(g for g in self._groups if k in g.who)
        group.put_back()
        moments = {name: frame.take(views, k) for name, views in self._memories().items()}
        return {
            "n_steps": self.n_steps,
            "product": group.product,
            "course": self.courses[k].state(),
            "theta": theta,
            "statistics": statistics,
            "best_theta": self._best[k][0],
            "best_statistics": self._best[k][1],
            **moments,
            **self._collected[k].state(),
            **self._strands.state(k),
            **self._batches.state(k),
        }

    def keep(self, who: Sequence[int]) -> "Pack":
        """A pack of some members only, in their order, where they stand."""
        return Pack([self.members[k] for k in who], self._data, [self.state(k) for k in who])


def _strands(members: Sequence[Member], team: Team, data: Dataset) -> Strands:
    """The members' noise."""
    dropout, input_dropout = [m.dropout for m in members], [m.input_dropout for m in members]
    return Strands(
        team.stack.noise_needs(members[0].batch_size, dropout, input_dropout),
        [m.seed for m in members],
        dropout=dropout,
        input_dropout=input_dropout,
        dtype=data.x.dtype,
    )


def initial_states(members: Sequence[Member], data: Dataset) -> list[State]:
    """Where members begin."""
    priors: dict[tuple[int, str], Tensor] = {}
    edges: dict[tuple[int, str], Tensor | None] = {}
    states = []
    for member in members:
        view = (id(member.view), member.output)
        if view not in priors:
            priors[view] = data.prior(member.view, member.output).to(data.x.dtype)
            edges[view] = data.edges(member.spec, member.view)
        states.append(_initial_state(member, data, priors[view], edges[view]))
    return states


def _initial_state(member: Member, data: Dataset, prior: Tensor, edges: Tensor | None) -> State:
    spec = member.spec
    theta = initial_parameters(spec, member.seed, prior)
    statistics = initial_statistics(spec, edges, prior.dtype)
    if isinstance(spec, DenseSpec) and spec.starts_by_data:
        theta = start_by_data(spec, theta, statistics, data.sample(member.view), member.seed)
    return {
        "n_steps": 0,
        "product": 1.0,
        "course": Course(member).state(),
        "theta": theta,
        "statistics": statistics,
        "best_theta": theta,
        "best_statistics": statistics,
        "ema": theta,
        "n_averaged": 0,
    }
