"""Only the design, and why: nothing is trained."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from justright.data.encode import vocabulary
from justright.designer.explain import WIDTH, Form, explain, summary
from justright.designer.explain_html import explain_html
from justright.eject.script import to_code
from justright.kinds import Design, Finding, InputLayout, LogEntry, Profile, Value
from justright.recipes.eject import source_of
from justright.recipes.ground import Ground, lay_ground
from justright.recipes.text import text_plan
from justright.recipes.wish import Wish, apart

if TYPE_CHECKING:
    from torch import nn


class PlannedDesign:
    """A design for a table, with its reasons, ready to be built.

    Attributes:
        design: A value for every lever.
        profile: The facts that the rules read.
        layout: The columns of the encoded input.
        findings: What looks wrong with the data and was left as it is.
        log: What was done to the data, and why.
    """

    def __init__(self, ground: Ground, *, command: str = "", seed: int = 0) -> None:
        self.design: Design = ground.design
        self.profile: Profile = ground.profile
        frame = ground.prepared.frame[ground.development]
        self.layout: InputLayout = vocabulary(frame, ground.schema, text_plan(ground.design)).layout
        self.findings: tuple[Finding, ...] = ground.findings
        self.log: tuple[LogEntry, ...] = ground.log
        self._source = source_of(
            self.design, ground.schema.columns, self.layout, self.log, command=command, seed=seed
        )

    def explain(self, form: Form = "text", *, width: int = WIDTH) -> str:
        """Every lever with its value, reason, source, the rules passed over, what would change it.

        Args:
            form: "text", "html" or "json".
            width: Characters of a line of text.
        """
        return explain(self.design, form, width=width)

    def summary(self) -> tuple[str, ...]:
        """The design in five lines."""
        return summary(self.design)

    def build(self, *, seed: int = 0) -> "nn.Module":
        """The network as a plain `torch.nn.Module`, untrained.

        Args:
            seed: Seed of its weights.

        Returns:
            A module from encoded rows, (batch, columns), to logits or numbers, (batch, outputs).
            One of convolutions also takes images, (batch, channels, height, width).
        """
        from justright.recipes.network import spec_of, untrained

        return untrained(
            spec_of(self.design, self.layout),
            seed=seed,
            dropout=self.design.number("dropout"),
            input_dropout=self.design.number("input_dropout"),
        )

    def to_code(self) -> str:
        """One script of plain PyTorch that reads the file, trains the design and scores it.

        The learning rate is the rule's or yours, as only a fit measures it: `Model.to_code`.

        Returns:
            Python code that needs torch, numpy and polars alone.

        Raises:
            DesignError: If the design or the data has no form in such a script.
        """
        return to_code(self._source)

    def to_dict(self) -> dict[str, Any]:
        """Task, profile, decisions, input layout and logbook as plain data."""
        built: dict[str, Any] = msgspec.to_builtins(
            {
                "design": self.design,
                "profile": self.profile,
                "layout": self.layout,
                "findings": self.findings,
                "logbook": self.log,
            }
        )
        return built

    def __repr__(self) -> str:
        return "\n".join(self.summary())

    def _repr_html_(self) -> str:
        return explain_html(self.design)


def design(
    data: Any,
    target: Any = None,
    *,
    time_s: float = 60.0,
    metric: str | None = None,
    design: str | None = None,
    overrides: Mapping[str, Value] | None = None,
    drop: Sequence[str] = (),
    group: str | None = None,
    order: str | None = None,
    task: str | None = None,
) -> PlannedDesign:
    """Design a network for a table, or for images, and say why; train nothing.

    Args:
        data: A path, a polars or pandas frame, a dict of columns, a 2-D array, or images as
            `fit` takes them.
        target: Name of the column to predict; or the labels of the rows or images, which then
            are the column "label". None is "label", as folders of images have it.
        time_s: Time that a later fit would have, in seconds; some rules read it.
        metric: The metric to report first, in place of the rule book's.
        design: Name of a design to start from ("realmlp", "classic", ...; `justright rules
            --designs` lists them), in place of the rule book's own.
        overrides: Levers to set, by name: `{"dropout": 0.3}`.
        drop: Columns to leave out.
        group: Column whose equal values must not cross a split.
        order: Column that orders the rows (a date).
        task: "binary", "multiclass" or "regression", where the guess is wrong.

    Returns:
        The design with its reasons.

    Raises:
        DataError: If the table cannot be used.
        DesignError: If an override or a design cannot work.

    Example:
        >>> planned = design({"x": list(range(100)), "y": [i % 7 * 1.5 for i in range(100)]}, "y")
        >>> planned.design["loss"]
        'mse'
    """
    data, target = apart(data, target)
    wish = Wish(
        data=data,
        target=target,
        time_s=time_s,
        metric=metric,
        design=design,
        overrides=dict(overrides or {}),
        drop=tuple(drop),
        group=group,
        order=order,
        task=task,
    )
    return PlannedDesign(lay_ground(wish), command=wish.command(), seed=wish.seed)
