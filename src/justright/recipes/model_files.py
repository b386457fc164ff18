"""The files of a model that decide what it predicts: weights, design, encoder, run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor

from justright.data.encode import Encoder
from justright.data.schema import Schema
from justright.data.target_scale import TargetScale
from justright.errors import ModelError
from justright.kinds import InputLayout, RunRecord
from justright.nets.conv_spec import ConvSpec
from justright.nets.family import Spec, parameter_slots, statistic_slots, table_of
from justright.nets.slots import Slot, named
from justright.nets.spec import DenseSpec
from justright.nets.tabm_spec import TabmSpec
from justright.recipes.folder import decoded
from justright.recipes.predictor import Predictor, Squad

WEIGHTS, DESIGN, ENCODER, RUN = "weights.safetensors", "design.json", "encoder.json", "run.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class SquadPlan:
    """What `design.json` holds of the networks of one design.

    Attributes:
        spec: Shape of every member's network, where it is dense.
        conv: Its shape where it is of convolutions.
        tabm: Its shape where it is TabM's. Two of the three are None.
        folds: Encoder of each member.
        weight: Share of the prediction.
    """

    spec: DenseSpec | None = None
    conv: ConvSpec | None = None
    tabm: TabmSpec | None = None
    folds: tuple[int, ...]
    weight: float = 1.0

    @classmethod
    def of(cls, squad: Squad) -> "SquadPlan":
        """The plan of a squad."""
        spec = squad.spec
        return cls(
            spec=spec if isinstance(spec, DenseSpec) else None,
            conv=spec if isinstance(spec, ConvSpec) else None,
            tabm=spec if isinstance(spec, TabmSpec) else None,
            folds=squad.folds,
            weight=squad.weight,
        )

    @property
    def network(self) -> Spec:
        """The shape of every member's network.

        Raises:
            ModelError: If the folder holds none, or several.
        """
        found = [spec for spec in (self.spec, self.conv, self.tabm) if spec is not None]
        if len(found) != 1:
            raise ModelError(
                f"{DESIGN} has {len(found)} shapes of a network",
                "one: dense, or of convolutions",
                try_="a fresh copy of the folder, or fit again",
            )
        return found[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """What `design.json` holds: all that the weights and encoders need around them.

    Attributes:
        schema: What each column is, and the task.
        squads: The networks, design by design.
        scale: How a numeric target is scaled; None for classes, labels and rankings.
        output: Word of the output_activation lever.
        temperature: Of the probabilities.
        doubt: Share of the probabilities that is spread evenly.
    """

    schema: Schema
    squads: tuple[SquadPlan, ...]
    scale: TargetScale | None
    output: str = "none"
    temperature: float
    doubt: float


def model_files(schema: Schema, predictor: Predictor, run: RunRecord) -> dict[str, bytes]:
    """The files of a model by name. Nothing in them is executed when they are read.

    Args:
        schema: What each column is, and the task.
        predictor: The networks.
        run: How they came about.
    """
    plan = Blueprint(
        schema=schema,
        squads=tuple(map(SquadPlan.of, predictor.squads)),
        scale=predictor.scale,
        output=predictor.output,
        temperature=predictor.temperature,
        doubt=predictor.doubt,
    )
    return {
        WEIGHTS: save_tensors(_tensors(predictor)),
        DESIGN: _pretty(plan),
        ENCODER: _pretty(predictor.encoders),
        RUN: _pretty(run),
    }


def read_model(files: Mapping[str, bytes], folder: str) -> tuple[Schema, Predictor, RunRecord]:
    """Read what `model_files` wrote.

    Args:
        files: The files by name.
        folder: Where they lie, for the error.

    Raises:
        ModelError: If a file is cut short or edited, or they do not fit together.
    """
    plan = decoded(files[DESIGN], Blueprint, f"{folder}/{DESIGN}")
    encoders = decoded(files[ENCODER], tuple[Encoder, ...], f"{folder}/{ENCODER}")
    run = decoded(files[RUN], RunRecord, f"{folder}/{RUN}")
    tensors = _loaded(files[WEIGHTS])
    _refuse_misfit(plan, encoders)
    predictor = Predictor(
        task=plan.schema.task,
        squads=tuple(_squad(i, own, tensors) for i, own in enumerate(plan.squads)),
        encoders=encoders,
        scale=plan.scale,
        output=plan.output,
        temperature=plan.temperature,
        doubt=plan.doubt,
    )
    return plan.schema, predictor, run


def _pretty(record: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(record), indent=1)


def _tensors(predictor: Predictor) -> dict[str, Tensor]:
    """Weights and statistics by name, members first; those of a second design begin with "1:"."""
    found: dict[str, Tensor] = {}
    for i, squad in enumerate(predictor.squads):
        both = named(parameter_slots(squad.spec), squad.theta)
        both |= named(statistic_slots(squad.spec), squad.statistics)
        found |= {
            f"{_prefix(i)}{name}": value.detach().clone().contiguous()
            for name, value in both.items()
        }
    return found


def _prefix(squad: int) -> str:
    return f"{squad}:" if squad else ""


def _squad(i: int, plan: SquadPlan, tensors: dict[str, Tensor]) -> Squad:
    """A squad as it was saved."""
    own, n_members = plan.network, len(plan.folds)
    return Squad(
        spec=own,
        theta=_buffer(parameter_slots(own), tensors, n_members, _prefix(i)),
        statistics=_buffer(statistic_slots(own), tensors, n_members, _prefix(i)),
        folds=plan.folds,
        weight=plan.weight,
    )


def _buffer(
    slots: tuple[Slot, ...], tensors: dict[str, Tensor], n_members: int, prefix: str
) -> Tensor:
    """The flat buffer of named tensors, their shapes checked."""
    for slot in slots:
        found = tensors.get(prefix + slot.name)
        wanted = (n_members, *slot.shape)
        if found is None or tuple(found.shape) != wanted:
            shape = "no such tensor" if found is None else tuple(found.shape)
            raise ModelError(
                f"{WEIGHTS} has {shape} for {prefix + slot.name!r}",
                f"the shape {wanted} that {DESIGN} asks for",
                try_="a fresh copy of the folder, or fit again",
            )
    if not slots:
        return torch.zeros(n_members, 0)
    return torch.cat([tensors[prefix + slot.name].flatten(1) for slot in slots], dim=1)


def _loaded(content: bytes) -> dict[str, Tensor]:
    """The named tensors of the weights file."""
    try:
        return load_tensors(content)
    except SafetensorError as error:
        raise ModelError(
            f"{WEIGHTS} cannot be understood: {error}",
            "tensors in the form of safetensors",
            try_="a fresh copy of the folder, or fit again",
        ) from error


def _refuse_misfit(plan: Blueprint, encoders: tuple[Encoder, ...]) -> None:
    """Refuse encoders that are not those of the networks."""
    last = max((fold for squad in plan.squads for fold in squad.folds), default=0)
    layouts = {encoder.layout for encoder in encoders}
    fitting = all(_fits(own.network, layout) for own in plan.squads for layout in layouts)
    if last >= len(encoders) or not plan.squads or not fitting:
        raise ModelError(
            f"{ENCODER} has {len(encoders)} encoders, not of the folds or columns of the networks",
            f"{last + 1} encoders, each of the columns that {DESIGN} asks for",
            try_="a fresh copy of the folder, or fit again",
        )


def _fits(spec: Spec, layout: InputLayout) -> bool:
    """Whether a network takes input of this layout."""
    if isinstance(spec, ConvSpec):
        return layout == InputLayout(image=spec.image)
    table = table_of(spec)
    n_plain = layout.n_dense - len(layout.numeric)
    found = (len(layout.numeric), n_plain, layout.cardinalities)
    return table is not None and found == (table.n_numeric, table.n_plain, table.cardinalities)
