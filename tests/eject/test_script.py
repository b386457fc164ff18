"""Scripts stand alone, are set as ruff sets code, and run for every design and kind of task."""

import math
import re
import subprocess
import sys
from pathlib import Path

import pytest

from justright.designer.levers import lever
from justright.designer.named import design_names
from justright.eject.places import ACTIVATIONS
from justright.eject.script import to_code
from tests.eject.conftest import changed
from tests.eject.tables import TASKS

ROOT = Path(__file__).parents[2]
ALLOWED = {"copy", "math", "sys", "collections", "statistics", "typing", "numpy", "polars", "torch"}
#: Every named design and kind of task, each at least twice.
PAIRS = [(task, name) for i, task in enumerate(TASKS) for j, name in enumerate(design_names())
         if (i + j) % 3 == 0]  # fmt: skip
#: Levers that change what a script does, by the kind of task they are tried on.
TRIED = {
    "binary": [
        *({"loss": word} for word in ("focal", "weighted_cross_entropy")),
        {"sampling": "balanced", "label_smoothing": 0.1},
        {"evaluation": "k-fold", "folds": 2, "repeats": 2},
        {"loss": "weighted_cross_entropy", "label_smoothing": 0.1},
    ],
    "multiclass": [
        *({"loss": word, "label_smoothing": 0.1}
          for word in ("cross_entropy", "focal", "weighted_cross_entropy")),
        {"family": "tabm", "loss": "focal"},
    ],
    "regression": [
        {"depth": 3, "residual": True, "normalisation": "layer", "dropout": 0.1, "loss": "mae"},
        {"depth": 2, "shape": "funnel", "input_dropout": 0.1, "category_size": 3, "loss": "huber"},
        {"depth": 0, "weight_decay": 0.0},
        {"optimizer": "sgd", "schedule": "one_cycle", "clip": "value"},
        {"bias_init": "hull", "init": "data_normal", "last_layer_init": "plain"},
        {"evaluation": "k-fold", "folds": 2, "clip": "norm"},
    ],
    "positive": [{"output_activation": "exp"}],
    "bounded": [{"output_activation": "tanh"}, {"family": "tabm", "output_activation": "tanh"}],
    "multi-target": [{"numeric_embedding": word} for word in ("periodic", "piecewise_linear")],
    "ranking": [{"family": "tabm"}, {"split": "random"}],
}  # fmt: skip
#: Levers whose every word is tried, side by side: each has its turns in eleven scripts.
TURNS = ("activation", "init", "schedule", "optimizer", "scaler", "averaging", "normalisation")

#: Runs every script of a folder where justright cannot be imported.
DRIVER = """
import pathlib, runpy, sys, warnings
warnings.simplefilter("error")
sys.modules["justright"] = None
import torch
torch.set_num_threads(1)
for path in sorted(pathlib.Path().glob("*.py")):
    print(path.stem, end=" ")
    sys.argv = [str(path)]
    runpy.run_path(str(path), None, "__main__")
"""


@pytest.fixture(scope="module")
def scripts(planned) -> dict[str, str]:
    """Name of each script to its text."""
    found = {f"{task} {name}": planned(task, name).to_code() for task, name in PAIRS}
    turns = [{name: words[i % len(words)] for name in TURNS if (words := lever(name).words)}
             for i in range(len(ACTIVATIONS))]  # fmt: skip
    for task, cases in {**TRIED, "multilabel": turns}.items():
        source = planned(task)._source
        for i, levers in enumerate(cases):
            found[f"{task} {i} {' '.join(map(str, levers.values()))}"] = to_code(
                changed(source, **levers)
            )
    return {re.sub(r"\W", "_", name): text for name, text in found.items()}


@pytest.fixture(scope="module")
def folder(scripts: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scripts")
    for name, text in scripts.items():
        (path / f"{name}.py").write_text(text, "utf-8")
    return path


def test_they_import_nothing_but_torch_numpy_and_polars(scripts: dict[str, str]) -> None:
    for name, text in scripts.items():
        imported = set(re.findall(r"^\s*(?:import|from) (\w+)", text, flags=re.MULTILINE))
        assert {"torch", "numpy", "polars"} <= imported <= ALLOWED, name
        assert "«" not in text and "#:" not in text, name


@pytest.mark.parametrize("words", [["check", "--ignore=D"], ["format", "--check"]])
def test_ruff_has_nothing_to_say(folder: Path, words: list[str]) -> None:
    pytest.importorskip("ruff", reason="needs justright[dev]")
    command = ["ruff", *words, "--no-cache", f"--config={ROOT / 'pyproject.toml'}", str(folder)]
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]


def test_all_run_where_justright_is_not_and_print_a_score(
    folder: Path, scripts: dict[str, str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DRIVER], cwd=folder, capture_output=True, text=True, timeout=200
    )
    assert done.returncode == 0, (done.stdout.splitlines()[-1:], done.stderr[-2000:])
    printed = re.findall(r"^(\w+) \w+: (\S+) on \d+ test rows$", done.stdout, flags=re.MULTILINE)
    assert {name for name, _ in printed} == set(scripts)
    assert [name for name, score in printed if not math.isfinite(float(score))] == []
    assert (folder / "weights.pt").exists()


def test_a_script_says_the_reasons_of_its_choices(planned) -> None:
    plan = planned("regression")
    text = " ".join(plan.to_code().replace("#", " ").split())
    for name in ("learning_rate", "batch_size", "activation", "optimizer", "scaler", "depth"):
        reason = plan.design.decision(name).reason
        assert reason[1:] in text, name
