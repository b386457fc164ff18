"""Scripts that do what they like: `check` ends in time, ends what they started, and reports.

All of them run at once, as most of them only wait.
"""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

import justright

CLI = "import sys; from justright.cli import main; sys.exit(main())"
ROOT = str(Path(justright.__file__).parents[1])
ENVIRONMENT = {**os.environ, "PYTHONPATH": ROOT, "OMP_NUM_THREADS": "1", "COLUMNS": "100"}

# Ends only from outside; the children that it starts tell their ids in `pids`.
TRAIN = """
    import torch
    from torch import nn
    net = nn.Linear(4, 1)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    x, y = torch.randn(32, 4), torch.randn(32, 1)
    def step():
        optimizer.zero_grad()
        nn.functional.mse_loss(net(x), y).backward()
        optimizer.step()
"""
LEFT_BEHIND = """
    import os, subprocess, sys
    own = subprocess.Popen(["sleep", "1000"])
    apart = subprocess.Popen(["sleep", "1000"], start_new_session=True)
    if os.fork() == 0:  # a daemon: its parent is gone, its session its own
        os.setsid()
        lost = os.fork()
        if lost:
            os._exit(0)
        open("lost", "w").write(str(os.getpid()))
        os.execvp("sleep", ["sleep", "1000"])
    os.wait()
    open("pids", "w").write(f"{own.pid} {apart.pid}")
"""


@dataclass(frozen=True)
class Case:
    """A script, how it is checked, and what must come of it.

    Attributes:
        text: The script.
        words: Options of the command, and after `--` the script's.
        code: Exit code; None where it hangs on what is found.
        said: Words of the report.
    """

    text: str
    words: tuple[str, ...] = ("--time", "1s")
    code: int | None = 0
    said: str = "Of training nothing can be said"


def trained(text: str) -> str:
    return dedent(TRAIN) + dedent(text)


CASES = {
    "endless loop": Case(
        dedent("""
            def loop():
                while True:
                    pass
            try:
                loop()
            finally:
                open("tidied", "w").close()
        """)
    ),
    "endless sleep": Case("import time\ntime.sleep(1e6)"),
    "nothing stops it": Case(
        dedent("""
            import time
            while True:
                try:
                    time.sleep(0.01)
                except BaseException:
                    pass
        """)
    ),
    "own signal handlers": Case(
        dedent("""
            import signal, time
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
                signal.signal(number, lambda *_: print("not me"))
            while True:
                time.sleep(0.1)
        """)
    ),
    "a thread that never ends": Case(
        dedent("""
            import threading, time
            def work():
                while True:
                    time.sleep(0.01)
            threading.Thread(target=work).start()
        """)
    ),
    "a daemon thread": Case(
        dedent("""
            import threading, time
            threading.Thread(target=time.sleep, args=(1e6,), daemon=True).start()
        """),
        words=(),
    ),
    "much output": Case("while True: print('x' * 10_000)", words=("--time", "1s", "--quiet")),
    "exit 0": Case("import sys\nsys.exit(0)", words=()),
    "exit 3": Case("import sys\nsys.exit(3)", words=(), code=2, said="exit code 3"),
    "an error": Case("1 / 0", words=(), code=2, said="ZeroDivisionError"),
    "leaves at once": Case("import os\nos._exit(0)", words=()),
    "leaves at once, badly": Case("import os\nos._exit(5)", (), 2, "exit code 5"),
    "kills itself": Case(
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", (), 2, "SIGKILL"
    ),
    "leaves processes": Case(dedent(LEFT_BEHIND), words=()),
    "is not Python": Case("def f(:", words=(), code=2, said="invalid syntax"),
    "trains, and swallows the stop": Case(
        trained("""
            while True:
                try:
                    step()
                except BaseException:
                    pass
        """),
        words=("--steps", "5", "--no-trials"),
        code=None,
        said='"check":',
    ),
    "trains, after its last line": Case(
        trained("""
            import threading
            def work():
                for _ in range(30):
                    step()
            threading.Thread(target=work).start()
        """),
        words=("--quiet",),
        code=None,
        said='"trial-overfit"',
    ),
    "trains, and is killed": Case(
        trained("""
            import os, signal, time
            step()
            began = time.time()
            while time.time() - began < 4:
                step()
            os.kill(os.getpid(), signal.SIGKILL)
        """),
        words=(),
        code=2,
        said="SIGKILL",
    ),
}


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str
    seconds: float
    folder: Path

    @property
    def found(self) -> dict:
        assert self.out.count("\n") == 1
        return json.loads(self.out)


def ran(folder: Path, case: Case) -> Ran:
    folder.mkdir()
    (folder / "script.py").write_text(case.text)
    began = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-c", CLI, "check", "script.py", "--json", *case.words],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return Ran(ended.returncode, ended.stdout, ended.stderr, time.monotonic() - began, folder)


@pytest.fixture(scope="module")
def all_ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ran]:
    place = tmp_path_factory.mktemp("hostile")
    with ThreadPoolExecutor(4) as pool:
        return dict(zip(CASES, pool.map(lambda n: ran(place / n, CASES[n]), CASES), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_it_ends_and_reports(name: str, all_ran: dict[str, Ran]) -> None:
    case, seen = CASES[name], all_ran[name]
    assert seen.code == case.code or (case.code is None and seen.code in (0, 1)), seen
    assert case.said in seen.out
    assert seen.seconds < 60
    assert seen.found["healthy"] is (seen.code == 0)


@pytest.mark.parametrize("name", ["trains, and is killed", "trains, after its last line"])
def test_what_was_seen_late_is_reported(name: str, all_ran: dict[str, Ran]) -> None:
    because = [one["because"] for one in all_ran[name].found["not_checked"]]
    assert not any("no optimizer step" in words for words in because)


def test_a_script_that_is_cut_off_can_tidy_up(all_ran: dict[str, Ran]) -> None:
    assert (all_ran["endless loop"].folder / "tidied").exists()


def test_nothing_is_left_running(all_ran: dict[str, Ran]) -> None:
    folder = all_ran["leaves processes"].folder
    pids = [int(p) for name in ("pids", "lost") for p in (folder / name).read_text().split()]
    assert len(pids) == 3
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_user_stops_it(number: int, tmp_path: Path) -> None:
    """Ctrl-C goes to the script and the report comes; a plain kill ends both."""
    (tmp_path / "script.py").write_text(
        "import os, time\nopen('pid', 'w').write(str(os.getpid()))\nprint('on', flush=True)\n"
        "time.sleep(1e6)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", CLI, "check", "script.py"],
        cwd=tmp_path,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "on\n"
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    if number == signal.SIGINT:
        assert process.returncode == 0 and "It was interrupted." in out
        assert "stopping the script" in err
    else:
        assert (process.returncode, out) == (143, "")
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text()}").exists()
