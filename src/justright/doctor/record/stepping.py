"""Optimizer steps, clipping, schedules and loaders of the watched script."""

import math
import time
import weakref

import torch
from torch.optim import Optimizer
from torch.utils.data import DataLoader, RandomSampler

from justright.doctor.evidence import Loader
from justright.doctor.record.frames import users_line
from justright.doctor.record.pacing import LoaderSeen
from justright.doctor.record.state import State
from justright.doctor.record.tracks import TrackWatch, gradient_norm

MOST_RATIOS = 4_096  # norms before clipping that are kept
PATIENCE = 3  # backward passes without any optimizer; a script has made its own by then
BURST = 8  # steps watched in a row, so that each of several optimizers comes in
NORM_SHARE = 0.25  # of what close looks may cost: what the gradient's norm at every step may


def optimizer_made(state: State, optimizer: Optimizer) -> None:
    """An optimizer was made: it is watched from its first step on."""
    state.n_optimizers += 1
    track_of(state, optimizer)


def track_of(state: State, optimizer: Optimizer) -> TrackWatch | None:
    """The track of an optimizer; None where it is not watched."""
    track = state.tracks.get(id(optimizer))
    if track is not None and (track.optimizer is None or track.optimizer() is optimizer):
        return track
    if state.only is not None and id(optimizer) not in state.only:
        return None
    n = len(state.tracks)
    name = "optimizer" if not n else f"optimizer {n + 1}"
    track = TrackWatch(name, type(optimizer).__name__, weakref.ref(optimizer))
    if track.optimizer is not None and id(optimizer) in state.tracks:
        # The id of one that the script has let go of: its track is kept under another key.
        state.tracks[-n] = state.tracks.pop(id(optimizer))
    state.tracks[id(optimizer)] = track
    track.ids = {id(value) for value in track.parameters(optimizer)}
    return track


def step_begins(state: State, optimizer: Optimizer) -> None:
    """An optimizer is about to step."""
    state.in_step += 1
    state.habits.letter("S")
    track = track_of(state, optimizer)
    if track is None:
        return
    if not track.n_steps:
        track.begins(optimizer, state.names)
    if state.close:
        began = time.perf_counter()
        track.before_step(optimizer, state.names)
        state.look_s += time.perf_counter() - began


def step_ends(state: State, optimizer: Optimizer) -> None:
    """An optimizer has stepped."""
    state.in_step = max(0, state.in_step - 1)
    track = track_of(state, optimizer)
    state.habits.cycle_ends()
    if track is None:
        return
    began = time.perf_counter()
    if state.close and track.before:
        track.after_step(optimizer, state.names)
    rate = float(optimizer.param_groups[0].get("lr", 0.0))
    _clip(state, track)
    state.capture.steps(optimizer, _main(state), rate)
    track.leftover = track.leftover and not state.close
    state.habits.validated(state.n_steps)
    state.late.flush() if state.close else None
    norm = _norm(state, optimizer)
    track.stepped(rate, norm)
    state.habits.stepped(track.pending_loss)
    if state.close:
        state.blueprint.look(state.n_steps + 1)
        state.look_s += time.perf_counter() - began
        state.purse.looked(state.look_s)
    go_on(state)


def go_on(state: State) -> None:
    """Count a step, and choose how closely to look at the next one."""
    state.n_steps += 1
    state.pace.stepped(state.spent_s)
    if state.quiet and state.n_steps % BURST and state.n_steps < state.purse.next:
        return
    state.look_s = 0.0
    state.close = state.purse.wants(state.n_steps)
    if not state.burst and state.light.affords(0.0):
        state.burst = BURST
    state.quiet = not state.close and not state.burst
    state.burst = max(0, state.burst - 1)


def _norm(state: State, optimizer: Optimizer) -> float | None:
    """The gradient's norm, where it may be afforded; another parameter group's grads are gone."""
    purse = state.purse
    if not (state.close or purse.norms_s < NORM_SHARE * purse.allowed_s()):
        return None
    began = time.perf_counter()
    norm = gradient_norm(optimizer)
    purse.norms_s += time.perf_counter() - began
    return norm


def _clip(state: State, track: TrackWatch) -> None:
    if state.clips:
        track.n_clips += 1
        track.n_clipped += state.clipped
        track.clip_limit = state.clip_limit
        if math.isfinite(state.clip_ratio) and len(track.clip_ratios) < MOST_RATIOS:
            track.clip_ratios.append(state.clip_ratio)
    state.clips, state.clipped, state.clip_ratio = 0, False, math.nan


def _main(state: State) -> "torch.nn.Module | None":
    held = state.names.models.get(state.capture.model_id)
    return held() if held is not None else None


def by_hand(state: State) -> None:
    """A backward pass begins in a script without an optimizer: it updates by itself."""
    if state.by_hand is None:
        if state.tracks or state.habits.backwards < PATIENCE:
            return
        state.by_hand = state.tracks[0] = TrackWatch("own update", "by hand", None)
        return
    state.habits.validated(state.n_steps)
    state.by_hand.stepped(0.0, None)
    state.habits.stepped(state.by_hand.pending_loss)
    if state.close:
        state.blueprint.look(state.n_steps + 1)
    go_on(state)


def zeroed(state: State, optimizer: Optimizer | None) -> None:
    """Gradients were set to zero, of one optimizer or of a model."""
    state.habits.letter("Z")
    state.habits.last_root = None  # what was added up before is gone
    for key, track in state.tracks.items():
        if optimizer is None or key == id(optimizer):
            track.leftover = False


def clipped(state: State, limit: float, norm: object) -> None:
    """Gradients were clipped."""
    state.habits.letter("C")
    state.clips += 1
    state.clip_limit = limit
    if isinstance(norm, torch.Tensor) and norm.device.type == "cpu":
        size = float(norm)
        state.clipped = state.clipped or size > limit
        state.clip_ratio = size / limit if limit > 0 else math.inf
        if state.capture.replay is not None:
            state.capture.replay.clip_norm = limit


def scheduled(state: State) -> None:
    """A scheduler has stepped; the ones of making it count for nothing."""
    state.habits.letter("L")


def loader_begins(state: State, loader: "DataLoader[object]") -> None:
    """A pass over a DataLoader begins."""
    seen = state.loaders.get(id(loader))
    if seen is None:
        seen = state.loaders[id(loader)] = LoaderSeen(_loader(loader))
    seen.passes += 1
    seen.edited.begins(loader.dataset)
    state.loader = seen


def _loader(loader: "DataLoader[object]") -> Loader:
    try:
        size = len(loader.dataset)  # type: ignore[arg-type]
    except TypeError:
        size = 0
    sampler = getattr(loader, "sampler", None)
    return Loader(
        n_examples=size,
        batch_size=loader.batch_size or 0,
        shuffles=isinstance(sampler, RandomSampler)
        or type(sampler).__module__ != "torch.utils.data.sampler",
        drop_last=bool(loader.drop_last),
        n_workers=loader.num_workers,
        line=users_line(),
    )
