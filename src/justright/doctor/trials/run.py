"""Run the trials on copies, within a time."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import torch
from torch import nn

from justright.doctor.evidence import Trials
from justright.doctor.trials.clock import now_s
from justright.doctor.trials.copied import copied
from justright.doctor.trials.layout import Layout, layout_of
from justright.doctor.trials.memory import ByHeart, by_heart
from justright.doctor.trials.misaligned import aligned
from justright.doctor.trials.not_tried import TOO_SLOW, UNKNOWN_LEAST, NotTried
from justright.doctor.trials.rates import STEPS, rate_trials
from justright.doctor.trials.reach import (
    columns_of,
    leak,
    output_moves,
    outputs_of,
    unread_columns,
)
from justright.doctor.trials.replay import SAME_SCALE, Recorded, Replay
from justright.doctor.trials.speed import pass_s
from justright.doctor.trials.stillness import seed, stillness

SECONDS = 4.0  # for all trials, unless the caller has less
#: Shares of the time by the end of which a trial must be done; the passes need next to nothing.
HEART_SHARE, RATES_SHARE = 0.45, 0.85


T = TypeVar("T")


def run(replay: Replay, *, seconds: float = SECONDS) -> Trials:
    """Make every trial that the replay allows. Nothing is raised; reasons are kept.

    Every trial has copies of its own: the user's model, optimizer, gradients and modes are not
    touched, and every random generator is given back as it was.

    Args:
        replay: What was kept of the training.
        seconds: Time for all of them.

    Example:
        >>> run(Replay(because={"model": "two models share the loss"})).because
        {'all': 'two models share the loss'}
    """
    if replay.model is None or not replay.batches:
        reasons = [replay.because[part] for part in ("model", "batches") if part in replay.because]
        why = reasons[0] if reasons else "no training batch was kept"
        return Trials(model=replay.model_name, because={"all": why})
    with stillness():
        return _Course(replay, seconds).trials()


class _Course:
    """The trials in their order, the cheapest first, and why some were not made."""

    def __init__(self, replay: Replay, seconds: float) -> None:
        assert replay.model is not None, "the caller looked"
        self._replay, self._model = replay, replay.model
        self._batch: Recorded = replay.batches[0]
        self._because: dict[str, str] = {}
        self._start, self._seconds = now_s(), seconds

    def trials(self) -> Trials:
        seen = self._tried("all", self._first_pass)
        if seen is None:
            return Trials(model=self._replay.model_name, because=self._because)
        layout, step_s = seen
        made = Trials(
            model=self._replay.model_name,
            n_layers=_layers_that_learn(self._model),
            loss_doubled=self._tried("loss_doubled", lambda: _doubled(self._model, self._batch)),
        )
        made = self._reached(made, layout)
        known = self._tried(
            "batch_end",
            lambda: by_heart(self._model, self._batch, layout, step_s, self._by(HEART_SHARE)),
        )
        made = self._known(made, known, layout)
        return replace(self._trained(made, step_s), because=self._because)

    def _tried(self, part: str, trial: Callable[[], T]) -> T | None:
        """What a trial gave; where it could not be made, None, and the reason is kept."""
        try:
            seed()
            return trial()
        except NotTried as why:
            self._because[part] = str(why)
        except Exception as error:  # the user's own model and loss may raise anything
            first_line = str(error).strip().split("\n")[0]
            self._because[part] = f"{type(error).__name__}: {first_line}"
        return None

    def _by(self, share: float) -> float:
        return self._start + share * self._seconds

    def _first_pass(self) -> tuple[Layout | None, float]:
        """Where the examples are, and what a step takes: a backward pass is two forward ones."""
        twin = copied(self._model).eval()
        layout = layout_of(twin, self._batch, outputs_of(twin, self._batch))
        return layout, 3 * pass_s(twin, self._batch, layout)

    def _reached(self, made: Trials, layout: Layout | None) -> Trials:
        """Who moves when an example or a column is changed, in the untrained copy."""
        if layout is None:
            for part in ("moved_rows", "unread_columns", "output_moves"):
                self._because[part] = "it cannot be told which axis counts the examples"
            return made
        leaked = self._tried("moved_rows", lambda: leak(self._model, self._batch, layout))
        if leaked is not None:
            made = replace(
                made,
                moved_rows=leaked.moved_share,
                leak_layer=leaked.layer,
                leak_kind=leaked.kind,
                leak_inside=leaked.inside,
            )
        return self._read(replace(made, n_rows=layout.n_rows), self._model, layout)

    def _read(self, made: Trials, model: nn.Module, layout: Layout) -> Trials:
        """Whether inputs arrive; what another state of the same model reads counts as read."""
        unread = self._tried("unread_columns", lambda: unread_columns(model, self._batch, layout))
        moves = self._tried("output_moves", lambda: output_moves(model, self._batch, layout))
        if unread is not None:
            before = unread if made.unread_columns is None else made.unread_columns
            unread = tuple(k for k in unread if k in before)
            made = replace(made, unread_columns=unread, n_columns=columns_of(self._batch).shape[1])
        if moves is not None and math.isfinite(moves):
            made = replace(made, output_moves=max(moves, made.output_moves or 0.0))
        return made

    def _known(self, made: Trials, known: ByHeart | None, layout: Layout | None) -> Trials:
        # A last layer that starts at zero reads nothing yet.
        silent = made.unread_columns or made.output_moves == 0
        if known is None:
            if silent:
                self._because["output_moves"] = self._because["unread_columns"] = "no copy learnt"
                made = replace(made, unread_columns=None, output_moves=None)
            return made
        if known.trivial is None:
            self._because["batch_trivial"] = UNKNOWN_LEAST
        if known.end is None:
            self._because["batch_end"] = TOO_SLOW
        made = replace(
            made,
            n_rows=known.n_rows,
            n_distinct=known.n_distinct,
            batch_start=known.start,
            batch_end=known.end,
            batch_floor=known.floor,
            batch_trivial=known.trivial,
            zeros_end=known.zeros_end,
        )
        return self._read(made, known.model, layout) if layout and silent else made

    def _trained(self, made: Trials, step_s: float) -> Trials:
        rates = self._tried(
            "rates", lambda: rate_trials(self._replay, step_s, self._by(RATES_SHARE))
        )
        if rates and self._replay.stepper:
            made = replace(
                made,
                rates=rates,
                n_steps=STEPS,
                rate=self._replay.rates[0] if self._replay.rates else self._replay.stepper.rate,
                optimizer=getattr(self._replay.stepper.kind, "__name__", ""),
            )
        ends = self._tried(
            "true_end", lambda: aligned(self._model, self._replay.batches, step_s, self._by(1.0))
        )
        if ends is not None:
            made = replace(made, true_end=ends.true_end, shuffled_end=ends.shuffled_end)
        return made


def _layers_that_learn(model: nn.Module) -> int:
    return sum(
        any(own.requires_grad and own.ndim > 1 for own in module.parameters(recurse=False))
        for module in model.modules()
    )


@torch.no_grad()
def _doubled(model: nn.Module, batch: Recorded) -> float:
    """Loss of the batch given twice over, divided by the loss of the batch."""
    twin = copied(model).eval()
    argument = batch.loss.link(batch.output(twin))
    if not isinstance(argument, torch.Tensor) or argument.ndim == 0:
        raise NotTried("the loss takes in no tensor with rows")
    n = len(argument)
    once = batch.loss.of(argument)
    call = batch.loss.with_rows(lambda rows: torch.cat([rows, rows]), n)
    ratio = float(call.of(torch.cat([argument, argument])) / once)
    # A sum that the script divides by the rows, or by the numbers, is a mean.
    sizes = [size for size in (n, argument.numel()) if size > 1]
    by_hand = any(abs(batch.loss.scale * size - 1) < SAME_SCALE for size in sizes)
    return ratio / 2 if by_hand else ratio
