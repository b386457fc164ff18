"""A checked script runs as it does without Justright: same words, results, errors and codes."""

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from tests.recipes.test_check_hostile import CLI, ENVIRONMENT

SCRIPTS = {
    "what Python gives it": """
        import os, sys, threading
        print(__name__, __file__, sys.argv, sys.path[0], os.getcwd(), __spec__, __package__)
        print(sys.modules["__main__"].__dict__ is globals(), type(__loader__).__name__)
        print(threading.active_count(), sys.stdin.read(), open("data.txt").read())
        os.chdir("/")
    """,
    "a sibling with a name of the library's": """
        import traceback, sibling
        print(traceback.own, sibling.own)
    """,
    "options of its own": """
        import argparse
        parser = argparse.ArgumentParser()
        parser.add_argument("--steps", type=int)
        parser.add_argument("file", nargs="*")
        print(parser.parse_args())
    """,
    "an error with a cause": """
        def inner():
            try:
                {}["a"]
            except KeyError as error:
                raise ValueError("no a") from error
        import atexit
        atexit.register(print, "last words")
        inner()
    """,
    "an exit with words": "import sys\nsys.exit('that is all')",
    "threads and exit handlers in their order": """
        import atexit, threading, time
        from concurrent.futures import ThreadPoolExecutor
        atexit.register(lambda: print("exit", threading.active_count()))
        pool = ThreadPoolExecutor(1)
        pool.submit(print, "pooled").result()
        def late():
            time.sleep(0.3)
            print("thread")
        threading.Thread(target=late).start()
        print("last line")
    """,
    "pickles, workers and processes": """
        import multiprocessing, os, pickle, torch
        from torch.utils.data import DataLoader, Dataset
        class Rows(Dataset):
            def __len__(self):
                return 8
            def __getitem__(self, i):
                return torch.tensor([float(i)])
        def square(n):
            return n * n
        if __name__ == "__main__":
            print(pickle.loads(pickle.dumps(Rows()))[3])
            for way in ("fork", "spawn"):
                loader = DataLoader(Rows(), 4, num_workers=2, multiprocessing_context=way)
                print([batch.sum().item() for batch in loader])
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                print(pool.map(square, range(3)))
            torch.manual_seed(0)
            inner, outer = torch.nn.Linear(3, 5), torch.nn.Linear(5, 1)
            net = torch.nn.Sequential(inner, torch.nn.Dropout(), outer)
            optimizer = torch.optim.Adam(net.parameters())
            for _ in range(20):
                optimizer.zero_grad()
                torch.nn.functional.mse_loss(net(torch.randn(8, 3)), torch.zeros(8, 1)).backward()
                optimizer.step()
            print([p.sum().item() for p in net.parameters()], torch.rand(1))
    """,
    "an error inside a layer": """
        import torch
        net = torch.nn.Sequential(torch.nn.Linear(3, 5), torch.nn.Linear(4, 1))
        def forward(x):
            return net(x)
        forward(torch.ones(2, 3))
    """,
}
WORDS = ("--steps", "3", "--", "x y")


def run(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=ENVIRONMENT,
        input="from stdin",
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("name", SCRIPTS)
def test_as_without_justright(name: str, tmp_path: Path) -> None:
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    (scripts / "script.py").write_text(dedent(SCRIPTS[name]))
    if "sibling" in name:  # traceback: Justright loads the library's before the script runs
        for sibling in ("sibling", "traceback"):
            (scripts / f"{sibling}.py").write_text("own = 'own'\n")
    (tmp_path / "data.txt").write_text("data")
    plain = run(["scripts/script.py", *WORDS], tmp_path)
    page = tmp_path / "page.html"
    watched = run(
        ["-c", CLI, "check", "scripts/script.py", "--out", str(page), "--", *WORDS], tmp_path
    )
    assert watched.stdout.startswith(plain.stdout)
    said = watched.stderr.removeprefix(
        "justright: running scripts/script.py and watching it, until it ends\n"
    ).removesuffix(f"wrote {page}\n")
    assert without_torch(said) == without_torch(plain.stderr)
    assert watched.returncode == (2 if plain.returncode else 0)
    assert "<h1>" in page.read_text()


def without_torch(text: str) -> str:
    """A traceback without torch's own frames, of which a hooked layer has others."""
    lines, kept, inside = text.splitlines(), [], False
    for line in lines:
        if line.startswith("  File "):
            inside = f"{os.sep}torch{os.sep}" in line
        elif not line.startswith("    "):
            inside = False
        if not inside:
            kept.append(line)
    return "\n".join(kept)
