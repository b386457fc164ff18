"""Scripts of benchmarks/ are imported as they are run: from their own folder."""

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPTS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Imports a script of benchmarks/ by its name."""
    monkeypatch.setattr(sys, "path", [*sys.path, str(SCRIPTS)])

    def load(name: str) -> ModuleType:
        return import_module(name)

    return load
