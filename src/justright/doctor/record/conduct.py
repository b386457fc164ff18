"""From what was gathered to the evidence."""

import copy
from dataclasses import replace

from justright.doctor.evidence import Conduct, Evidence, Feed, Pace
from justright.doctor.record.habits import Habits
from justright.doctor.record.state import State


def evidence_of(state: State, door: str, stopped: str) -> Evidence:
    """Everything seen so far, as records.

    Args:
        state: What was gathered.
        door: The door.
        stopped: Why the watching ends.
    """
    state.late.flush()
    habits = copy.deepcopy(state.habits)  # the training may go on
    habits.ends(state.n_steps)
    own = list(state.tracks.values())
    return Evidence(
        door=door,
        layers=state.blueprint.records(),
        graphs=tuple(state.graphs),
        signals=tuple(state.signals),
        losses=state.losses.records(),
        batches=tuple(state.batches),
        feed=_feed(state),
        loaders=tuple(seen.record() for seen in list(state.loaders.values())),
        tracks=tuple(track.record() for track in own if track.n_steps),
        validations=tuple(habits.validations),
        conduct=conduct(state, habits, stopped),
        breakdown=state.breakdown,
        pace=_pace(state),
        failure=state.failure,
        because=_because(state, bool(habits.validations)),
    )


def conduct(state: State, habits: Habits, stopped: str) -> Conduct:
    """The habits of the loop."""
    counts = habits.counts
    held = set().union(*(track.ids for track in state.tracks.values()))
    later = set().union(*(track.prints for track in state.tracks.values()))
    labels = state.names.labels
    trained = {labels[key] for key, learns in list(state.trainable.items()) if learns}
    foreign = [
        name
        for track in state.tracks.values()
        if track.sampled
        for name in track.gradients
        if name not in track.has_gradient
    ]
    return Conduct(
        cycles=dict(habits.cycles),
        backwards=habits.backwards,
        steps=state.n_steps,
        optimizers=len(state.tracks),
        learned_in_training_mode=counts["learned_in_training_mode"],
        learned_in_eval_mode=counts["learned_in_eval_mode"],
        stepped_in_training_mode=counts["stepped_in_training_mode"],
        stepped_in_eval_mode=counts["stepped_in_eval_mode"],
        repeated_backwards=counts["repeated_backwards"],
        judged_in_training_mode=counts["judged_in_training_mode"],
        judged_in_eval_mode=counts["judged_in_eval_mode"],
        judged_with_gradients=counts["judged_with_gradients"],
        judged_lines=dict(habits.lines),
        smallest_batch=habits.smallest_batch,
        last_mode_training=habits.last_training,
        outside=tuple(n for n in state.outside if n not in later) if held else (),
        foreign=tuple(foreign),
        frozen=state.blueprint.frozen(trained),
        detached=state.detached,
        autocast=state.autocast,
        stopped=stopped,
    )


def overhead_share(state: State) -> float:
    """Share of the time that the watching took."""
    whole = state.purse.elapsed_s()
    return min(1.0, state.spent_s / whole) if whole > 0 else 0.0


def _pace(state: State) -> Pace | None:
    pace = state.pace.record(overhead_share(state), bool(state.loaders))
    kept = state.kept
    return pace and replace(pace, kept_graphs=kept.alive, marked_graphs=kept.of)


def _feed(state: State) -> Feed | None:
    feed, mirror = state.feed.record(), state.mirror
    return feed and replace(
        feed, flipped_rows=mirror.flipped, flipped_same_target=mirror.same_target
    )


def _because(state: State, validated: bool) -> dict[str, str]:
    """Why parts are missing, in words."""
    reasons = dict(state.because)
    if not state.n_steps:
        reasons.setdefault("tracks", "no optimizer step was made")
        reasons.setdefault("pace", "no optimizer step was made")
    if not state.losses.uses:
        reasons.setdefault("losses", "no loss function of torch.nn.functional was called")
    if not validated:
        reasons.setdefault("validations", "no validation pass was seen")
    if not state.loaders:
        reasons.setdefault("loaders", "no DataLoader was used")
    if state.compiled:
        reasons.setdefault("layers", "torch.compile hides the layers")
        reasons.setdefault("signals", "torch.compile hides the activations")
    if state.packed:
        reasons.setdefault("signals", "activations are recomputed (checkpointing)")
    reasons.setdefault("start", "for networks that Justright builds itself")
    reasons.setdefault("task", "no task was named")
    reasons.setdefault("source", "there is no one script to read")
    if state.breakdown is None:
        reasons.setdefault("breakdown", "every loss was finite")
    if state.failure is None:
        reasons.setdefault("failure", "the script ended without an error")
    return reasons
