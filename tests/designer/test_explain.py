"""The explanation: in full, in five lines, and as a table for a notebook."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from justright.designer.explain import explain, explain_html, summary
from justright.designer.levers import LEVERS
from justright.designer.planner import plan
from justright.kinds.task import Task
from tests.designer.cases import CASES, binary, images, number

TASK = Task(kind="regression", target="price", reason="numbers")
DESIGN = plan(number(344), TASK, {"depth": 3}, asked=["optimizer-92"])


def test_explain_says_value_origin_reason_source_and_what_was_passed_over():
    text = explain(DESIGN)
    assert text.startswith("Design for 'price' (regression): numbers\n\n")
    assert "width = 64 neurons  [rule width-20]\n  when:    rows < 1,000\n  because: under" in text
    assert "depth = 3 hidden layers  [you]\n  because: you set it; the book would have" in text
    assert "optimizer = sgd_nesterov  [rule optimizer-92, asked for by you]" in text
    assert "width-10: 32, when rows < 200 (condition does not hold: rows = 344)" in text
    assert "arXiv:2407.04491" in text


def test_explain_has_a_paragraph_for_each_lever():
    names = [part.split(" = ")[0] for part in explain(DESIGN).split("\n\n")[1:]]
    assert names == [lever.name for lever in LEVERS]


def measured():
    rate = replace(
        DESIGN.decision("learning_rate"),
        value=0.0123456,
        origin="measurement",
        rule="measured",
        reason="lowest loss <of> 24 rates",
        evidence={"diverges_at": 1.25},
    )
    return DESIGN.replace(rate)


def test_a_measurement_shows_its_figures():
    text = explain(measured())
    assert "learning_rate = 0.0123456  [measured]" in text
    assert "  figures: diverges_at = 1.25\n" in text


def test_summary_is_five_lines_each_with_its_reason():
    lines = summary(plan(number(344), TASK))
    starts = ["Evaluation", "Network", "Activation and regularisation", "Optimisation", "Ensemble"]
    assert [line.split(": ")[0] for line in lines] == starts
    assert lines[0].startswith("Evaluation: 10-fold, random, by rmse: with few rows")
    assert lines[1].startswith("Network: 2 hidden layers of 64 neurons: few rows carry")
    assert lines[2].startswith(
        "Activation and regularisation: silu, no normalisation, no dropout, weight decay 0.05: "
    )
    assert lines[3].startswith("Optimisation: adamw, learning rate 0.003, linear schedule, ")
    assert lines[4].startswith("Ensemble: mean of 8 networks, running mean of weights: ")
    assert all(line.endswith("]") and "\n" not in line for line in lines)


@pytest.mark.parametrize(
    "overrides, at, part",
    [
        ({"depth": 0}, 1, "no hidden layer (linear)"),
        ({"depth": 1}, 1, "1 hidden layer of 256 neurons, periodic numeric embeddings: "),
        ({"depth": 5}, 1, "with residual connections"),
        ({"depth": 5}, 2, "batch norm, no dropout"),
        ({"ensemble_size": 1, "averaging": "none"}, 4, "one network: you set it"),
        ({"evaluation": "hold-out"}, 0, "hold-out, random"),
        ({"dropout": 0.25}, 2, "dropout 0.25"),
    ],
)
def test_summary_words(overrides, at, part):
    assert part in summary(plan(number(), TASK, overrides))[at]


@pytest.mark.parametrize(
    "overrides, what",
    [
        ({}, "3 convolutions of 3 × 3 with max pooling, 16 channels doubled at each pooling: "),
        ({"depth": 1, "pool": "none", "shape": "same"}, "1 convolution of 3 × 3 with no pooling, "),
        ({"head_width": 64}, "doubled at each pooling, then a dense layer of 64 neurons: "),
        ({"shape": "same", "residual": True}, "16 channels with residual connections: "),
    ],
)
def test_summary_of_convolutions(overrides, what):
    task = Task(kind="multiclass", target="y", classes=("a", "b", "c"))
    assert what in summary(plan(images(), task, overrides))[1]


def test_summary_gives_the_measured_rate_with_its_reason():
    line = summary(measured())[3]
    assert "learning rate 0.012" in line and line.endswith("24 rates [measured]")


@pytest.mark.parametrize("case", CASES[::7], ids=lambda case: case[0])
def test_summary_never_fails(case):
    _, profile, overrides, _ = case
    task = Task(kind=profile.task, target="y", classes=("a", "b", "c"))
    assert len(summary(plan(profile, task, overrides))) == 5


class Balance(HTMLParser):
    """Counts tags, and fails on one that closes what is not open."""

    def __init__(self):
        super().__init__()
        self.open, self.rows, self.details = [], 0, 0

    def handle_starttag(self, tag, attrs):
        self.rows += tag == "tr"
        self.details += tag == "details"
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_html_is_balanced_escaped_and_complete():
    task = Task(kind="binary", target="<script>x", classes=("no", "yes"))
    html = explain_html(plan(binary(), task))
    seen = Balance()
    seen.feed(html)
    assert not seen.open and seen.rows == len(LEVERS) + 1 and seen.details > 20
    assert "<script>" not in html and "&lt;script&gt;x" in html
    assert "rows &lt; 200" in html
    assert "http" not in html.split("<table>")[0]


def test_html_escapes_what_was_measured():
    assert "lowest loss &lt;of&gt; 24 rates" in explain_html(measured())
