"""A diagnosis as text, as JSON and as a page."""

import json
import math

import pytest

from justright.kinds import Diagnosis, Finding, Mended, NotChecked, Severity
from justright.report.diagnosis import diagnosis_text
from justright.report.diagnosis_html import diagnosis_page
from justright.report.diagnosis_json import to_json

SICK = Diagnosis(
    verdict="the network cannot learn: CrossEntropyLoss is given softmax's output",
    findings=(
        Finding(
            check="softmax-before-cross-entropy",
            severity=Severity.STOP,
            sign="the outputs of fc2 sum to 1 in every row",
            meaning="the loss applies softmax again",
            remedy="give the loss the outputs of fc2 as they are",
            layer="fc2",
            fault=1,
            line=12,
            confidence=0.9,
            numbers={"row_sum": 1.0, "loss": math.nan, "norm": math.inf},
        ),
        Finding(
            check="inputs-unscaled",
            severity=Severity.WARN,
            sign="column 3 has a spread of 900",
            meaning="<steps> go along it alone",
            remedy="scale the inputs",
        ),
    ),
    confirm="train 20 steps without softmax",
    otherwise="a learning rate that is far too low",
    explained=("slow-start",),
    effects=(
        Mended(
            check="softmax-before-cross-entropy",
            what="without softmax",
            before=0.6,
            after=0.1,
            n_steps=20,
        ),
    ),
    checked=("softmax-before-cross-entropy", "inputs-unscaled", "dead-units"),
    not_checked=tuple(
        NotChecked(check=check, because="no validation pass was seen")
        for check in ("overfitting", "wrong-mode")
    ),
    seen="300 steps of Adam on Net",
    overhead_share=0.012,
    changes={"softmax-before-cross-entropy": (12, "  loss = ce(p, y)", "  loss = ce(z, y)")},
)

TEXT = """\
The network cannot learn: CrossEntropyLoss is given softmax's output.
300 steps of Adam on Net.
It ran to its end.

stop The outputs of fc2 sum to 1 in every row. (train.py:12, layer fc2)
     The loss applies softmax again.
     remedy: Give the loss the outputs of fc2 as they are.
       train.py:12
       - loss = ce(p, y)
       + loss = ce(z, y)
     Tried on a copy, without softmax: after 20 steps the loss is 0.1 instead of 0.6.
     to confirm: Train 20 steps without softmax.
     it explains: Slow start.
     or else: A learning rate that is far too low.

warn Column 3 has a spread of 900.
     <steps> go along it alone.
     remedy: Scale the inputs.

Healthy (1 check): dead units
Not checked (2 checks):
  overfitting, wrong mode: no validation pass was seen
Watching took 1.2 % of the time."""

FORM = {
    "version": int,
    "verdict": str,
    "healthy": bool,
    "findings": list,
    "checked": list,
    "not_checked": list,
    "overhead_share": float,
}
FINDING_KEYS = (
    *("fault", "check", "severity", "rank", "confidence", "layer", "line"),
    *("sign", "meaning", "remedy", "numbers"),
)


def test_text_names_the_cause_its_evidence_and_its_remedy():
    assert diagnosis_text(SICK, script="train.py", ended="it ran to its end") == TEXT
    assert max(map(len, diagnosis_text(SICK, script="train.py", width=60).splitlines())) <= 60


@pytest.mark.parametrize("diagnosis", [SICK, Diagnosis(verdict="All is well.")])
def test_json_keeps_its_form(diagnosis):
    found = json.loads(json.dumps(to_json(diagnosis), allow_nan=False))
    assert {name: type(value) for name, value in found.items()} == FORM
    assert list(found) == list(FORM)
    assert [tuple(one) for one in found["findings"]] == [FINDING_KEYS] * len(diagnosis.findings)
    assert [one["rank"] for one in found["findings"]] == [1, 2][: len(diagnosis.findings)]
    assert found["healthy"] is diagnosis.healthy


def test_json_holds_no_figure_that_is_none():
    found = to_json(SICK)["findings"][0]
    assert found["numbers"] == {"row_sum": 1.0, "loss": None, "norm": None}
    assert (found["severity"], found["fault"], found["layer"]) == ("stop", 1, "fc2")


def test_page_says_what_the_text_says():
    page = diagnosis_page(SICK, script="train.py", ended="it ran to its end")
    for words in (
        "train.py:12, layer fc2",
        "<del>- loss = ce(p, y)</del>",
        "Slow start.",
        "&lt;steps",
    ):
        assert words in page
    assert "<steps" not in page and "http" not in page.split("</style>")[1].split("<script>")[0]
