"""What choosing on validation rows owes to luck is said, or that it cannot be known."""

from dataclasses import replace

import pytest

from justright.kinds import Overuse, RunRecord
from justright.report import card, html
from justright.report.overuse import overuse_words
from tests.report.conftest import binary

KNOWN = Overuse(
    n_looks=30, n_rates=24, loss=0.4, by_step=0.015, by_rate=0.005, metric="log_loss",
    reported=0.389, corrected=0.409,
)  # fmt: skip

WORDS = {
    "known": (KNOWN, "Corrected, log loss in validation is 0.409 instead of 0.389."),
    "share": (KNOWN, "up to about 0.02 of loss, which is 0.4 and would be 0.42 (4.8 % of it)"),
    "no rate tried": (replace(KNOWN, n_rates=0, by_rate=0.0), "30 looks at each network. Correct"),
    "one fold tried the rates": (replace(KNOWN, by_rate=None), "of the rate's choice nothing is"),
    "no luck": (replace(KNOWN, by_step=0.0, by_rate=-0.1), "does not seem to flatter"),
    "a hold-out": (replace(KNOWN, by_step=None, by_rate=None), "--set evaluation=k-fold"),
}


@pytest.mark.parametrize(("over", "words"), WORDS.values(), ids=WORDS)
def test_words(over: Overuse, words: str) -> None:
    assert words in overuse_words(binary(overuse=over))


def test_report_and_card_say_it() -> None:
    run: RunRecord = binary(overuse=KNOWN)
    assert "instead of 0.389" in html.html(run) and "instead of 0.389" in card.card(run)
    assert overuse_words(binary()) == ""
