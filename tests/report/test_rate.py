"""A learning-rate test on its own: in words, as a fragment, as a page; and a ramp in a report."""

from dataclasses import replace

import msgspec
import pytest

from justright.errors import JustrightError
from justright.kinds import Sweep
from justright.report.html import html
from justright.report.picture_file import checked
from justright.report.plot import plot_sweep
from justright.report.rate import WIDTH, rate_html, rate_page, rate_rows, rate_text
from tests.report.conftest import sweep
from tests.report.ramps import made

CAUTION = "Each rate saw 20% of the rows only: <short> trainings favour high rates. " * 2


def told() -> Sweep:
    return replace(
        sweep(), suggestions={"valley": 0.001, "half_diverging": 0.2}, cautions=(CAUTION,)
    )


BOTH = {"sweep": told(), "ramp": made()}
of_both = pytest.mark.parametrize("found", BOTH.values(), ids=BOTH)


@of_both
def test_the_rows_begin_with_the_choice_and_end_with_the_divergence(found) -> None:
    names = [row[1] for row in rate_rows(found)]
    assert names[0] == "chosen" and names[-1] == "diverges"
    assert {"valley", "half of diverging"} <= set(names)


@of_both
def test_the_words(found) -> None:
    text = rate_text(found)
    assert max(map(len, text.splitlines())) <= WIDTH
    assert found.reason in " ".join(text.split()) and "careful: " in text


def test_a_mean_is_called_one() -> None:
    assert "the mean of 8 networks" in rate_text(replace(made(), n_members=8))
    assert "mean" not in rate_text(made())


@of_both
def test_the_fragment_and_the_page_escape_what_they_show(found) -> None:
    page = rate_page(found, "<target>", "a & b.csv")
    for text in (rate_html(found), page):
        assert "<short>" not in text and "<later>" not in text
        assert "&lt;short&gt;" in text or "&lt;later&gt;" in text
    assert "&lt;target&gt; from a &amp; b.csv" in page and "default-src" in page


def test_a_report_shows_the_ramp_that_was_run(runs) -> None:
    run = runs["binary"]()
    assert 'data-chart="ramp"' not in html(run)
    page = html(replace(run, sweep=None, ramp=made()))
    assert 'data-chart="ramp"' in page and 'data-chart="sweep"' not in page
    assert 'id="sweep"' in page and "1 network trained while the rate rose" in page


def test_a_report_shows_the_suggestions_and_cautions_of_a_sweep(runs) -> None:
    page = html(replace(runs["binary"](), sweep=told()))
    assert "Other readings: valley 0.001, half of diverging 0.2." in page
    assert "&lt;short&gt; trainings favour" in page


def test_sweeps_saved_before_there_were_suggestions_still_load() -> None:
    saved = msgspec.to_builtins(told())
    del saved["suggestions"], saved["cautions"]
    old = msgspec.convert(saved, Sweep)
    assert (old.suggestions, old.cautions) == ({}, ())
    assert "Other readings" not in rate_page(old, "y", "a.csv")


def test_an_explosion_does_not_flatten_the_picture_of_a_sweep() -> None:
    pytest.importorskip("matplotlib")
    exploded = (*told().train_loss[:-1], 1e9)
    low, high = plot_sweep(replace(told(), train_loss=exploded)).axes[0].get_ylim()
    losses = [v for v in told().validation_loss if v is not None]
    assert 0 < min(losses) - low < 0.5 and high < 3 * told().start_loss


def test_endings_of_pictures() -> None:
    assert checked("a.HTML").name == "a.HTML"
    with pytest.raises(JustrightError, match=r"'a.b' has none of the endings") as error:
        checked("a.b")
    assert "a.html" in str(error.value)
