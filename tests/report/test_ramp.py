"""The ramp as a picture and as a part of the report."""

import json
import re
import sys
from dataclasses import replace

import pytest

from justright.errors import JustrightError
from justright.report.plot import plot_ramp
from justright.report.ramp_marks import MAX_STEPS, loss_range, marks
from justright.report.sections.ramp import ramp as section
from justright.report.sections.ramp import ramp_data
from tests.report.ramps import RAMPS, bare, made


def test_marks_are_the_choice_the_divergence_and_the_suggestions_by_rate():
    assert [m.words for m in marks(made())] == [
        "chosen 0.0091", "diverges from 0.32", "steepest descent 0.003", "valley 0.0091",
        "minimum / 10 0.0234", "half of diverging 0.16",
    ]  # fmt: skip


def test_the_range_shows_the_valley_not_the_explosion():
    """From the lowest single loss to half the fall above the start."""
    low, high = loss_range(made())
    assert 0.25 < low < 0.4 and 1.2 < high < 1.5


def test_one_loss_far_below_does_not_stretch_the_range():
    ramp = made()
    assert loss_range(replace(ramp, losses=(-1e9, *ramp.losses[1:]))) == loss_range(ramp)


@pytest.mark.parametrize("ramp", RAMPS.values(), ids=RAMPS)
def test_every_ramp_can_be_drawn(ramp):
    pytest.importorskip("matplotlib")
    plot_ramp(ramp).canvas.draw()


def test_the_picture_is_on_a_log_axis_and_names_every_mark():
    pytest.importorskip("matplotlib")
    ramp = made()
    axes = plot_ramp(ramp).axes[0]
    assert axes.get_xscale() == "log"
    words = [t.get_text() for t in axes.get_legend().get_texts()]
    assert words == [
        "each step", "smoothed", "before training", *[m.words for m in marks(ramp)], "lost",
    ]  # fmt: skip
    upright = {line.get_xdata()[0] for line in axes.lines if len(set(line.get_xdata())) == 1}
    assert upright == {m.rate for m in marks(ramp)}
    looks = [
        (line.get_color(), line.get_linestyle(), line.get_linewidth())
        for line in axes.lines
        if line.get_label() in {m.words for m in marks(ramp)}
    ]
    assert len(set(looks)) == len(looks) == 6, "no two marks look alike"


def test_without_matplotlib_the_line_to_paste(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(JustrightError, match="matplotlib is not installed") as caught:
        plot_ramp(made())
    assert caught.value.try_ == "pip install 'justright[plot]'"


def test_the_section_says_the_choice_its_reason_and_each_caution():
    text = section(made())
    assert "The rate read off it is <b>0.0091</b>. The middle of the valley.</p>" in text
    assert (
        "<li>The ramp passed over the rows 3.5 times: &lt;later&gt; losses are lower.</li>" in text
    )
    assert 'data-chart="ramp"' in text and "From 0.32 training diverges." in text
    assert "<td" in text and "half of diverging" in text
    assert '<ul class="warnings">' not in section(bare())


@pytest.mark.parametrize("ramp", RAMPS.values(), ids=RAMPS)
def test_the_data_are_plain_json_and_few(ramp):
    text = section(ramp)
    if not ramp.rates:
        assert text == ""
        return
    found = re.search(r'<script type="application/json">(.*?)</script>', text)
    assert found is not None
    data = json.loads(found.group(1), parse_constant=pytest.fail)
    n = min(len(ramp.rates), MAX_STEPS)
    assert [len(data[name]) for name in ("rates", "losses", "smoothed")] == [n] * 3
    assert ("600 of 5,000 steps are drawn" in text) == (len(ramp.rates) == 5_000)
    assert data["range"][0] < data["range"][1]


def test_the_data_hold_what_is_drawn():
    data = ramp_data(made())
    assert data["start"] == 1.0
    assert data["marks"][1] == {"kind": "diverges", "rate": 0.32, "words": "diverges from 0.32"}
