"""What was measured of the machine is kept, and is done without where it cannot be."""

import pytest

from justright.recipes.machine import machine_memory, memory_file
from justright.train import calibration


@pytest.fixture
def fresh(monkeypatch, tmp_path):
    monkeypatch.setattr(calibration, "_known", {})
    monkeypatch.setenv("JUSTRIGHT_CACHE", str(tmp_path / "cache"))


@pytest.mark.usefixtures("fresh")
def test_what_was_measured_is_there_in_the_next_run(monkeypatch):
    with machine_memory():
        calibration.remember({"a bucket": 16})
    monkeypatch.setattr(calibration, "_known", {})
    with machine_memory():
        assert calibration.known() == {"a bucket": 16}


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("content", [b"", b"{", b'{"a bucket": "x"}', b"[1]"])
def test_a_memory_that_cannot_be_read_is_written_anew(content):
    memory_file().parent.mkdir()
    memory_file().write_bytes(content)
    with machine_memory():
        calibration.remember({"a bucket": 4})
    assert memory_file().read_bytes() == b'{"a bucket":4}'


@pytest.mark.usefixtures("fresh")
def test_a_folder_that_cannot_be_made_is_done_without(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("JUSTRIGHT_CACHE", str(tmp_path / "file"))
    with machine_memory():
        calibration.remember({"a bucket": 4})
    assert (tmp_path / "file").read_text() == ""
