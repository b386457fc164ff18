"""What a failing command prints, and its exit code."""

import errno
import subprocess
import sys
from typing import NoReturn

import pytest

from justright.cli.faults import guard
from justright.errors import DataError


def failing(error: BaseException) -> int:
    def work() -> NoReturn:
        raise error

    return guard(work)


def test_a_fault_of_the_user(capsys: pytest.CaptureFixture[str]) -> None:
    assert failing(DataError("the file is empty", "at least 10 rows", try_="another file")) == 2
    assert capsys.readouterr() == (
        "",
        "error: the file is empty\n  needed: at least 10 rows\n  try:    another file\n",
    )


def test_a_fault_of_ours_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert failing(RuntimeError("boom\nand more")) == 70
    err = capsys.readouterr().err
    assert err == (
        "internal error: RuntimeError: boom - please report it"
        " (JUSTRIGHT_DEBUG=1 shows the traceback)\n"
    )


def test_a_fault_without_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert failing(KeyError()) == 70
    assert "KeyError: no message" in capsys.readouterr().err


@pytest.mark.parametrize("error", [RuntimeError("boom"), DataError("a", "b", try_="c")])
def test_debug_shows_the_traceback(
    error: Exception, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUSTRIGHT_DEBUG", "1")
    assert failing(error) in (2, 70)
    assert "Traceback" in capsys.readouterr().err


def test_the_system_refuses(capsys: pytest.CaptureFixture[str]) -> None:
    assert failing(PermissionError(errno.EACCES, "Permission denied", "out/x")) == 2
    err = capsys.readouterr().err
    assert "cannot use 'out/x': Permission denied" in err and "try:" in err
    assert failing(OSError(errno.ENOSPC, "No space left on device")) == 2
    assert "free space" in capsys.readouterr().err


def test_ctrl_c(capsys: pytest.CaptureFixture[str]) -> None:
    assert failing(KeyboardInterrupt()) == 130
    assert capsys.readouterr().err == "interrupted: nothing was kept\n"


def test_a_reader_that_leaves_is_no_error() -> None:
    # Long enough to overfill a pipe's buffer (64 KiB on Linux), so the writer must notice.
    program = "import sys; from justright.cli.faults import guard; "
    program += "sys.exit(guard(lambda: print('row\\n' * 100_000) or 0))"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141
