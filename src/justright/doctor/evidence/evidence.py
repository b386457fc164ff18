"""Everything that was recorded of one training; the only thing that a check may look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from justright.doctor.evidence.batch import Batch, Feed, Loader
from justright.doctor.evidence.conduct import Breakdown, Conduct, Pace
from justright.doctor.evidence.failure import Failure
from justright.doctor.evidence.graph import Graph, Signal
from justright.doctor.evidence.layer import Layer
from justright.doctor.evidence.loss import LossUse
from justright.doctor.evidence.source import Source
from justright.doctor.evidence.start import Start
from justright.doctor.evidence.track import Track, Validation
from justright.doctor.evidence.trials import Trials


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was seen of a network, its data and its training loop, part by part.

    A part that was not recorded is empty or None; `because` says why.

    Attributes:
        door: "preflight", "watch", "check" or "member".
        layers: The layers of the models, in the order of their first call.
        graphs: What backward goes through: the first pass before each optimizer's first step,
            and one late pass.
        signals: Activations at sampled steps.
        losses: The loss functions in use.
        batches: The inputs at sampled steps.
        feed: How the rows came.
        loaders: The DataLoaders.
        tracks: One per optimizer.
        validations: Passes over validation data.
        conduct: The habits of the loop.
        breakdown: Where numbers first ceased to be finite; None while all are.
        pace: What a step costs.
        trials: Trials on copies.
        start: Preflight of a network that Justright built.
        source: The script's text.
        failure: The error that ended it.
        task: What is to be predicted, where the user said so ("multiclass", "regression" …).
        because: Why a part is missing, by the part's name.
    """

    door: str
    layers: tuple[Layer, ...] = ()
    graphs: tuple[Graph, ...] = ()
    signals: tuple[Signal, ...] = ()
    losses: tuple[LossUse, ...] = ()
    batches: tuple[Batch, ...] = ()
    feed: Feed | None = None
    loaders: tuple[Loader, ...] = ()
    tracks: tuple[Track, ...] = ()
    validations: tuple[Validation, ...] = ()
    conduct: Conduct | None = None
    breakdown: Breakdown | None = None
    pace: Pace | None = None
    trials: Trials | None = None
    start: Start | None = None
    source: Source | None = None
    failure: Failure | None = None
    task: str | None = None
    because: Mapping[str, str] = field(default_factory=dict)

    def has(self, part: str) -> bool:
        """Whether a part was recorded, or one trial ("trials.rates") made.

        Example:
            >>> Evidence(door="watch").has("tracks")
            False
        """
        name, _, figure = part.partition(".")
        made = getattr(self, name) not in (None, ())
        return made and not (figure and self.why_not(part))

    def why_not(self, part: str) -> str | None:
        """The reason that was kept for a part, or for one trial, that is missing.

        Example:
            >>> trials = Trials(because={"rates": "no optimizer is known"})
            >>> Evidence(door="watch", trials=trials).why_not("trials.rates")
            'no optimizer is known'
        """
        name, _, figure = part.partition(".")
        if figure and self.trials is not None:
            return self.trials.because.get(figure, self.trials.because.get("all"))
        return self.because.get(name)


PARTS = tuple(f.name for f in fields(Evidence) if f.name not in ("door", "because"))
