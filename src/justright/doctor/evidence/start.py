"""The figures that preflight takes of a network that Justright built."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a few passes on copies of the network showed.

    Attributes:
        first_loss: Loss of the untrained network on the batch.
        trivial_loss: Loss of the best constant prediction on the batch (the entropy of the class
            shares, or the spread of the target).
        n_rows: Rows of the batch.
        n_layers: Linear layers, the output among them.
        output_spread: Standard deviation of the first outputs over the rows.
        spreads: Standard deviation of each hidden linear layer's output over the batch, by layer
            name, first layer first.
        real_losses: Losses while a copy trained on the small batch, until it knew it by heart.
        zero_losses: Losses while another copy trained on the same targets with all-zero inputs;
            empty where the first one learnt more than zeros can tell.
        small_trivial_loss: Trivial loss on the small batch.
        small_floor_loss: Loss on it of the best that any network could put out, as equal inputs
            have equal outputs. Near the trivial loss where the inputs tell nothing.
    """

    first_loss: float
    trivial_loss: float
    n_rows: int
    n_layers: int
    output_spread: float
    spreads: Mapping[str, float] = field(default_factory=dict)
    real_losses: tuple[float, ...] = ()
    zero_losses: tuple[float, ...] = ()
    small_trivial_loss: float = 0.0
    small_floor_loss: float = 0.0
