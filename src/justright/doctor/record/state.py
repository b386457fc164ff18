"""What is gathered while a training is watched."""

import math
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field

from torch import Tensor, nn

from justright.doctor.evidence import Batch, Breakdown, Failure, Graph, Signal
from justright.doctor.record.build import Blueprint
from justright.doctor.record.capture import Capture
from justright.doctor.record.feed import FeedWatch
from justright.doctor.record.habits import Habits
from justright.doctor.record.kept import KeptGraphs
from justright.doctor.record.late import Late
from justright.doctor.record.losses import Losses
from justright.doctor.record.mirror import Mirror
from justright.doctor.record.names import Names
from justright.doctor.record.pacing import LoaderSeen, PaceWatch
from justright.doctor.record.purse import Purse
from justright.doctor.record.tracks import TrackWatch

MOST_GRAPHS = 6  # kept: the first of each optimizer, and late ones
MOST_FIGURES = 6_000  # activations kept, and batches; every second one goes beyond


@dataclass(slots=True)
class State:
    """All that is known of the training so far, and where it stands.

    Attributes:
        purse: What close looks may cost.
        light: What a glance at every step may cost; beyond it steps are quiet.
        keep: Whether to keep a copy and the first batches, for trials.
        only: Optimizers that are watched, by id; None for all.
        models: Models that are watched and all that is in them, by id; None for all.
        parts: Modules of a watched model that are called by themselves.
        quiet: Whether of the step that goes on only its loss is noted.
        burst: Steps to come that are not quiet.
        quiet_loss: The last loss of a quiet step,
        quiet_backwards: and how many backward passes it has made.
        quiet_s: Seconds that our own work took at quiet steps.
        close: Whether the pass that goes on is looked at closely.
        n_steps: Optimizer steps made, all optimizers together.
        n_optimizers: Optimizers made.
        depth: How many watched modules stand around the code that runs.
        in_backward: How many backward passes stand around the code that runs.
        own_loss: A loss of the user's own that is watched as torch's are.
        in_loss: How many calls of it stand around the code that runs.
        compiled: Whether torch.compile is in use.
        packed: Whether what autograd saves is packed by hooks (checkpointing) and not to be read.
        scale: Factor of the last loss scaling.
        x: The last input learnt from, until its backward pass.
        y: Its targets.
        n_targets: Loss functions called since the last backward pass.
        n_inputs: Tensors handed to the model in its last pass.
        by_hand: The track of a script that updates its parameters itself.
    """

    purse: Purse
    light: Purse
    keep: bool = True
    only: set[int] | None = None
    models: set[int] | None = None
    parts: "weakref.WeakSet[nn.Module]" = field(default_factory=weakref.WeakSet)
    close: bool = True
    quiet: bool = False
    burst: int = 0
    quiet_loss: float = math.nan
    quiet_backwards: int = 0
    quiet_s: float = 0.0
    look_s: float = 0.0
    n_steps: int = 0
    n_optimizers: int = 0
    depth: int = 0
    in_backward: int = 0
    own_loss: Callable[..., object] | None = None
    in_loss: int = 0
    compiled: bool = False
    packed: bool = False
    autocast: bool = False
    detached: bool = False
    in_step: int = 0
    scale: float = 1.0
    clip_limit: float = math.nan
    clipped: bool = False
    clip_ratio: float = math.nan
    clips: int = 0
    x: Tensor | None = None
    y: Tensor | None = None
    n_targets: int = 0
    n_inputs: int = 0
    failure: Failure | None = None
    breakdown: Breakdown | None = None
    by_hand: TrackWatch | None = None
    names: Names = field(default_factory=Names)
    blueprint: Blueprint = field(default_factory=Blueprint)
    losses: Losses = field(default_factory=Losses)
    feed: FeedWatch = field(default_factory=FeedWatch)
    habits: Habits = field(default_factory=Habits)
    pace: PaceWatch = field(default_factory=PaceWatch)
    kept: KeptGraphs = field(default_factory=KeptGraphs)
    mirror: Mirror = field(default_factory=Mirror)
    capture: Capture = field(default_factory=Capture)
    late: Late = field(default_factory=Late)
    tracks: dict[int, TrackWatch] = field(default_factory=dict)
    loaders: dict[int, LoaderSeen] = field(default_factory=dict)
    loader: LoaderSeen | None = None
    graphs: list[Graph] = field(default_factory=list)
    signals: list[Signal] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)
    outside: dict[str, None] = field(default_factory=dict)
    trainable: dict[int, bool] = field(default_factory=dict)
    because: dict[str, str] = field(default_factory=dict)

    def spent(self, took_s: float) -> None:
        """Note what our own work took, seconds."""
        if self.close:
            self.purse.spent_s += took_s
        elif self.quiet:
            self.quiet_s += took_s
        else:
            self.light.spent_s += took_s

    @property
    def spent_s(self) -> float:
        """Seconds that our own work took in all."""
        return self.purse.spent_s + self.light.spent_s + self.quiet_s

    def keep_signals(self, found: list[Signal]) -> None:
        """Add activations, thinning the older ones where there are very many."""
        if len(self.signals) > MOST_FIGURES:
            steps = sorted({own.step for own in self.signals})
            dropped = set(steps[1::2])
            self.signals = [own for own in self.signals if own.step not in dropped]
        self.signals.extend(found)

    def keep_graph(self, graph: Graph) -> None:
        """Keep the first graphs, and the latest one."""
        if len(self.graphs) < MOST_GRAPHS:
            self.graphs.append(graph)
        else:
            self.graphs[-1] = graph

    def may_train(self, model: nn.Module) -> bool:
        """Whether any parameter of a model asks for a gradient; asked anew at close looks."""
        known = self.trainable.get(id(model))
        if known is None or self.close:
            known = any(value.requires_grad for value in model.parameters())
            self.trainable[id(model)] = known
        return known
