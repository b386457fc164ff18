"""Justright designs, checks, trains, tunes and explains neural networks on your own data.

>>> sorted(__all__)
['Model', 'PlannedDesign', 'design', 'errors', 'fit', 'load', 'resume']
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from justright import errors

if TYPE_CHECKING:
    from justright.recipes.design import PlannedDesign, design
    from justright.recipes.fit import fit
    from justright.recipes.model import Model, load
    from justright.recipes.resume import resume

__all__ = ["Model", "PlannedDesign", "design", "errors", "fit", "load", "resume"]

_HOMES = {
    "Model": "justright.recipes.model",
    "PlannedDesign": "justright.recipes.design",
    "design": "justright.recipes.design",
    "fit": "justright.recipes.fit",
    "load": "justright.recipes.model",
    "resume": "justright.recipes.resume",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: `justright --help` needs no torch."""
    if name not in _HOMES:
        raise AttributeError(f"module 'justright' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
