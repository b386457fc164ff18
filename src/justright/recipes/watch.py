"""Watch a training loop of the user's own, and say what keeps its network from learning."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from weakref import finalize

import torch
from torch import nn

from justright.doctor.diagnose import diagnose
from justright.doctor.evidence import Trials
from justright.doctor.record.losses import WATCHED
from justright.doctor.record.names import is_loss
from justright.doctor.record.recorder import Recorder
from justright.doctor.trials.run import run
from justright.errors import JustrightError
from justright.kinds.finding import Finding
from justright.recipes.lab_place import Place
from justright.recipes.ledger_watched import WatchBook, own_script
from justright.recipes.report import Report

Models = nn.Module | Sequence[nn.Module]
Optimizers = torch.optim.Optimizer | Sequence[torch.optim.Optimizer]


def watch(
    model: Models,
    optimizer: Optimizers,
    loss: Callable[..., object] | None = None,
    *,
    lab: Place = None,
) -> "Watching":
    """Watch a training loop while it runs: its results are those of a run without it.

    What is inside the `with` is looked at from the outside: the losses, the gradients, what goes
    into the model and comes out of its layers, the order of the calls. An error passes through
    and is explained by the report.

    Args:
        model: The model, or several (a generator and a discriminator).
        optimizer: Its optimizer, or several.
        loss: A loss of your own, a module or a function that is called with outputs and targets.
            PyTorch's own are watched as they are, and losses made of them need not be named:
            the doctor knows the part of them that is PyTorch's.
        lab: Where the run is kept when it ends, as in `fit`; False keeps nothing.

    Returns:
        What to use as `with justright.watch(model, optimizer) as doctor:`.

    Raises:
        JustrightError: If these are no models, optimizers or losses, or they do not belong
            together.

    Example:
        >>> net = nn.Linear(3, 1)
        >>> optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
        >>> with watch(net, optimizer) as doctor:
        ...     for _ in range(3):
        ...         optimizer.zero_grad()
        ...         nn.functional.mse_loss(net(torch.ones(8, 3)), torch.ones(8, 1)).backward()
        ...         optimizer.step()
        >>> type(doctor.report()).__name__
        'Report'
    """
    models = _several(model, nn.Module, "model", "torch.nn.Module", "watch(model, optimizer)")
    optimizers = _several(
        optimizer,
        torch.optim.Optimizer,
        "optimizer",
        "torch.optim.Optimizer",
        "watch(model, torch.optim.Adam(model.parameters()))",
    )
    if loss is not None and not callable(loss):
        raise JustrightError(
            f"the loss is {_named(loss)}",
            "a loss function or module, called with outputs and targets",
            try_="watch(model, optimizer, loss=loss_function), without calling it",
        )
    return Watching(models, optimizers, None if _is_torchs(loss) else loss, lab)


class Watching:
    """A training loop that is watched, from the beginning of the `with` to its end.

    Attributes:
        loss: The loss that was given; its calls by this name are seen whatever it is.
        recorder: What records, for a framework that tells it of steps of its own.
    """

    def __init__(
        self,
        models: Sequence[nn.Module],
        optimizers: Sequence[torch.optim.Optimizer],
        loss: Callable[..., object] | None,
        lab: Place = None,
    ) -> None:
        self._models, self._optimizers = models, optimizers
        self._lab, self._book, self._begin_s = lab, WatchBook(False, "watch", ""), 0.0
        self.loss = loss
        self.recorder = Recorder(door="watch")
        self._stopped, self._entered = "", False
        self._trials: Trials | None = None

    def __enter__(self) -> Self:
        """Begin to watch.

        Raises:
            JustrightError: If it was used before: a new training wants a new doctor.
        """
        if self._entered:
            raise JustrightError(
                "this doctor has watched before",
                "a new one for each training",
                try_="with justright.watch(model, optimizer) as doctor:",
            )
        self._entered = True
        script, command = own_script()
        name = ", ".join(type(model).__name__ for model in self._models)
        self._book = WatchBook(self._lab, "watch", name, source=script, command=command)
        finalize(self, self._book.close)
        self._begin_s = time.monotonic()
        own = self.recorder.watch(self._models, self._optimizers, self.loss)
        self.loss = own or self.loss
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Watch no longer. An error passes through, and the report explains it."""
        self._stopped = "end"
        if isinstance(error, Exception):
            self._stopped = "failed"
            self.recorder.failed(error, None)
        elif error is not None:
            self._stopped = "interrupted"
        self.recorder.detach()
        self._keep()

    def _keep(self) -> None:
        """Write down what was seen, and what is said of it without trials: these take seconds."""
        if not self._book.keeps:
            return
        seconds = time.monotonic() - self._begin_s
        with self._book.harmless():
            evidence = self.recorder.evidence(stopped=self._stopped)
            self._book.trained(evidence, seconds)
            self._book.diagnosed(diagnose(evidence))
        self._book.end("finished" if self._stopped == "end" else self._stopped)

    def validation(self, *, loss: float | None = None, metric: float | None = None) -> None:
        """Tell the figures of a validation pass, once an epoch.

        Losses and accuracies that PyTorch's own functions compute are seen without it.

        Args:
            loss: Validation loss.
            metric: Any metric of your own; whether larger is better is not asked.

        Raises:
            JustrightError: If neither is given, or one is no number.
        """
        figures = {"loss": loss, "metric": metric}
        given = {name: _number(name, value) for name, value in figures.items() if value is not None}
        if not given:
            raise JustrightError(
                "no figure of the validation",
                "its loss, its metric, or both",
                try_="doctor.validation(loss=0.31, metric=0.88)",
            )
        self.recorder.validation(**given)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found so far, the likeliest cause first."""
        return self.report().findings

    def report(self) -> Report:
        """What the doctor says: at any time, also while the training goes on.

        After the end the first call tries remedies on copies of the model, for a few seconds.
        """
        evidence = self.recorder.evidence(stopped=self._stopped or "end")
        tries = self._stopped and self._trials is None and self.recorder.replay is not None
        if tries and self.recorder.replay is not None:
            self._trials = run(self.recorder.replay)
        diagnosis = diagnose(replace(evidence, trials=self._trials))
        if tries:
            self._book.diagnosed(diagnosis)
            self._book.close()
        return Report(diagnosis)

    def html(self, path: str | Path) -> Path:
        """Write the report as a page for a browser.

        Args:
            path: The file; one that is there is replaced.

        Returns:
            The path.
        """
        return self.report().html(path)


def _several(given: Any, kind: type, what: str, name: str, try_: str) -> list[Any]:
    """One or several, as a list.

    Raises:
        JustrightError: If there is none, or something else.
    """
    found = [given] if isinstance(given, kind) else given
    if not isinstance(found, Sequence) or isinstance(found, str):
        raise JustrightError(
            f"the {what} is {_named(given)}", f"a {name}, or a list of them", try_=try_
        )
    if not found:
        raise JustrightError(f"an empty list of {what}s", f"at least one {name}", try_=try_)
    for place, one in enumerate(found):
        if not isinstance(one, kind):
            raise JustrightError(
                f"the {what} at place {place} is {_named(one)}",
                f"a {name} at every place",
                try_=try_,
            )
    return list(found)


def _named(value: object) -> str:
    """What something is, in words.

    Example:
        >>> _named(nn.Linear), _named(3)
        ('the class Linear itself', 'of type int')
    """
    if isinstance(value, type):
        return f"the class {value.__name__} itself"
    return f"of type {type(value).__name__}"


def _is_torchs(loss: object) -> bool:
    """Whether a loss is one of PyTorch's, which are watched anyway."""
    if isinstance(loss, nn.Module):
        return type(loss).__module__ == "torch.nn.modules.loss" and is_loss(loss)
    return any(loss is getattr(nn.functional, name) for name in WATCHED)


def _number(name: str, value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, RuntimeError):
        raise JustrightError(
            f"the validation's {name} is {_named(value)}",
            "a number",
            try_=f"doctor.validation({name}=float({name}))",
        ) from None
