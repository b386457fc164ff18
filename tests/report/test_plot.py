import sys

import pytest

from justright.errors import JustrightError
from justright.kinds import RunRecord
from justright.report.plot import plot_curves, plot_gradients, plot_scores, plot_sweep

pytest.importorskip("matplotlib")


def test_every_picture_of_every_run_can_be_drawn(any_run: RunRecord) -> None:
    figures = [plot_curves(any_run.traces), plot_gradients(any_run.traces), plot_scores(any_run)]
    if any_run.sweep is not None:
        figures.append(plot_sweep(any_run.sweep))
    for figure in figures:
        figure.canvas.draw()


def test_the_sweep_is_on_a_log_axis_and_says_what_was_chosen(runs) -> None:
    axes = plot_sweep(runs["binary"]().sweep).axes[0]
    assert axes.get_xscale() == "log"
    words = [t.get_text() for t in axes.get_legend().get_texts()]
    assert "chosen 0.0087" in words and "diverges from 0.316" in words


def test_without_matplotlib_the_line_to_paste(runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(JustrightError, match="matplotlib is not installed") as caught:
        plot_scores(runs["binary"]())
    assert caught.value.try_ == "pip install 'justright[plot]'"
