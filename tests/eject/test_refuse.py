"""What a script cannot hold is refused in words, and the command line hands the script over."""

import dataclasses
from pathlib import Path

import pytest

from justright.cli import main
from justright.eject.literal import assigned
from justright.eject.script import to_code
from justright.eject.source import FileForm
from justright.eject.template import filled
from justright.errors import DesignError
from justright.recipes.fit import fit
from tests.eject.conftest import BRIEF, changed
from tests.eject.tables import asked, table


def test_embeddings_of_text_are_refused(planned) -> None:
    source = changed(planned("binary")._source, text="embedding")
    with pytest.raises(DesignError, match=r"text = embedding\n.*its words"):
        to_code(source)


def test_images_are_refused(planned) -> None:
    source = changed(planned("binary")._source, family="conv")
    with pytest.raises(DesignError, match="images"):
        to_code(source)


def test_times_of_day_are_refused(planned) -> None:
    source = planned("binary")._source
    columns = tuple(
        dataclasses.replace(c, unit="h:mm:ss") if c.name == "weight" else c for c in source.columns
    )
    with pytest.raises(DesignError, match="'weight' holds times"):
        to_code(dataclasses.replace(source, columns=columns))


def test_the_form_of_the_file_is_kept(planned) -> None:
    form = FileForm(encoding="cp1252", delimiter=";", decimal_mark=",", n_above=2)
    text = to_code(dataclasses.replace(planned("binary")._source, form=form))
    call = text[text.index("pl.read_csv(") :].partition("\n\n")[0]
    for option in ('separator=";"', "decimal_comma=True", "skip_lines=2", 'encoding="cp1252"'):
        assert option in call


@pytest.mark.parametrize("text", ["#: when a", "#: when a\n#: else\nx"])
def test_a_marker_without_its_end_is_a_mistake(text: str) -> None:
    with pytest.raises(ValueError, match="1 markers"):
        filled(text, {"a": 1}, {}, str)


def test_an_unknown_fact_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="b"):
        filled("#: when b\n#: end", {"a": 1}, {}, str)


def test_long_values_stand_on_lines_of_their_own() -> None:
    text = assigned("NAMES", ["x" * 60, "y" * 60, 'quo"te'], "columns")
    inner = [f'    "{letter * 60}",' for letter in "xy"]
    assert text.splitlines() == ["NAMES = [  # columns", *inner, "    'quo\"te',", "]"]


def test_a_model_folder_holds_the_script_that_eject_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    table().write_csv("rows.csv")
    words = asked("regression")
    overrides = BRIEF | {"learning_rate": 0.01}
    model = fit("rows.csv", words["target"], drop=words["drop"], out="m", overrides=overrides)
    text = Path("m/train.py").read_text("utf-8")
    assert text == model.to_code()
    assert "LEARNING_RATE = 0.01" in text and 'FILE = "rows.csv"' in text
    assert main(["eject", "m"]) == 0
    assert capsys.readouterr().out == text
    assert main(["eject", "m", "--out", "own.py"]) == 0
    assert Path("own.py").read_text("utf-8") == text
    assert main(["eject", "m", "--out", "own.py"]) == 2
    assert "'own.py' cannot be written" in capsys.readouterr().err
