"""How large a batch pays: the noise of the gradient beside the gradient itself."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor

from justright.train.budget import Budget
from justright.train.course import Course
from justright.train.dataset import Dataset
from justright.train.member import Member
from justright.train.pack import Pack, initial_states

MOST_GROUPS, LEAST_GROUPS = 32, 8  # groups of batches; their spread gives the interval
GROUP_STEPS = 8  # batches of a group: all different rows
LEAST_STEPS = 2  # batches of a group, below which it has no spread
MOST_VALUES = 8_000_000  # gradients of all groups together; 64 MB in double precision
DRAWS = 2000  # resamples of the groups; an end of the interval is then known to a few per cent
FEWER = 3  # groups that a resample has less: as wide as Student's t, for 8 groups and for 32
LEVEL = 0.95  # share of repetitions that the interval covers


@dataclass(frozen=True, slots=True, kw_only=True)
class Gradients:
    """Gradients of one network at one moment, over groups of batches.

    The batches of a group share no row; groups are drawn independently of each other.

    Attributes:
        products: Dot products of the groups' mean gradients, shape (groups, groups).
        noise: Each group's estimate of tr Σ, the variance of a row's gradient summed over all
            parameters, shape (groups,).
    """

    products: NDArray[np.float64]
    noise: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseScale:
    """The noise scale, in rows, with its interval.

    Attributes:
        value: tr Σ / |G|²; infinite where no signal is seen in the noise.
        low: Lower end of the 95 % interval.
        high: Upper end; infinite where the signal may be none.
    """

    value: float
    low: float
    high: float


@torch.no_grad()
def gradients_of(
    member: Member,
    data: Dataset,
    theta: Float[Tensor, " parameters"],
    statistics: Float[Tensor, " statistics"],
    *,
    n_steps: int,
    seed: int,
    budget: Budget | None = None,
) -> Gradients | None:
    """Gradients of a network on many batches of its training rows, as a step of it has them.

    Copies of the network, one for each group, see batches of their own; none of them moves.

    Args:
        member: The network in training.
        data: All rows.
        theta: Its weights at this moment.
        statistics: Its statistics at this moment.
        n_steps: Steps that led there, which scheduled dropout follows.
        seed: Seed of the batches and of dropout.
        budget: When to end; None for no limit.

    Returns:
        The gradients; None for too few rows, too little time, or gradients that are not finite.
    """
    budget = budget or Budget()
    batch = min(member.batch_size, len(member.view.train) // GROUP_STEPS)
    if batch < (2 if getattr(member.spec, "normalisation", "none") == "batch" else 1):
        return None
    state = initial_states([member], data)[0] | {"theta": theta, "statistics": statistics}
    copies = _copies(member, batch, n_steps=n_steps, n_values=len(theta), seed=seed)
    pack = Pack(copies, data, [state] * len(copies))
    total = torch.zeros(len(copies), len(theta), dtype=torch.float64)
    squares = torch.zeros(len(copies), dtype=torch.float64)
    done = 0
    while done < GROUP_STEPS and budget.over() is None:
        pack.backward()
        views = pack.team.stack.parameters.views(pack.grad).values()
        found = torch.cat([view.flatten(1) for view in views], dim=1).double()
        total += found
        squares += found.square().sum(1)
        done += 1
    if done < LEAST_STEPS or not bool(squares.isfinite().all()):
        return None
    noise = batch / (done - 1) * (squares - total.square().sum(1) / done)
    means = total / done
    return Gradients(products=(means @ means.T).numpy(), noise=noise.numpy())


def _copies(member: Member, batch: int, *, n_steps: int, n_values: int, seed: int) -> list[Member]:
    """The network once for each group of batches, as it is after some steps of its training."""
    n_groups = max(LEAST_GROUPS, min(MOST_GROUPS, MOST_VALUES // max(1, n_values)))
    seeds = np.random.SeedSequence(seed).generate_state(n_groups).tolist()
    copy = replace(
        member,
        batch_size=batch,
        optimizer="sgd",
        averaging="none",
        dropout=member.dropout * Course(member).dropout_share(n_steps),
        dropout_schedule="constant",
    )
    return [replace(copy, seed=own, order_seed=own) for own in seeds]


def noise_scale(found: Sequence[Gradients], seed: int) -> NoiseScale:
    """The noise scale B = tr Σ / |G|² of some networks at one moment.

    At a batch of B rows the noise of the gradient is as large as its signal: a training takes
    twice the steps that it would take without noise, and twice the batch saves a quarter of them.
    G is the gradient over all training rows.

    Neither part is biased. |G|² is the mean product of two *different* groups' gradients, whose
    noise is independent; the square of one group's would hold its noise as well. tr Σ is the
    spread of small batches within a group. Several networks count by the sums of both parts.

    Args:
        found: The gradients of each network.
        seed: Seed of the resamples.

    Returns:
        It, with its interval by bootstrap over the groups of batches.

    Raises:
        ValueError: If there is no network.

    Source:
        McCandlish et al. 2018, equations 2.8, 2.9 and appendix A.1, https://arxiv.org/abs/1812.06162

    Example:
        >>> products = np.full((8, 8), 2.0) + np.diag(np.full(8, 0.5))
        >>> noise_scale([Gradients(products=products, noise=np.full(8, 30.0))], seed=0)
        NoiseScale(value=15.0, low=15.0, high=15.0)
    """
    if not found:
        raise ValueError("the noise scale of no network")
    rng = np.random.default_rng(seed)
    signals, noises = np.zeros(DRAWS + 1), np.zeros(DRAWS + 1)
    for one in found:
        n = len(one.noise)
        drawn = rng.multinomial(n - FEWER, np.full(n, 1 / n), size=DRAWS)
        weights = np.vstack([np.ones(n), drawn])  # the first line is what was measured
        squares = weights**2
        pairs = np.einsum("dp,pq,dq->d", weights, one.products, weights, optimize=True)
        between = pairs - squares @ np.diag(one.products)
        signals += between / (weights.sum(1) ** 2 - squares.sum(1))
        noises += weights @ one.noise / weights.sum(1)
    scales = np.full(DRAWS + 1, math.inf)
    np.divide(noises, signals, out=scales, where=signals > 0)
    beyond = (1 - LEVEL) / 2
    # Infinite scales cannot be averaged, so that an end is one of the draws.
    low, high = np.quantile(scales[1:], [beyond, 1 - beyond], method="inverted_cdf")
    return NoiseScale(value=float(scales[0]), low=float(low), high=float(high))
