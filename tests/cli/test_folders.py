"""Where commands write: never over what is there."""

from pathlib import Path

import pytest

from justright.cli.folders import asked, for_table, free, refuse_unwritable
from justright.errors import JustrightError


def test_free_counts_up(tmp_path: Path) -> None:
    wish = tmp_path / "justright-a"
    assert free(wish) == wish
    wish.mkdir()
    assert free(wish).name == "justright-a-2"
    (tmp_path / "justright-a-2").touch()
    assert free(wish).name == "justright-a-3"


@pytest.mark.parametrize(
    ("file", "name"),
    {
        "a.csv": "justright-a",
        "data/my table.csv": "justright-my table",
        "a.csv.gz": "justright-a",
        ".hidden": "justright-hidden",
        "plain": "justright-plain",
        "..": "justright-table",
    }.items(),
)
def test_name_of_the_model_folder(file: str, name: str) -> None:
    assert for_table(file) == Path(name)


def test_a_folder_asked_for_may_be_new_or_empty(tmp_path: Path) -> None:
    assert asked(tmp_path) == tmp_path
    assert asked(tmp_path / "new") == tmp_path / "new"


def test_a_folder_asked_for_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(JustrightError, match="is not empty") as full:
        asked(tmp_path)
    assert full.value.try_ == f"--out {tmp_path}-2"
    with pytest.raises(JustrightError, match="is a file"):
        asked(tmp_path / "file")


def test_a_place_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_unwritable(tmp_path / "new" / "deeper")
    (tmp_path / "file").touch()
    with pytest.raises(JustrightError, match="is a file, so"):
        refuse_unwritable(tmp_path / "file" / "model")
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(JustrightError, match="may not be written") as refused:
        refuse_unwritable(tmp_path / "model")
    assert refused.value.try_ == "--out with another place"
