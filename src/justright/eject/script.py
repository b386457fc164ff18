"""The whole script, from its parts."""

import re
from collections.abc import Mapping
from importlib.resources import files

from justright.eject.facts import facts_of
from justright.eject.places import places_of, unit_factors
from justright.eject.refuse import refuse_unwritable
from justright.eject.source import Source
from justright.eject.template import filled, spaced
from justright.kinds import Design

#: The parts, in the order of the script.
PARTS = ("head", "read", "split", "encode", "network", "train", "predict", "score")

#: What the script may import, and by what it is told that it does.
IMPORTS: Mapping[str, str] = {
    "import copy": r"\bcopy\.",
    "import math": r"\bmath\.",
    "import sys": r"\bsys\.",
    "from collections.abc import {}": r"\b(Callable|Iterator)\b",
    "from statistics import NormalDist": r"\bNormalDist\b",
    "from typing import Any": r"\bAny\b",
}
OUTSIDE = (
    "import numpy as np",
    "import polars as pl",
    "import torch",
    "from torch import Tensor, nn",
)
FUNCTIONAL = "from torch.nn import functional as F"


def to_code(source: Source) -> str:
    """One script of plain PyTorch that reads the file, trains the design and scores it.

    Args:
        source: The design, the columns, the file.

    Returns:
        Python code that needs torch, numpy and polars alone.

    Raises:
        DesignError: If the design or the data has no form in such a script.
    """
    refuse_unwritable(source)
    facts = facts_of(source)
    facts["unit_factors"] = bool(unit_factors(source))
    facts["missing_words"] = facts["needs_words"]
    places = places_of(source, facts) | {"imports": "«imports»"}

    def why(lever: str) -> str:
        return reason(source.design, lever)

    lines: list[str] = []
    for part in PARTS:
        lines += ["", "", *filled(_template(part), facts, places, why)]
    body = spaced(lines)
    return body.replace("«imports»", _imports(body))


def reason(design: Design, lever: str) -> str:
    """Why a lever has its value, and the rule that says so.

    Example:
        >>> from justright.kinds import Decision, Task
        >>> depth = Decision(lever="depth", value=2, origin="rule", rule="depth-30",
        ...                  reason="few rows", source="a paper")
        >>> task = Task(kind="regression", target="y")
        >>> reason(Design(task=task, decisions=(depth,)), "depth")
        'Few rows (depth-30).'
    """
    own = design.decision(lever)
    said = own.reason[:1].upper() + own.reason[1:]
    return f"{said}." if own.origin == "user" else f"{said} ({own.rule})."


def _template(part: str) -> str:
    return (files("justright.eject") / "parts" / f"{part}.txt").read_text(encoding="utf-8")


def _imports(body: str) -> str:
    """The imports that the script needs, in ruff's order."""
    found = []
    for line, sign in IMPORTS.items():
        names = sorted({match[0] for match in re.finditer(sign, body)})
        if names:
            found.append(line.format(", ".join(names)))
    plain = [line for line in found if line.startswith("import")]
    others = [line for line in found if not line.startswith("import")]
    functional = [FUNCTIONAL] if re.search(r"\bF\.", body) else []
    return "\n".join([*plain, *others, "", *OUTSIDE, *functional])
