"""What `import justright` gives, and what it does not load."""

import subprocess
import sys

import pytest

import justright


def said(code):
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    return ended.stdout.split()


def test_only_errors_are_loaded():
    code = (
        "import sys; before = set(sys.modules); import justright\n"
        "new = set(sys.modules) - before\n"
        "print(*sorted(n for n in new if n.startswith('justright')))\n"
        "print(*sorted(n for n in ('torch', 'numpy', 'polars', 'sklearn') if n in sys.modules))"
    )
    assert said(code) == ["justright", "justright.errors"]


def test_names_stay_callable_whatever_was_imported():
    code = (
        "import justright\n"
        "from justright import fit\n"
        "import justright.recipes.design, justright.designer, justright.recipes.fit\n"
        "import justright.cli.design, justright.cli.fit, justright.demo\n"
        "print(callable(justright.design), callable(justright.fit), callable(fit))\n"
        "planned = justright.design({'x': list(range(60)), 'y': [i % 7 * 1.5 for i in range(60)]},"
        " 'y')\n"
        "print(type(planned) is justright.PlannedDesign)\n"
        "import justright.recipes.model\n"
        "print(callable(justright.load), callable(justright.design), justright.Model.__name__)"
    )
    assert said(code) == ["True"] * 3 + ["True"] + ["True", "True", "Model"]


def test_few_public_names():
    assert len(justright.__all__) <= 20
    assert all(getattr(justright, name) is not None for name in justright.__all__)
    assert set(justright._HOMES) | {"errors"} == set(justright.__all__)


def test_an_unknown_name_is_refused():
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = justright.nonsense
