"""`justright lab`: it starts without torch, says where it is, ends quietly, errs in words."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from justright.cli import main
from justright.lab import Lab
from justright.lab.web.serve import Server

#: Starts the command as a shell would, and says at the end which heavy rooms were loaded.
PROBE = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell in the background ignores it
from justright.cli import main
code = main({words!r})
print(sorted({{"torch", "sklearn", "polars", "scipy"}} & set(sys.modules)), code)
"""


@contextmanager
def started(folder: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command as a process, and the address that it prints."""
    environment = {k: v for k, v in os.environ.items() if k != "JUSTRIGHT_LAB"}
    process = subprocess.Popen(
        [sys.executable, "-c", PROBE.format(words=["lab", *words])],
        cwd=folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().strip()
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def visit(address: str) -> int:
    found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)(/\?token=[\w-]{43})", address)
    assert found is not None, address
    connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=20)
    connection.request("GET", found[2])
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_starts_without_torch_and_ends_quietly(tmp_path: Path, how: signal.Signals) -> None:
    with started(tmp_path) as (process, address):
        assert visit(address) == 303
        process.send_signal(how)
        out, err = process.communicate(timeout=20)
    assert out == "[] 0\n" and err == "Ctrl-C ends it\n"
    assert (tmp_path / ".justright" / "runs.db").is_file()


def test_open_shows_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Lab(tmp_path / "runs.db").close()
    shown: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda address: shown.append(address))
    monkeypatch.setattr(Server, "run", lambda self: None)
    assert main(["lab", "--db", str(tmp_path / "runs.db"), "--open"]) == 0
    out, err = capsys.readouterr()
    assert shown == [out.strip()] and "no browser could be opened" in err


def test_errors_are_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good, odd = tmp_path / "runs.db", tmp_path / "odd.db"
    Lab(good).close()
    odd.write_bytes(b"no database at all" * 100)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        cases = {
            "in use": ["--db", str(good), "--port", port],
            "there is no lab at": ["--db", str(tmp_path / "none.db")],
            "is damaged or not the lab's": ["--db", str(odd)],
            "can be reached by other machines": ["--db", str(good), "--host", "0.0.0.0"],
            "cannot listen on 203.0.113.7": [
                "--db", str(good), "--host", "203.0.113.7", "--beyond-loopback",
            ],
            "nothing is kept: the lab is off": ["--db", "off"],
            "'70000' is not a port": ["--port", "70000"],
        }  # fmt: skip
        for said, words in cases.items():
            assert main(["lab", *words]) == 2
            out, err = capsys.readouterr()
            assert out == "" and said in err and "needed:" in err and "Traceback" not in err
