"""The shape of a TabM network: one body that many submodels share, read from a design."""

from dataclasses import dataclass

from justright.kinds import Design, InputLayout
from justright.nets import dense
from justright.nets.slots import Slot
from justright.nets.spec import DenseSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class TabmSpec:
    """Everything that fixes the parameters of a TabM network and their shapes.

    Submodel i computes `s_i * ((r_i * x) @ weight) + b_i` in each hidden layer: the weight is
    shared by all, the vectors r, s and b are its own, and so is its output layer. What embeds
    numbers and categories is shared too. The prediction is the mean of the submodels'.

    Attributes:
        body: Shape of one submodel. It has neither normalisation nor residual connections.
        heads: Submodels.
        pooling: Word of the output activation lever: the prediction is the mean after it.

    Source:
        Gorishniy et al. 2024 (TabM), arXiv:2410.24210, section 3; Wen et al. 2020 (BatchEnsemble),
        arXiv:2002.06715

    Example:
        >>> body = DenseSpec(
        ...     n_numeric=4, n_plain=0, cardinalities=(), n_outputs=1, depth=1, width=8
        ... )
        >>> [slot.name for slot in TabmSpec(body=body, heads=32).parameter_slots()][:3]
        ['hidden.0.weight', 'hidden.0.r', 'hidden.0.s']
    """

    body: DenseSpec
    heads: int
    pooling: str = "none"

    @classmethod
    def of(cls, design: Design, layout: InputLayout) -> "TabmSpec":
        """Read the shape from a design and the layout of its encoded input."""
        return cls(
            body=DenseSpec.of(design, layout),
            heads=design.count("heads"),
            pooling=design.word("output_activation"),
        )

    @property
    def n_outputs(self) -> int:
        """Outputs of each submodel, and of all of them together."""
        return self.body.n_outputs

    @property
    def depth(self) -> int:
        """Hidden layers."""
        return self.body.depth

    @property
    def activation(self) -> str:
        """Word of the activation lever."""
        return self.body.activation

    @property
    def normalisation(self) -> str:
        """Word of the normalisation lever."""
        return self.body.normalisation

    @property
    def bucket_key(self) -> tuple[object, ...]:
        """What networks must share to be computed side by side: all but how they start."""
        make = (self.heads, self.pooling, self.body.widths, self.activation)
        return ("tabm", *make, *self.body.bucket_key)

    @property
    def input_words(self) -> str:
        """The input in words."""
        return f"{self.body.input_words}, {self.heads} submodels in one network"

    @property
    def chunks(self) -> tuple[int, ...]:
        """Inputs of the first layer that belong to one column of the table, column by column."""
        body = self.body
        numbers = (body.embedding_size if body.embeds_numbers else 1,) * body.n_numeric
        return (*numbers, *((1,) * body.n_plain), *body.embedding_sizes)

    def parameter_slots(self) -> tuple[Slot, ...]:
        """The trained parameters of one member, first layer first."""
        slots = [slot for slot in dense.parameter_slots(self.body) if _is_embedding(slot)]
        for i, (fan_in, fan_out) in enumerate(self.body.fans[:-1]):
            layer = f"hidden.{i}"
            slots += [
                Slot(name=f"{layer}.weight", shape=(fan_in, fan_out), decays=True),
                Slot(name=f"{layer}.r", shape=(self.heads, fan_in), decays=True),
                Slot(name=f"{layer}.s", shape=(self.heads, fan_out), decays=True),
                Slot(name=f"{layer}.bias", shape=(self.heads, fan_out), role="bias"),
            ]
            if self.activation == "prelu":
                slots.append(Slot(name=f"activation.{i}.slope", shape=(1,)))
        fans = (self.heads, *self.body.fans[-1])
        return (
            *slots,
            Slot(name="output.weight", shape=fans, decays=True),
            Slot(name="output.bias", shape=(self.heads, self.n_outputs), role="bias"),
        )

    def statistic_slots(self) -> tuple[Slot, ...]:
        """What is kept but not trained: bin edges."""
        return dense.statistic_slots(self.body)


def _is_embedding(slot: Slot) -> bool:
    return slot.name.startswith(("numbers.", "category."))
