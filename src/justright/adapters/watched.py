"""What the callbacks of all frameworks have in common: a doctor for each training."""

from collections.abc import Callable, Sequence
from typing import Any, Self

from torch import nn
from torch.optim import Optimizer

from justright.errors import JustrightError
from justright.kinds.finding import Finding
from justright.lab import Lab
from justright.recipes.lab_place import Place
from justright.recipes.report import Report
from justright.recipes.watch import Watching, watch


def missing(framework: str, needed: str, extra: str) -> JustrightError:
    """The error for a framework that is not installed.

    Args:
        framework: Its name.
        needed: The version wanted.
        extra: The extra of Justright that brings it.

    Example:
        >>> print(missing("skorch", "1.4", "skorch"))
        skorch is not installed
          needed: skorch 1.4 or newer, whose trainings this callback watches
          try:    pip install 'justright[skorch]'
    """
    return JustrightError(
        f"{framework} is not installed",
        f"{framework} {needed} or newer, whose trainings this callback watches",
        try_=f"pip install 'justright[{extra}]'",
    )


class Placed:
    """What stands in the place of a method of a framework's object while a training lasts.

    Args:
        owner: The object.
        name: Name of the method.
        own: What the object itself has by this name; None where its class has it.
        around: What is called instead, with the method and its arguments.
    """

    def __init__(self, owner: Any, name: str, own: Any, around: Callable[..., Any]) -> None:
        self.owner, self.name, self.own, self.around = owner, name, own, around

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call what stands around the method."""
        return self.around(self._method, *args, **kwargs)

    def _method(self, *args: Any, **kwargs: Any) -> Any:
        if self.own is not None:
            return self.own(*args, **kwargs)
        return getattr(type(self.owner), self.name)(self.owner, *args, **kwargs)

    def give_back(self) -> None:
        """Put back what was there; what others have put there since stays."""
        if vars(self.owner).get(self.name) is not self:
            return
        if self.own is None:
            del vars(self.owner)[self.name]
        else:
            vars(self.owner)[self.name] = self.own


class Watched:
    """The part of a callback that does not depend on the framework.

    Args:
        verbose: Whether to print the report at the end of the training.
        lab: Where the run is kept, as in `justright.watch`.

    Example:
        >>> Watched().report()
        Traceback (most recent call last):
        ...
        justright.errors.JustrightError: no training was watched
          needed: a training with this callback
          try:    train first, then ask for the report
    """

    def __init__(self, *, verbose: bool = False, lab: Place = None) -> None:
        super().__init__()
        self.verbose, self.lab = verbose, lab
        self._doctor: Watching | None = None
        self._going_on = False
        self._kept: Report | None = None
        self._placed: list[Placed] = []

    def report(self) -> Report:
        """What the doctor says, of the training that goes on or of the last one.

        After the end the first call tries remedies on copies of the network, for a few seconds.

        Raises:
            JustrightError: If nothing was trained yet.
        """
        if self._kept is not None:
            return self._kept
        if self._doctor is None:
            raise JustrightError(
                "no training was watched",
                "a training with this callback",
                try_="train first, then ask for the report",
            )
        report = self._doctor.report()
        if not self._going_on:
            self._kept, self._doctor = report, None
        return report

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found, the likeliest cause first."""
        return self.report().findings

    def _begin(self, models: Sequence[nn.Module], optimizers: Sequence[Optimizer]) -> Watching:
        """A training begins; one that never came to its end is over."""
        self.ended()
        self._kept = None
        self._doctor = doctor = watch(models, optimizers, lab=self.lab).__enter__()
        self._going_on = True
        return doctor

    def _validated(self, loss: Any = None, metric: Any = None) -> None:
        """A validation pass is over."""
        given = {"loss": loss, "metric": metric}
        figures = {name: float(value) for name, value in given.items() if value is not None}
        if self._going_on and self._doctor is not None and figures:
            self._doctor.validation(**figures)

    def ended(self, error: BaseException | None = None) -> None:
        """A training is over; where it was over before, nothing happens.

        Args:
            error: What ended it; None where it came to its end.
        """
        if not self._going_on or self._doctor is None:
            return
        self._going_on = False
        while self._placed:
            self._placed.pop().give_back()
        self._doctor.__exit__(type(error) if error else None, error, None)
        if self.verbose:
            print(self.report())

    def _guard(self, owner: Any, *names: str) -> None:
        """Let an error that passes through methods of an object end the watching.

        For frameworks that tell their callbacks of no error.
        """
        for name in names:
            self._around(owner, name, self._guarded_call)

    def _around(self, owner: Any, name: str, around: Callable[..., Any]) -> None:
        """Do something around each call of a method of an object while the training lasts."""
        placed = Placed(owner, name, vars(owner).get(name), around)
        self._placed.append(placed)
        vars(owner)[name] = placed

    def _guarded_call(self, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        try:
            return call(*args, **kwargs)
        except BaseException as error:
            self.ended(error)
            raise

    def __getstate__(self) -> dict[str, Any]:
        """A pickle or a copy has the report of a training that is over, not the watching."""
        if self._doctor is not None and not self._going_on:
            self.report()
        state = dict(self.__dict__)
        # The thread of a lab stays here; another process opens its file anew.
        lab = (self.lab.path or False) if isinstance(self.lab, Lab) else self.lab
        return {**state, "lab": lab, "_doctor": None, "_going_on": False, "_placed": []}

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        copy = type(self).__new__(type(self))
        vars(copy).update(self.__getstate__())
        return copy
