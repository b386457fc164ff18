"""Watch a training from the outside: figures, shapes and habits, for the checks to judge."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from torch import nn
from torch.optim import Optimizer

from justright.doctor.evidence import Evidence
from justright.doctor.record.build import Told
from justright.doctor.record.conduct import evidence_of
from justright.doctor.record.failing import failure_of
from justright.doctor.record.hooks import Hooks, Stop
from justright.doctor.record.purse import Purse
from justright.doctor.record.state import State
from justright.doctor.record.stepping import track_of
from justright.doctor.trials.copied import unwrapped
from justright.doctor.trials.replay import Replay

__all__ = ["Recorder", "Stop"]

# Seconds that close looks may take at first, and their share of the time beyond: a watched
# training is to cost 2 % at most, light hooks included; who runs `check` waits for an answer.
CREDIT_S = {"watch": 0.02, "check": 0.4, "preflight": 60.0}
SHARE = {"watch": 0.005, "check": 0.02, "preflight": 1.0}
# The same of the glance at every step.
LIGHT_CREDIT_S = {"watch": 0.05, "check": 0.4, "preflight": 60.0}
LIGHT_SHARE = {"watch": 0.003, "check": 0.02, "preflight": 1.0}


class Recorder:
    """Everything that is recorded of one training.

    Args:
        door: "check", "watch" or "preflight".
        max_steps: Optimizer steps after which `Stop` is raised in the script; None for no end.
        keep: Whether to keep a copy of the model and the first batches, for trials.

    Example:
        >>> import torch
        >>> net = torch.nn.Linear(2, 1)
        >>> optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
        >>> recorder = Recorder(door="watch")
        >>> recorder.watch([net], [optimizer])
        >>> torch.nn.functional.mse_loss(net(torch.ones(4, 2)), torch.ones(4, 1)).backward()
        >>> optimizer.step()
        >>> recorder.detach()
        >>> recorder.evidence(stopped="end").tracks[0].n_steps
        1
    """

    def __init__(self, *, door: str, max_steps: int | None = None, keep: bool = True) -> None:
        self.door = door
        purse = Purse(credit_s=CREDIT_S[door], share=SHARE[door])
        purse.wants(0)
        light = Purse(credit_s=LIGHT_CREDIT_S[door], share=LIGHT_SHARE[door])
        self._state = State(purse=purse, light=light, keep=keep)
        self._hooks = Hooks(self._state, max_steps)

    def attach(self) -> None:
        """Watch every module, optimizer and loss function from now on."""
        self._hooks.put_on()

    def watch(
        self,
        models: Sequence[nn.Module],
        optimizers: Sequence[Optimizer],
        loss: Callable[..., object] | None = None,
    ) -> Callable[..., object] | None:
        """Watch these only.

        Args:
            models: The models, as the loop calls them, or what holds them as its parts.
            optimizers: Their optimizers.
            loss: A loss of the user's own, called with outputs and targets; None for torch's.

        Returns:
            The loss; where it is no module and no plain function, its calls are seen when this
            is called.
        """
        state = self._state
        models = [unwrapped(model) for model in models]
        state.models = {id(module) for model in models for module in model.modules()}
        state.only = {id(optimizer) for optimizer in optimizers}
        for model in models:
            state.blueprint.read(model, state.names.add(model), state.names)
        for optimizer in optimizers:
            track_of(state, optimizer)
        self._hooks.put_on()
        return None if loss is None else self._hooks.own_loss(loss)

    def tell(self, model: nn.Module, layers: Iterable[Told]) -> None:
        """Call layers and parameters of a watched model as its framework does.

        Args:
            model: The model.
            layers: Name, module, and parameters by name, of each layer.
        """
        names = self._state.names
        self._state.blueprint.tell(names.labels[id(model)], layers, names)

    @contextmanager
    def step(self, optimizer: Optimizer) -> Iterator[None]:
        """A step that is made by something else than one of PyTorch's optimizers.

        Args:
            optimizer: A watched one that stands for it: its parameters, kind and rate.
        """
        self._hooks.step_begins(optimizer)
        yield
        self._hooks.step_ends(optimizer)

    def detach(self) -> None:
        """Watch no longer; torch is as it was. Done twice, it does nothing."""
        self._hooks.take_off()

    def request_stop(self, why: str) -> None:
        """From any thread: have `Stop` raised at the next hook of the thread that trains."""
        self._hooks.stop_why = why

    @property
    def why_stop(self) -> str:
        """Why the script is being ended: "steps", or what was requested; "" while it may go on."""
        return self._hooks.stop_why

    @property
    def looks_s(self) -> float:
        """Seconds that close looks at single steps took so far."""
        return self._state.purse.spent_s

    def validation(self, loss: float | None = None, metric: float | None = None) -> None:
        """Note the figures of a validation pass that cannot be seen from the outside.

        Args:
            loss: Validation loss.
            metric: Any metric of the user's.
        """
        habits, n_steps = self._state.habits, self._state.n_steps
        habits.settle(n_steps)
        if loss is not None:
            habits.judged.losses = [float(loss)]
        habits.judged.metric = None if metric is None else float(metric)
        habits.validated(n_steps)

    def failed(self, error: BaseException, script: str | None) -> None:
        """Keep what an uncaught error says of the network.

        Args:
            error: The error, with its traceback.
            script: Path of the user's script; None where there is no one file.
        """
        self._state.failure = failure_of(self._state, error, script)

    def evidence(self, *, stopped: str) -> Evidence:
        """Everything seen so far; from any thread, also while the training goes on.

        Args:
            stopped: Why the watching ends: "end", "steps", "time", "interrupted", "failed",
                "exit".
        """
        for attempt in range(5):
            try:
                return replace(evidence_of(self._state, self.door, stopped))
            except RuntimeError:  # a table changed while it was read
                if attempt == 4:
                    raise
        raise AssertionError("unreachable")

    @property
    def replay(self) -> Replay | None:
        """The first batches and a copy of the model; None where there was none to keep."""
        return self._state.capture.replay
