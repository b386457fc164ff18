"""The shape of a dense network, read from a design."""

from dataclasses import dataclass
from itertools import pairwise

from justright.kinds import Design, InputLayout

MIN_FUNNEL_WIDTH = 8  # units; the narrowest layer a funnel goes down to, as the width lever's floor
N_FREQUENCIES = 16  # per feature; RealMLP, arXiv:2407.04491, table A.1
MAX_BINS = 48  # per feature; Gorishniy et al. 2022, arXiv:2203.05556, section 4
MAX_EMBEDDING = 32  # outputs per category column; keeps 1,000-level columns from ruling the input


@dataclass(frozen=True, slots=True, kw_only=True)
class DenseSpec:
    """Everything that fixes the parameters of a dense network and their shapes.

    Attributes:
        n_numeric: Scaled numbers, the first columns of the input.
        n_plain: Features that enter as they are, pixels among them, the next columns.
        cardinalities: Levels of each category index, the last columns.
        n_outputs: Output neurons.
        depth: Hidden layers.
        width: Units of the first hidden layer.
        shape: "same" width throughout, or a "funnel" that halves layer by layer.
        activation: Word of the activation lever.
        init: Word of the init lever, for example "he_normal".
        last_layer_init: "prior" (small weights, bias at the prior) or "plain".
        normalisation: "none", "batch" or "layer".
        residual: Whether a hidden layer of equal width adds its input.
        numeric_embedding: "none", "periodic" or "piecewise_linear".
        embedding_size: Outputs per number where numbers are embedded.
        frequency_scale: Standard deviation of the periodic frequencies at the start.
        category_size: Outputs of each category embedding; 0 for the rule of thumb.
        input_scaling: Whether each input of the first layer has a learned factor.
        activation_blend: Whether each hidden unit blends its activation with the identity.
        bias_init: How biases start: "zero", or by "hull" of the training rows.
        parametrisation: "standard" or "ntk".
    """

    n_numeric: int
    n_plain: int
    cardinalities: tuple[int, ...]
    n_outputs: int
    depth: int
    width: int
    shape: str = "same"
    activation: str = "relu"
    init: str = "he_normal"
    last_layer_init: str = "prior"
    normalisation: str = "none"
    residual: bool = False
    numeric_embedding: str = "none"
    embedding_size: int = 4
    frequency_scale: float = 0.1
    category_size: int = 0
    input_scaling: bool = False
    activation_blend: bool = False
    bias_init: str = "zero"
    parametrisation: str = "standard"

    @classmethod
    def of(cls, design: Design, layout: InputLayout) -> "DenseSpec":
        """Read the shape from a design and the layout of its encoded input."""
        return cls(
            n_numeric=len(layout.numeric),
            n_plain=layout.n_dense - len(layout.numeric),
            cardinalities=layout.cardinalities,
            n_outputs=design.task.n_outputs,
            depth=design.count("depth"),
            width=design.count("width"),
            shape=design.word("shape"),
            activation=design.word("activation"),
            init=design.word("init"),
            last_layer_init=design.word("last_layer_init"),
            normalisation=design.word("normalisation"),
            residual=bool(design["residual"]),
            numeric_embedding=design.word("numeric_embedding") if layout.numeric else "none",
            embedding_size=design.count("embedding_size"),
            frequency_scale=design.number("frequency_scale"),
            category_size=design.count("category_size"),
            input_scaling=bool(design["input_scaling"]),
            activation_blend=bool(design["activation_blend"]),
            bias_init=design.word("bias_init"),
            parametrisation=design.word("parametrisation"),
        )

    @property
    def embeds_numbers(self) -> bool:
        """Whether numbers pass through an embedding."""
        return self.numeric_embedding != "none" and self.n_numeric > 0

    @property
    def heads(self) -> int:
        """Submodels in one network: none but itself."""
        return 1

    @property
    def bucket_key(self) -> tuple[object, ...]:
        """What networks must share to be computed side by side."""
        embedding = (self.numeric_embedding, self.embedding_size) if self.embeds_numbers else ()
        inputs = (self.n_numeric, self.n_plain, self.cardinalities, self.embedding_sizes)
        return ("dense", *inputs, self.n_outputs, *embedding)

    @property
    def input_words(self) -> str:
        """The input in words."""
        words = f"{self.n_numeric + self.n_plain + len(self.cardinalities)} input columns"
        return f"{words}, numbers {self.numeric_embedding}" if self.embeds_numbers else words

    @property
    def hidden_bias(self) -> bool:
        """Whether hidden layers have a bias: batch norm would take it out again."""
        return self.normalisation != "batch"

    @property
    def embedding_sizes(self) -> tuple[int, ...]:
        """Outputs of each category embedding: as set, or the rule of thumb of fastai, capped.

        Source:
            fastai, tabular `emb_sz_rule`: min(600, round(1.6 * levels ** 0.56)).
        """
        if self.category_size:
            return (self.category_size,) * len(self.cardinalities)
        return tuple(min(MAX_EMBEDDING, round(1.6 * n**0.56)) for n in self.cardinalities)

    @property
    def starts_by_data(self) -> bool:
        """Whether the first weights or biases depend on the training rows."""
        return self.init == "data_normal" or self.bias_init == "hull"

    @property
    def drops_to_floor(self) -> bool:
        """Whether dropout is SELU's, which keeps mean and spread: a blend would not."""
        return self.activation == "selu" and not self.activation_blend

    @property
    def n_first(self) -> int:
        """Fan-in of the first layer, after embeddings."""
        per_number = self.embedding_size if self.embeds_numbers else 1
        return self.n_numeric * per_number + self.n_plain + sum(self.embedding_sizes)

    @property
    def widths(self) -> tuple[int, ...]:
        """Units of each hidden layer."""
        if self.shape == "funnel":
            return tuple(max(MIN_FUNNEL_WIDTH, self.width >> i) for i in range(self.depth))
        return (self.width,) * self.depth

    @property
    def fans(self) -> tuple[tuple[int, int], ...]:
        """Fan-in and fan-out of every linear layer, the output layer last."""
        return tuple(pairwise((self.n_first, *self.widths, self.n_outputs)))
