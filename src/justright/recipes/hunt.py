"""How far a search has come: what is kept of it, so that it can go on after a kill."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

import msgspec
from torch import Tensor

from justright.kinds import Design, SearchStage, Tried
from justright.nets.family import Spec
from justright.recipes.contender import Contender, Ended


@dataclass(slots=True, kw_only=True)
class Hunt:
    """How far a search has come, at the end of a round.

    Attributes:
        events: What the sampler was asked and told, for its replay.
        tried: Every configuration so far.
        kept: Those that were trained on every fold.
        n_rounds: Rounds that are over.
        stages: What its strategy did.
        curve: Seconds from the beginning, and the ensemble's metric from then on.
        spent_s: Seconds that the search took so far.
        one_s: Seconds that one configuration adds to a population, trained to the end on one fold.
        ended: Why it is over; empty while it is not.
    """

    events: dict[str, Any] = field(default_factory=lambda: {"events": []})
    tried: list[Tried] = field(default_factory=list)
    kept: list[Contender] = field(default_factory=list)
    n_rounds: int = 0
    stages: list[SearchStage] = field(default_factory=list)
    curve: list[tuple[float, float]] = field(default_factory=list)
    spent_s: float = 0.0
    one_s: float = 0.0
    ended: str = ""

    def state(self) -> dict[str, Any]:
        """As plain values and tensors."""
        return {
            "events": self.events,
            "tried": msgspec.to_builtins(self.tried),
            "n_rounds": self.n_rounds,
            "stages": msgspec.to_builtins(self.stages),
            "curve": [list(point) for point in self.curve],
            "spent_s": self.spent_s,
            "one_s": self.one_s,
            "ended": self.ended,
            "kept": [_state_of(contender) for contender in self.kept],
        }

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> "Hunt":
        """A hunt as it was saved."""
        return cls(
            events=dict(state["events"]),
            tried=msgspec.convert(state["tried"], list[Tried]),
            kept=[_contender(own) for own in state["kept"]],
            n_rounds=int(state["n_rounds"]),
            stages=msgspec.convert(state["stages"], list[SearchStage]),
            curve=[(float(at), float(value)) for at, value in state["curve"]],
            spent_s=float(state["spent_s"]),
            one_s=float(state["one_s"]),
            ended=str(state["ended"]),
        )


_PLAIN = ("number", "idea", "parent", "rung", "cost_s", "at_s", "fate", "metric")


def _state_of(contender: Contender) -> dict[str, Any]:
    networks = [
        {name: getattr(own, name) for name in Ended.__slots__} for own in contender.ended.values()
    ]
    return {
        "plain": {name: getattr(contender, name) for name in _PLAIN},
        "levers": dict(contender.levers),
        "design": msgspec.to_builtins(contender.design),
        "spec": {type(contender.spec).__name__: msgspec.to_builtins(contender.spec)},
        "networks": networks,
    }


def _contender(state: Mapping[str, Any]) -> Contender:
    networks = [Ended(**_network(own)) for own in state["networks"]]
    return Contender(
        **state["plain"],
        levers=dict(state["levers"]),
        design=msgspec.convert(state["design"], Design),
        spec=_spec(state["spec"]),
        ended={own.fold: own for own in networks},
    )


def _network(state: Mapping[str, Any]) -> dict[str, Any]:
    if not all(isinstance(state[name], Tensor) for name in ("theta", "statistics")):
        raise ValueError("a network of the search has no weights")
    return dict(state)


def _spec(state: Mapping[str, Any]) -> Spec:
    """The shape of a network, by the name of its kind."""
    kinds: Sequence[type[Any]] = get_args(Spec)
    name, plain = next(iter(state.items()))
    kind = next(kind for kind in kinds if kind.__name__ == name)
    spec: Spec = msgspec.convert(plain, kind)
    return spec
