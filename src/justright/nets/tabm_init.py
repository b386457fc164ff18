"""Initial weights of a TabM network."""

from dataclasses import replace

import torch
from torch import Generator, Tensor

from justright.nets.init import initial
from justright.nets.slots import Slot
from justright.nets.tabm_spec import TabmSpec


def initial_tabm_row(spec: TabmSpec, seed: int, prior: Tensor) -> Tensor:
    """All initial values of one member, one behind the other.

    Submodels start from one body and differ by two things alone: the factors of the first layer's
    inputs, one for each column of the table, and the weights of the output layer.

    Args:
        spec: The network.
        seed: The member's seed, on which its weights depend alone.
        prior: Logits (or means) that each submodel's output starts from, shape (outputs,).

    Returns:
        Its row of the parameter buffer, shape (parameters,).

    Source:
        Gorishniy et al. 2024, arXiv:2410.24210, section 3.3
    """
    generator = torch.Generator().manual_seed(seed)
    values = [_initial(slot, spec, prior, generator) for slot in spec.parameter_slots()]
    return torch.cat([value.flatten() for value in values])


def _initial(slot: Slot, spec: TabmSpec, prior: Tensor, generator: Generator) -> Tensor:
    if slot.name == "hidden.0.r":
        return _first_factors(spec, generator, prior.dtype)
    if slot.name.endswith((".r", ".s")):
        return torch.ones(slot.shape, dtype=prior.dtype)
    if slot.layer == "output":  # each submodel's own
        one = replace(slot, shape=slot.shape[1:])
        own = [initial(one, spec.body, prior, generator) for _ in range(spec.heads)]
        return torch.stack(own)
    return initial(slot, spec.body, prior, generator)


def _first_factors(spec: TabmSpec, generator: Generator, dtype: torch.dtype) -> Tensor:
    """A random sign for each column and submodel; where numbers are embedded, a normal number."""
    shape = (spec.heads, len(spec.chunks))
    drawn = torch.randn(shape, generator=generator, dtype=dtype)
    factors = drawn if spec.body.embeds_numbers else torch.where(drawn < 0, -1.0, 1.0).to(dtype)
    return factors.repeat_interleave(torch.tensor(spec.chunks), dim=1)
