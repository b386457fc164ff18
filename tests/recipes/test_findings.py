"""What is wrong with the data is the first thing that every reader is told."""

import numpy as np
import polars as pl

from justright.cli import main
from justright.recipes.fit import fit
from justright.report.html import html
from tests.recipes.small import EPOCHS

RNG = np.random.default_rng(0)
A, B, C = RNG.integers(0, 500, (3, 120)).astype(float)
SUM = pl.DataFrame({"c": C, "casual": A, "registered": B, "count": A + B})
SIGN = "'count' = 'casual' + 'registered' in all of"


def test_a_fit_names_the_defect_first_and_says_how_to_mend_it():
    class Listener:
        said: list[str] = []  # noqa: RUF012

        def warn(self, text):
            self.said.append(text)

        def __getattr__(self, name):
            return lambda *_, **__: False

    run = fit(SUM, "count", time_s=60, overrides=EPOCHS, progress=Listener()).run
    assert (run.findings[0].check, run.findings[0].column) == ("leak-sum", "casual")
    assert run.warnings[0].startswith(SIGN)
    assert Listener.said[0].startswith(SIGN) and "--drop casual registered" in Listener.said[0]
    assert any(e.action == "flagged (leak-sum)" for e in run.logbook)
    page = html(run).replace("&#x27;", "'")
    assert page.index(SIGN) < page.index('<section id="task">')
    assert "--drop casual registered" in page


def test_a_design_names_it_beside_the_explanation(tmp_path, capsys):
    path = tmp_path / "rows.csv"
    SUM.write_csv(path)
    assert main(["design", str(path), "--target", "count"]) == 0
    out, err = capsys.readouterr()
    assert err.startswith(f"warn: {SIGN}") and SIGN not in out
    assert main(["design", str(path), "--target", "count", "--json"]) == 0
    assert '"check":"leak-sum"' in capsys.readouterr().out
