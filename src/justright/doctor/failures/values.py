"""Errors of values: probabilities that are none, numbers that are not finite."""

import re

from justright.doctor.evidence import Failure
from justright.doctor.failures.case import Case, Told, fixed

_RANGE = r"all elements of input should be between 0 and 1|input_val >= zero && input_val <= one"
_BOUNDED = ("Sigmoid", "Softmax")


def _not_finite(failure: Failure, found: re.Match[str]) -> Told | None:
    behind = any(f": {kind} " in f"{failure.before} " for kind in _BOUNDED)
    if not behind and failure.step == 0:
        return None
    return Told(
        "BCELoss refused the output of the network"
        + (f" after {failure.step} steps that it took" if failure.step else ""),
        "values of a sigmoid are always between 0 and 1, unless they are not a number (nan)",
        "look for nan or infinite values in the inputs, then lower the learning rate, and use"
        " nn.BCEWithLogitsLoss() without the sigmoid",
        0.85,
    )


CASES = (
    Case(6, _RANGE, _not_finite),
    Case(
        1,
        _RANGE,
        fixed(
            "BCELoss got values below 0 or above 1",
            "the network puts out logits, and BCELoss wants probabilities: the sigmoid is missing",
            "nn.BCELoss() -> nn.BCEWithLogitsLoss(), which applies the sigmoid itself",
        ),
    ),
    Case(
        6,
        r"Function '(\w+)' returned nan values in its (\d+)th output",
        fixed(
            "backward through {0} gave nan",
            "an operation was taken where it has no slope: log(0), sqrt(0), 0/0, or a norm"
            " of zeros",
            "add a small number inside: torch.log(x + 1e-8), torch.sqrt(x + 1e-8); clamp divisors",
        ),
    ),
    Case(
        6,
        r"found invalid values:\s*tensor\(.*nan",
        fixed(
            "the parameters of a distribution are nan",
            "the network puts out nan: its weights or inputs are not finite any more",
            "lower the learning rate, clip the gradient, and look for nan in the inputs",
        ),
    ),
    Case(
        6,
        r"Input contains (NaN|infinity|inf)",
        fixed(
            "scikit-learn met {0}",
            "the data or the predictions hold values that are not finite",
            "look where they begin: torch.isfinite(x).all() on the inputs, the output, the loss",
        ),
    ),
)
