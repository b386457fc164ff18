"""Justright designs, checks, trains, tunes and explains neural networks on your own data.

>>> print(*sorted(__all__)[:7])
Answer DataProfile Model NetClassifier NetRegressor PlannedDesign Population
>>> print(*sorted(__all__)[7:15])
Report ask design errors fit lab learning_rate load
>>> print(*sorted(__all__)[15:])
preflight profile resume views watch
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from justright import errors

if TYPE_CHECKING:
    from justright import lab
    from justright.estimators import NetClassifier, NetRegressor
    from justright.recipes import views
    from justright.recipes.answer import Answer
    from justright.recipes.ask import ask
    from justright.recipes.design import PlannedDesign, design
    from justright.recipes.fit import fit
    from justright.recipes.learning_rate import learning_rate
    from justright.recipes.model import Model, load
    from justright.recipes.population import Population
    from justright.recipes.preflight_model import preflight
    from justright.recipes.profile import DataProfile, profile
    from justright.recipes.report import Report
    from justright.recipes.resume import resume
    from justright.recipes.watch import watch

__all__ = [
    "Answer",
    "DataProfile",
    "Model",
    "NetClassifier",
    "NetRegressor",
    "PlannedDesign",
    "Population",
    "Report",
    "ask",
    "design",
    "errors",
    "fit",
    "lab",
    "learning_rate",
    "load",
    "preflight",
    "profile",
    "resume",
    "views",
    "watch",
]

_HOMES = {
    "Answer": "justright.recipes.answer",
    "DataProfile": "justright.recipes.profile",
    "Model": "justright.recipes.model",
    "NetClassifier": "justright.estimators",
    "NetRegressor": "justright.estimators",
    "PlannedDesign": "justright.recipes.design",
    "Population": "justright.recipes.population",
    "Report": "justright.recipes.report",
    "ask": "justright.recipes.ask",
    "design": "justright.recipes.design",
    "fit": "justright.recipes.fit",
    "lab": "justright.lab",
    "learning_rate": "justright.recipes.learning_rate",
    "load": "justright.recipes.model",
    "preflight": "justright.recipes.preflight_model",
    "profile": "justright.recipes.profile",
    "resume": "justright.recipes.resume",
    "views": "justright.recipes.views",
    "watch": "justright.recipes.watch",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: `justright --help` needs no torch."""
    if name not in _HOMES:
        raise AttributeError(f"module 'justright' has no attribute {name!r}")
    home = import_module(_HOMES[name])
    return home if name in ("lab", "views") else getattr(home, name)
