"""Recurrent layers, filled-up sequences, memory, pace, and data that change."""

import dataclasses

import pytest

from justright.doctor.checks.edited_in_place import EDITED_IN_PLACE
from justright.doctor.checks.flipped_labels import FLIPPED_LABELS
from justright.doctor.checks.graph_grows import GRAPH_GROWS
from justright.doctor.checks.graph_kept import GRAPH_KEPT
from justright.doctor.checks.loading_dominates import LOADING_DOMINATES
from justright.doctor.checks.padding_counted import PADDING_COUNTED
from justright.doctor.checks.recurrent_carried import RECURRENT_CARRIED
from justright.doctor.checks.recurrent_unclipped import RECURRENT_UNCLIPPED
from justright.doctor.evidence import Evidence, Feed, Layer, Loader, Pace
from justright.kinds import Severity
from tests.doctor.evidences import CLASSES, NUMBERS, samples, use

LSTM = Layer(name="lstm", kind="LSTM", calls=1)
SPIKED = RECURRENT_UNCLIPPED.example


def changed(**track):
    own = dataclasses.replace(SPIKED.tracks[0], **track)
    return dataclasses.replace(SPIKED, tracks=(own,))


LEARNT = use(NUMBERS, *samples(1.0, 0.1, 0.1))
RECURRENT = {
    "two spikes": (SPIKED, Severity.WARN),
    "it learns all the same": (dataclasses.replace(SPIKED, losses=(LEARNT,)), Severity.NOTE),
    "clipped": (changed(clipped_share=0.1), None),
    "one spike": (changed(gradient=tuple(50.0 if i == 40 else 1.0 for i in range(100))), None),
    "five times": (changed(gradient=tuple(5.0 if i % 30 == 9 else 1.0 for i in range(100))), None),
    "no harm": (changed(loss=(1.0,) * 100), None),
    "no recurrent layer": (dataclasses.replace(SPIKED, layers=()), None),
}


@pytest.mark.parametrize(("evidence", "severity"), RECURRENT.values(), ids=RECURRENT)
def test_recurrent_gradients_that_explode(evidence, severity):
    finding = RECURRENT_UNCLIPPED.judge(evidence)
    assert (finding and finding.severity) == severity


GROWTHS = {  # operations behind the loss at each look, whether it grows
    "by twenty a step": ([20 * i for i in range(1, 9)], True),
    "up and down with the length of the sequences": ([40, 90, 60, 200, 50, 180, 90, 70], False),
    "the same": ([40] * 8, False),
    "not doubled": ([40, 45, 50, 55, 60, 65, 70, 75], False),
    "five looks": ([20, 40, 60, 80, 100], False),
}


@pytest.mark.parametrize(("sizes", "sick"), GROWTHS.values(), ids=GROWTHS)
def test_graphs_that_grow(sizes, sick):
    pace = Pace(graph_sizes=tuple(sizes), graph_steps=tuple(range(len(sizes))))
    plain, recurrent = Evidence(door="check", pace=pace), (LSTM,)
    carried = dataclasses.replace(plain, layers=recurrent)
    assert (GRAPH_GROWS.judge(plain) is not None) == sick
    assert (RECURRENT_CARRIED.judge(carried) is not None) == sick
    assert GRAPH_GROWS.judge(carried) is None
    assert RECURRENT_CARRIED.judge(plain) is None


def filled(share, **changes):
    return Evidence(door="check", losses=(use(CLASSES, padded_share=share, **changes),))


PADDED = {
    "half": (filled(0.5), True),
    "a twentieth": (filled(0.05), False),
    "left out by ignore_index": (filled(0.0), False),
    "no sequences": (filled(None), False),
    "masked by the script": (filled(0.5, options={"reduction": "none"}), False),
    "weighted": (filled(0.5, options={"weight": "given"}), False),
    "in validation": (filled(0.5, learning=False), False),
}


@pytest.mark.parametrize(("evidence", "sick"), PADDED.values(), ids=PADDED)
def test_targets_at_filled_up_places(evidence, sick):
    assert (PADDING_COUNTED.judge(evidence) is not None) == sick


MB = 2**20
KEPT = {
    "all of them": (Pace(kept_graphs=20, marked_graphs=20), True),
    "the best one": (Pace(kept_graphs=1, marked_graphs=20), False),
    "three of four": (Pace(kept_graphs=3, marked_graphs=4), False),
    "five of forty": (Pace(kept_graphs=5, marked_graphs=40), False),
    "evenly, 50 MB a look": (
        Pace(memory_bytes=tuple((400 + 50 * i) * MB for i in range(24)),
             memory_steps=tuple(range(24))), True),
    "a cache that fills and stops": (
        Pace(memory_bytes=tuple(min(400 + 50 * i, 800) * MB for i in range(24)),
             memory_steps=tuple(range(24))), False),
    "a little": (
        Pace(memory_bytes=tuple((10 + 5 * i) * MB for i in range(24)),
             memory_steps=tuple(range(24))), False),
}  # fmt: skip


@pytest.mark.parametrize(("pace", "sick"), KEPT.values(), ids=KEPT)
def test_what_is_kept_of_each_step(pace, sick):
    assert (GRAPH_KEPT.judge(Evidence(door="check", pace=pace)) is not None) == sick


def loading(step_s, share, *, workers=0, steps=200, passes=2):
    own = Loader(n_examples=999, batch_size=8, n_workers=workers, passes=passes)
    conduct = dataclasses.replace(LOADING_DOMINATES.example.conduct, steps=steps)
    pace = Pace(step_s=step_s, wait_share=share)
    return Evidence(door="check", pace=pace, loaders=(own,), conduct=conduct)


WAITS = {
    "nine tenths of 100 ms": (loading(0.1, 0.9), Severity.WARN),
    "half of 40 ms": (loading(0.04, 0.6), Severity.NOTE),
    "nine tenths of 1 ms": (loading(0.001, 0.9), None),
    "a tenth": (loading(0.1, 0.1), None),
    "a few steps": (loading(0.1, 0.9, steps=10), None),
    "workers that start at each short epoch": (
        loading(0.1, 0.9, workers=2, passes=40), Severity.NOTE),
}  # fmt: skip


@pytest.mark.parametrize(("evidence", "severity"), WAITS.values(), ids=WAITS)
def test_steps_that_wait_for_data(evidence, severity):
    finding = LOADING_DOMINATES.judge(evidence)
    assert (finding and finding.severity) == severity


@pytest.mark.parametrize(("edited", "learning", "sick"), [(4, True, True), (1, True, False),
                                                           (4, False, False)])  # fmt: skip
def test_data_that_change_between_passes(edited, learning, sick):
    own = Loader(n_examples=99, batch_size=8, passes=5, edited=edited, learning=learning)
    assert (EDITED_IN_PLACE.judge(Evidence(door="check", loaders=(own,))) is not None) == sick


def mirrored(flipped, same, columns, function=NUMBERS):
    feed = Feed(n_batches=99, flipped_rows=flipped, flipped_same_target=same)
    loss = use(function, *samples(1.0, 0.3, column_correlations=columns))
    return Evidence(door="check", feed=feed, losses=(loss,))


FLIPS = {
    "one coordinate unlearnt": (mirrored(200, 200, (0.05, 0.97)), True),
    "both learnt": (mirrored(200, 200, (0.9, 0.97)), False),
    "none learnt": (mirrored(200, 200, (0.05, 0.1)), False),
    "targets mirrored too": (mirrored(200, 3, (0.05, 0.97)), False),
    "a few pictures that happen to be mirror images": (mirrored(9, 9, (0.05, 0.97)), False),
    "classes": (mirrored(200, 200, (), CLASSES), False),
}


@pytest.mark.parametrize(("evidence", "sick"), FLIPS.values(), ids=FLIPS)
def test_images_mirrored_without_their_targets(evidence, sick):
    assert (FLIPPED_LABELS.judge(evidence) is not None) == sick
