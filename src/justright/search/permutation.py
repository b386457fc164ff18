"""Is there anything to learn: true targets against shuffled ones."""

import numpy as np
from numpy.typing import NDArray


def permutation_p(
    true: NDArray[np.float64], shuffled: NDArray[np.float64], *, higher_is_better: bool
) -> float:
    """The chance that shuffled targets do as well as the true ones, if these mean nothing.

    A shuffle is one order of all targets, used in every place: its scores are averaged over the
    places, as those of the true targets are. So what the places share (most of their rows) is the
    same for both, and the p-value needs no correction for it. It is exact
    where the places were drawn without regard to the targets, and counts the true order among the
    shuffles, so that it is never 0.

    Args:
        true: Scores of networks that saw the true targets, shape (places,).
        shuffled: Scores of those that saw shuffled ones, scored against these, one row a shuffle,
            shape (shuffles, places).
        higher_is_better: Direction of the metric.

    Returns:
        The p-value: (1 + number of shuffles at least as good) / (1 + number of shuffles). A shuffle
        of which a network diverged (NaN) counts as at least as good; so do all if a network of the
        true targets diverged. This can only make the p-value larger.

    Raises:
        ValueError: If the places are not the same.

    Source:
        Phipson and Smyth 2010, https://doi.org/10.2202/1544-6115.1585; Ojala and Garriga 2010,
        https://jmlr.org/papers/v11/ojala10a.html

    Example:
        >>> shuffled = np.array([[0.50, 0.52], [0.48, 0.50], [0.90, 0.90]])
        >>> permutation_p(np.array([0.8, 0.7]), shuffled, higher_is_better=True)
        0.5
    """
    if true.shape != shuffled.shape[1:]:
        raise ValueError(f"{true.shape=} and {shuffled.shape=} have not the same places")
    sign = 1.0 if higher_is_better else -1.0
    worse = sign * shuffled.mean(axis=1) < sign * true.mean()
    return (1 + int((~worse).sum())) / (1 + len(shuffled))


def smallest_p(n_shuffles: int) -> float:
    """The smallest p-value that so many shuffles can show.

    Example:
        >>> smallest_p(19)
        0.05
    """
    return 1 / (1 + n_shuffles)
