"""Names of models and their parameters, as the user's code has them."""

import weakref
from dataclasses import dataclass, field

from torch import Tensor, nn
from torch.nn.modules.loss import _Loss

#: What a tensor is called that no model holds.
NAMELESS = "parameter "


@dataclass(slots=True)
class Names:
    """Models that were met, and what their parameters and modules are called.

    Nothing is kept alive: what the script lets go of is named anew when its id comes again.
    """

    models: dict[int, weakref.ref[nn.Module]] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)
    modules: dict[int, tuple[str, str]] = field(default_factory=dict)
    parameters: dict[int, str] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    n_unnamed: int = 0

    def knows(self, model: nn.Module) -> bool:
        """Whether this very model was taken in."""
        held = self.models.get(id(model))
        return held is not None and held() is model

    def add(self, model: nn.Module) -> str:
        """Take in a model and name all that is in it.

        Returns:
            Its label: its class, counted where two are alike.
        """
        if self.knows(model):
            return self.labels[id(model)]
        kind = type(model).__name__
        alike = sum(label.split(" ")[0] == kind for label in self.labels.values())
        label = kind if not alike else f"{kind} {alike + 1}"
        first = not self.models
        self.models[id(model)] = weakref.ref(model)
        self.labels[id(model)] = label
        for path, module in model.named_modules():
            self.modules[id(module)] = (label, path)
        for path, value in model.named_parameters():
            name = path if first else f"{label}.{path}"
            before = self.parameters.get(id(value), name)
            if before.startswith(NAMELESS):  # an optimizer was met before its model
                self.renamed[before] = name
            self.parameters[id(value)] = name
        return label

    def add_part(self, module: nn.Module, label: str) -> None:
        """Take in a part of a known model that the loop calls by itself; names stay the model's.

        Args:
            module: The part.
            label: What it is called from now on.
        """
        self.models[id(module)] = weakref.ref(module)
        self.labels[id(module)] = label

    def living(self) -> list[nn.Module]:
        """The models that the script still holds, in the order they were met."""
        return [model for held in list(self.models.values()) if (model := held()) is not None]

    def of(self, value: Tensor) -> str:
        """Name of a parameter; "parameter n" for a tensor that no model holds."""
        name = self.parameters.get(id(value))
        if name is None:
            name = self.parameters[id(value)] = self._later(value) or self._nameless()
        return name

    def _later(self, value: Tensor) -> str:
        """Name of a parameter that a model was given after it was met, as a new head is."""
        first = next(iter(self.models), None)
        for model in self.living():
            for path, own in model.named_parameters():
                if own is value:
                    name = path if id(model) == first else f"{self.labels[id(model)]}.{path}"
                    return f"{name} (new)" if name in self.parameters.values() else name
        return ""

    def _nameless(self) -> str:
        self.n_unnamed += 1
        return f"{NAMELESS}{self.n_unnamed}"

    def layer(self, module: nn.Module) -> str:
        """Name of a layer: its path in its model, or its class for a model of one layer."""
        label, path = self.modules.get(id(module), (type(module).__name__, ""))
        first = next(iter(self.labels.values()), label)
        if not path:
            return label
        return path if label == first else f"{label}.{path}"


def layer_of(parameter: str) -> str:
    """The layer that a parameter belongs to, by its name.

    Example:
        >>> layer_of("encoder.0.weight")
        'encoder.0'
    """
    return parameter.rpartition(".")[0] or parameter


def is_loss(module: nn.Module) -> bool:
    """Whether a module is a loss function of torch."""
    return isinstance(module, _Loss) or type(module).__module__ == "torch.nn.modules.loss"
