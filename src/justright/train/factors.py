"""What a parameter's own factor makes of the learning rate and of the weight decay."""

from dataclasses import dataclass

from justright.nets.slots import Slot
from justright.train.member import Member
from justright.train.optimizers import COUPLED, FIRST_ONLY


@dataclass(frozen=True, slots=True)
class Factor:
    """Factors of one parameter of one member.

    Attributes:
        rate: Of the learning rate.
        decay: Of the weight decay, where it applies.
    """

    rate: float = 1.0
    decay: float = 1.0


PLAIN = Factor()


def factor_of(slot: Slot, m: Member) -> Factor:
    """The factors of a parameter.

    Its role gives the first: the bias, embedding, scaling or blend rate. The decay has it too, so
    that it takes its square over a step, as RealMLP's published code has it.

    Under another parametrisation the network multiplies trained values w by s = 1/√fan-in. The
    buffers hold θ = s·w, so that every network computes alike, and the step is put right instead:
    w's gradient is s times θ's, so an optimizer that divides by the gradient's size moves θ at s
    times the rate, and plain SGD at s². The decay of w alone would be that of θ: what the smaller
    step takes off it is given back (an L2 penalty on w is one of θ over s²).

    Args:
        slot: The parameter.
        m: The member.

    Source:
        Jacot et al. 2018 (NTK parametrisation), arXiv:1806.07572; pytabkit 1.7.3 for the decay

    Example:
        >>> import numpy as np
        >>> from justright.kinds import View
        >>> from justright.nets.family import parameter_slots
        >>> from justright.nets.spec import DenseSpec
        >>> member = Member(
        ...     spec=DenseSpec(n_numeric=4, n_plain=0, cardinalities=(), n_outputs=1, depth=0,
        ...                    width=8, parametrisation="ntk"),
        ...     view=View(train=np.arange(8), validation=np.arange(8, 10)), seed=0, order_seed=0,
        ...     batch_size=4, epoch_steps=2, total_steps=20, loss="mse", learning_rate=0.01,
        ...     bias_rate=0.1)
        >>> [factor_of(slot, member) for slot in parameter_slots(member.spec)]
        [Factor(rate=0.5, decay=2.0), Factor(rate=0.1, decay=0.1)]
    """
    role, s = role_rate(slot, m), slot.fan_factor
    if role == s == 1:
        return PLAIN
    rate = s**2 if m.optimizer in FIRST_ONLY else s
    return Factor(role * rate, role / (s**2 if m.optimizer in COUPLED else s))


def role_rate(slot: Slot, m: Member) -> float:
    """The factor of the learning rate that a member has for what the parameter does."""
    rates = {
        "bias": m.bias_rate,
        "embedding": m.embedding_rate,
        "scaling": m.scaling_rate,
        "blend": m.blend_rate,
    }
    return rates.get(slot.role, 1.0)
