"""The explanation: in full, in five lines, and as a table for a notebook."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from justright.designer.decision_words import HEADINGS, is_used, parts
from justright.designer.explain import explain, summary
from justright.designer.explain_html import explain_html
from justright.designer.levers import LEVERS
from justright.designer.planner import plan
from justright.designer.sources import SOURCES
from justright.kinds.task import Task
from tests.designer.cases import CASES, binary, images, number

TASK = Task(kind="regression", target="price", reason="numbers")
DESIGN = plan(number(344), TASK, {"depth": 3}, asked=["optimizer-92"])


def test_explain_says_value_origin_reason_source_and_what_was_passed_over():
    text = explain(DESIGN)
    assert text.startswith("Design for 'price' (regression): numbers\n\nEVALUATION\n\n")
    assert (
        "width = 64 neurons  [rule width-20]\n"
        "  when       rows < 1,000\n"
        "  because    under 1,000 rows a wider layer costs time and gains nothing on average\n"
        "  change     with rows < 200 (here rows = 344) it would be 32 [width-10]\n"
    ) in text
    assert "depth = 3 hidden layers  [you]\n  because    you set it; the book would have" in text
    assert "optimizer = sgd_nesterov  [rule optimizer-92, asked for by you]" in text
    assert "  not here   32 when rows < 200 (rows = 344) [width-10]\n" in text
    assert "  elsewhere  32 [width-02]; 16 [width-04]\n" in text
    assert "  later      128 [width-30]; 256 [width-90]\n" in text
    assert "  classic    8 (one per input, 8 to 100) [width-92]; 1024 [width-94]\n" in text


def test_each_lever_stands_once_under_its_heading_and_idle_ones_in_one_line():
    text = explain(DESIGN)
    idle = [decision.lever for decision in DESIGN.decisions if not is_used(decision)]
    shown = re.findall(r"^(\w+) = ", text, re.M)
    assert sorted(shown + idle) == sorted(lever.name for lever in LEVERS)
    assert "\n\nnot used without convolutions: kernel, pool, head_width\n\n" in text
    for part in parts(DESIGN):
        for decision in part.used:
            start = text.index(f"\n{decision.lever} = ")
            assert re.findall(r"^[A-Z]+$", text[:start], re.M)[-1] == part.heading.upper()


def test_every_lever_has_a_heading():
    listed = [lever for names in HEADINGS.values() for lever in names.split()]
    assert len(set(listed)) == len(listed)
    assert {lever.name for lever in LEVERS} <= set(listed)


def test_citations_are_numbered_and_listed_once():
    body, sources = explain(DESIGN).split("\nSOURCES\n")
    listed = [int(n) for n in re.findall(r"^\[(\d+)\] ", sources, re.M)]
    assert listed == list(range(1, len(listed) + 1))
    assert set(map(int, re.findall(r"\[(\d+)\]", body))) == set(listed)
    assert "arXiv:2407.04491" in sources
    assert not any("; " in text for text in SOURCES.values())


@pytest.mark.parametrize("width", [80, 120])
def test_lines_are_no_longer_than_asked(width):
    assert max(len(line) for line in explain(DESIGN, width=width).splitlines()) <= width


def test_explain_as_json_and_html():
    plain = json.loads(explain(DESIGN, "json"))
    found = {each["lever"]: each for part in plain["parts"] for each in part["decisions"]}
    assert list(plain["task"]) and len(found) == len(LEVERS)
    assert found["width"]["turn"] == {
        "when": "rows < 200", "seen": "rows = 344", "rule": "width-10", "choice": "32",
    }  # fmt: skip
    assert found["kernel"]["used"] is False and found["depth"]["origin"] == "user"
    assert explain(DESIGN, "html") == explain_html(DESIGN)
    with pytest.raises(ValueError, match="form='pdf'"):
        explain(DESIGN, "pdf")


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
    assert "  figures    diverges_at = 1.25\n" in text


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
        ({"family": "tabm"}, 1, "32 submodels (TabM) that share 2 hidden layers of 256 neurons"),
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
    design = plan(binary(), task)
    idle = sum(len(part.unused) for part in parts(design))
    folded = sum(bool(part.unused) for part in parts(design))
    assert idle > folded > 0
    assert not seen.open
    assert seen.rows == len(LEVERS) - idle + folded + len(parts(design)) + 1
    assert seen.details > 20
    assert "<script>" not in html and "&lt;script&gt;x" in html
    assert "rows &lt; 200" in html
    assert "http" not in html.split("<table>")[0]


def test_html_escapes_what_was_measured():
    assert "lowest loss &lt;of&gt; 24 rates" in explain_html(measured())
