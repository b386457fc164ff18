"""One cause first: the merging of findings."""

import pytest

from justright.doctor.causes import EXPLAINS
from justright.doctor.changes import changes
from justright.doctor.diagnose import rank
from justright.doctor.evidence import Hint, Source
from justright.doctor.faults import FAULTS
from justright.doctor.member import member_findings
from justright.kinds import Finding, Severity, Trace

STOP, WARN, NOTE = Severity.STOP, Severity.WARN, Severity.NOTE


def finding(fault, severity=WARN, confidence=0.8, check=None, **more):
    words = {"sign": "s", "meaning": "m", "remedy": "r"} | more
    return Finding(
        check=check or f"check-{fault}", severity=severity, fault=fault, confidence=confidence,
        **words,
    )  # fmt: skip


CASES = {
    "the cause before its sign": ([finding(16), finding(13)], [13, 16]),
    "a stop before a warning": ([finding(23), finding(10, STOP, 0.6)], [10, 23]),
    "a proven warning before a guessed stop": (
        [finding(26, STOP, 0.3), finding(23, WARN, 0.95)],
        [23, 26],
    ),
    "a hint explains nothing": ([finding(13, WARN, 0.4), finding(16, STOP, 0.8)], [16, 13]),
    "a note explains nothing": ([finding(11, NOTE, 1.0), finding(19, WARN, 0.5)], [11, 19]),
    "further up in the table of causes": (
        [finding(15, STOP, 0.9), finding(17, STOP, 0.8)],
        [17, 15],
    ),
    "an error explains all": (
        [finding(19), finding(1, WARN, 0.9), finding(31, STOP, 0.9)],
        [31, 1, 19],
    ),
    "a rate too low is a sign of a gradient that vanishes": (
        [finding(13, STOP, 0.9, "learning-rate-too-low"), finding(15, STOP, 0.8)],
        [15, 13],
    ),
    "one of each fault first": (
        [finding(11, STOP, 0.9, "a"), finding(11, STOP, 0.8, "b"), finding(20, WARN, 0.6)],
        [11, 20, 11],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("found", "order"), CASES.values(), ids=CASES)
def test_one_cause_first(found, order):
    ranked, _ = rank(found)
    assert [own.fault for own in ranked] == order


def test_signs_are_told_from_causes():
    ranked, explained = rank([finding(16), finding(13), finding(30)])
    assert explained == ("check-16",)
    assert len(ranked) == 3


def test_the_table_of_causes_knows_only_rows():
    assert set(EXPLAINS) <= set(FAULTS)
    assert all(signs <= set(FAULTS) and row not in signs for row, signs in EXPLAINS.items())


def script(*lines, hints=()):
    return Source(path="train.py", lines=lines, hints=hints)


CHANGES = {
    "a number is compared by value": (
        script("opt = SGD(net.parameters(), lr=1.0)", "x = 1"),
        finding(13, remedy="lower it: lr=1 -> lr=0.01"),
        (1, "opt = SGD(net.parameters(), lr=1.0)", "opt = SGD(net.parameters(), lr=0.01)"),
    ),
    "a number with a name": (
        script("LEARNING_RATE = 1e0", "opt = SGD(net.parameters(), lr=LEARNING_RATE)"),
        finding(13, remedy="lower it: lr=1 -> lr=0.01"),
        (1, "LEARNING_RATE = 1e0", "LEARNING_RATE = 0.01"),
    ),
    "a default of an option": (
        script('add("--rate", type=float, default=1.0)', "opt = SGD(w, lr=args.rate)"),
        finding(13, remedy="lower it: lr=1 -> lr=0.01"),
        (1, 'add("--rate", type=float, default=1.0)', 'add("--rate", type=float, default=0.01)'),
    ),
    "a call": (
        script("self.fc = nn.Linear(400, 120)"),
        finding(27, remedy="nn.Linear(400, 120) -> nn.Linear(256, 120)"),
        (1, "self.fc = nn.Linear(400, 120)", "self.fc = nn.Linear(256, 120)"),
    ),
    "a hint of the reader": (
        script("a", "total += loss", hints=(Hint(what="kept", line=2, text="total += loss",
                                                 better="total += loss.item()"),)),
        finding(30, line=2),
        (2, "total += loss", "total += loss.item()"),
    ),
    "two places: none is chosen": (
        script("SGD(a, lr=1)", "SGD(b, lr=1)"), finding(13, remedy="lr=1 -> lr=0.1"), None,
    ),
    "no code in the remedy": (script("a = 1"), finding(19, remedy="collect more data"), None),
}  # fmt: skip


@pytest.mark.parametrize(("source", "found", "change"), CHANGES.values(), ids=CHANGES)
def test_the_users_own_line_is_changed(source, found, change):
    assert changes(source, [found]).get(found.check) == change


def test_without_a_script_no_line_is_changed():
    assert changes(None, [finding(13, remedy="lr=1 -> lr=0.1")]) == {}


def test_a_sick_member_says_so_and_why():
    trace = Trace(seed=2, fold=1, learning_rate=3.0, steps=(6, 12), train_loss=(0.7, None),
                  stopped="diverged")  # fmt: skip
    (found,) = member_findings(trace)
    assert found.sign == "seed 2, fold 1: learning rate 3: diverged at step 12"
    assert found.severity is Severity.WARN


def test_a_member_in_health_is_silent():
    steps = tuple(range(10, 410, 10))
    loss = tuple(0.7 * 0.97**i for i in range(40))
    trace = Trace(seed=2, fold=1, learning_rate=0.01, steps=steps, train_loss=loss,
                  validation_loss=loss, update_ratio={"fc": (1e-3,) * 40},
                  stopped="patience")  # fmt: skip
    assert member_findings(trace) == ()
