"""What may mend a gradient that vanishes or explodes, each applied alone."""

from collections.abc import Mapping
from dataclasses import dataclass

from justright.designer.conflicts import refuse_conflicts
from justright.designer.levers import lever
from justright.errors import DesignError
from justright.kinds import Design, Value
from justright.recipes.asking import Asking

SATURATING = ("logistic", "tanh")  # flat on both sides: their slopes fall to 0
RATE_TIMES = 10.0  # of the design's rate: a change that shows in a few hundred steps
FEWER = 2  # times fewer layers
CLIP = 1.0  # norm of the gradient at most; Pascanu et al. 2013, arXiv:1211.5063

#: Why a gradient shrinks where an activation is at work, in words.
CAUSES: Mapping[str, str] = {
    "logistic": "logistic saturates: its slope is at most 1/4",
    "tanh": "tanh saturates: its slope falls from 1 to 0",
}


@dataclass(frozen=True, slots=True)
class Remedy:
    """A remedy: its name, the levers that it sets, and the design with it."""

    name: str
    levers: Mapping[str, Value]
    design: Design


def remedies(asking: Asking, base: Design) -> tuple[Remedy, ...]:
    """Every remedy that the design does not have yet and that can work with it.

    Args:
        asking: The question.
        base: The design.
    """
    found = []
    for name, levers in _wished(base).items():
        design = base
        for one, value in levers.items():
            design = asking.with_value(design, one, value)
        if design is base:
            continue
        try:
            refuse_conflicts(design, asking.ground.profile)
        except DesignError:
            continue  # what this family of networks or these data do not take
        found.append(Remedy(name, levers, design))
    return tuple(found)


def _wished(base: Design) -> dict[str, dict[str, Value]]:
    """The remedies by name, whether they can work or not."""
    depth, rate, one = base.count("depth"), base.number("learning_rate"), lever("learning_rate")
    wished: dict[str, dict[str, Value]] = {}
    wished |= _starts(base)
    if base.word("activation") in SATURATING:
        wished |= {f"activation {word}": {"activation": word} for word in ("relu", "silu")}
        # SELU keeps its promise from LeCun's start alone: Klambauer et al. 2017, arXiv:1706.02515
        levers: dict[str, Value] = {"activation": "selu", "init": "lecun_normal"}
        wished["activation selu, init lecun_normal"] = levers
    wished |= {f"{word} norm": {"normalisation": word} for word in ("batch", "layer")}
    wished["residual connections"] = {"residual": True}
    if depth > FEWER:
        wished[f"{depth // FEWER} layers"] = {"depth": depth // FEWER}
    for name, times in (("higher rate", RATE_TIMES), ("lower rate", 1 / RATE_TIMES)):
        value = float(f"{min(one.high, max(one.low, rate * times)):.3g}")
        wished[f"{name}, {value:g}"] = {"learning_rate": value}
    if base.word("clip") == "none":
        wished["clipping"] = {"clip": "norm", "clip_threshold": CLIP}
    return wished


def _starts(base: Design) -> dict[str, dict[str, Value]]:
    """The start of the weights that fits the activation, if it is another one."""
    fitting = "lecun" if base.word("activation") == "selu" else "he"
    if base.word("init").startswith(fitting):
        return {}
    return {f"init {fitting}_normal": {"init": f"{fitting}_normal"}}
