import ast
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from justright.doctor.checks import CHECKS
from justright.doctor.evidence import Conduct, Evidence, Loader, LossUse, Pace, Track, Trials
from justright.doctor.examine import examine
from justright.doctor.source import read, read_text
from tests.doctor.reading.healthy import HEALTHY
from tests.doctor.reading.sick import SICK

SOURCE_CHECKS = [check for check in CHECKS if check.needs == {"source"}]
#: Row of the table of faults for each pattern.
ROWS = {
    "activation-before-loss": 1, "batch-first-missing": 9, "turned-by-view": 9,
    "softmax-over-batch": 9, "layers-in-list": 10, "layer-in-forward": 10, "model-remade": 10,
    "loss-made-leaf": 10, "loss-detached": 10, "no-grad-in-forward": 10, "step-missing": 11,
    "step-outside": 11, "zero-grad-missing": 11, "zero-before-step": 11, "clip-after-step": 11,
    "clip-scaled": 11, "schedule-first": 11, "optimizer-in-loop": 11, "eval-missing": 12,
    "train-not-again": 12, "trained-in-eval": 12, "dropout-in-forward": 12,
    "resampled-before-split": 20, "selected-before-split": 20, "scaled-before-split": 20,
    "shuffled-apart": 21, "shuffle-swapped": 22, "not-shuffled": 22, "rng-in-workers": 22,
    "seed-in-item": 22, "dropout-on-output": 24, "edited-in-place": 26,
    "flip-without-label": 26, "digits-flipped": 26, "state-carried": 29, "padding-counted": 29,
    "loss-kept": 30, "graph-retained": 30,
}  # fmt: skip


def findings(evidence):
    return examine(evidence, SOURCE_CHECKS).findings


@pytest.mark.parametrize(("text", "what", "better"), SICK.values(), ids=SICK)
def test_finds(text, what, better):
    source = read_text(text)
    hint = next(hint for hint in source.hints if hint.what == what)
    assert hint.text == source.lines[hint.line - 1]
    assert hint.better.strip() == (better or "")
    assert ROWS[what] in {f.fault for f in findings(Evidence(door="check", source=source))}


@pytest.mark.parametrize("text", HEALTHY.values(), ids=HEALTHY)
def test_stays_silent(text):
    assert ast.parse(text)
    assert read_text(text).hints == ()


def test_every_pattern_has_a_sick_case():
    assert {what for _, what, _ in SICK.values()} == set(ROWS)


WATCHED = Conduct(cycles={"ZFBS": 300}, steps=300, backwards=300, optimizers=1)
#: What was watched shows that all is well.
REFUTED = {
    "zero-grad-missing": {"conduct": WATCHED},
    "step-missing": {"conduct": WATCHED},
    "zero-before-step": {"conduct": WATCHED},
    "step-outside": {"conduct": WATCHED},
    "optimizer-in-loop": {"conduct": WATCHED},
    "clip-after-step": {"conduct": replace(WATCHED, cycles={"ZFBCS": 300})},
    "layers-in-list": {"conduct": WATCHED, "tracks": (Track(name="o", kind="SGD"),)},
    "model-remade": {"conduct": WATCHED},
    "loss-made-leaf": {"conduct": WATCHED},
    "train-not-again": {"conduct": replace(WATCHED, learned_in_training_mode=300)},
    "eval-missing": {"conduct": replace(WATCHED, judged_in_eval_mode=9)},
    "activation-before-loss": {"losses": (LossUse(function="cross_entropy"),)},
    "batch-first-missing": {"trials": Trials(moved_rows=0.0)},
    "state-carried": {"pace": Pace(graph_sizes=(9, 9, 9))},
    "shuffle-swapped": {"loaders": (Loader(n_examples=9, batch_size=3),)},
    "rng-in-workers": {"loaders": (Loader(n_examples=9, batch_size=3, n_workers=1),)},
}
#: What was watched agrees with the source, or says nothing.
BORNE_OUT = {
    "zero-grad-missing": {
        "conduct": replace(WATCHED, cycles={"FBS": 300}),
        "tracks": (Track(name="o", kind="SGD", leftover_share=0.9),),
    },
    "step-missing": {"conduct": Conduct(backwards=300)},
    "layers-in-list": {"conduct": replace(WATCHED, outside=("parameter 3",))},
    "train-not-again": {"conduct": replace(WATCHED, learned_in_eval_mode=200)},
    "state-carried": {"pace": Pace(graph_sizes=(9, 18, 27))},
}


def _said(what, parts):
    text = next(text for text, name, _ in SICK.values() if name == what)
    source = read_text(text)
    source = replace(source, hints=tuple(h for h in source.hints if h.what == what))
    return findings(Evidence(door="check", source=source, **parts))


@pytest.mark.parametrize(("what", "parts"), REFUTED.items(), ids=REFUTED)
def test_what_was_watched_refutes_the_text(what, parts):
    assert _said(what, {})
    assert not _said(what, parts)


@pytest.mark.parametrize(("what", "parts"), BORNE_OUT.items(), ids=BORNE_OUT)
def test_what_was_watched_bears_the_text_out(what, parts):
    assert _said(what, parts)


def test_says_line_and_words():
    source = read_text(SICK["loss summed"][0])
    (finding,) = findings(Evidence(door="check", source=source))
    assert (finding.line, finding.fault, finding.check) == (11, 30, "source-memory")
    assert finding.sign == "line 11: total += loss"


def test_lines_of_layers_and_calls():
    text = """
class Net(nn.Module):
    def __init__(self):
        self.fc1 = nn.Linear(4, 2)
        self.net = nn.Sequential(
            nn.Conv2d(1, 2, 3),
            nn.Sequential(nn.ReLU()),
        )
        self.loss = nn.MSELoss()
model = nn.Sequential(OrderedDict([("a", nn.Linear(2, 2))]), nn.ReLU())
small = nn.Sequential(
    nn.Linear(2, 2))
loss.backward()
loss.backward()
"""
    source = read_text(text)
    assert dict(source.layer_lines) == {
        "fc1": 4, "net": 5, "net.0": 6, "net.1": 7, "net.1.0": 7, "0": 10, "1": 10
    }  # fmt: skip
    assert dict(source.call_lines)["backward"] == 13
    assert dict(source.call_lines)["Conv2d"] == 6


def test_what_is_no_script_gives_no_hints(tmp_path):
    broken = tmp_path / "broken.py"
    broken.write_bytes(b"def f(:\n\xff\x00")
    assert read(broken).hints == ()
    assert read(tmp_path / "none.py").lines == ()
    deep = tmp_path / "deep.py"
    deep.write_text("x = " + "(" * 90 + "1" + ")" * 90 + "\ny = " + "+".join("a" * 3000))
    assert read(deep).hints == ()


pieces = st.sampled_from(
    [line for text, _, _ in SICK.values() for line in text.splitlines() if line.strip()]
)


@given(st.lists(pieces, max_size=12))
def test_no_text_makes_the_reader_raise(lines):
    source = read_text("\n".join(line.strip() for line in lines))
    assert all(1 <= hint.line <= len(source.lines) for hint in source.hints)
    findings(Evidence(door="check", source=source))
