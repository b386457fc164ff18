"""Which faults bring about the signs of which others."""

from collections.abc import Mapping

#: Rows of the table of faults whose signs a fault brings about, so that one cause is named and
#: not each of its effects. Read: where a row of the left is found, those of the right are signs
#: of it. Rows further up come first in the chain of cause and effect.
EXPLAINS: Mapping[int, frozenset[int]] = {
    31: frozenset(range(1, 31)),  # an error that ended the script
    27: frozenset({2, 4, 7, 8, 9, 13, 14, 15, 16, 19, 20, 21}),
    6: frozenset({4, 7, 8, 13, 15, 16, 19, 21}),
    10: frozenset({4, 7, 8, 13, 14, 15, 16, 19, 21, 24}),
    11: frozenset({6, 7, 13, 14, 15, 16, 19, 20, 21, 23, 24, 25}),
    1: frozenset({4, 6, 7, 8, 13, 14, 15, 16, 18, 19, 21}),
    2: frozenset({1, 4, 7, 8, 13, 14, 16, 19, 21, 25}),
    3: frozenset({4, 7, 8, 13, 14, 15, 16, 19}),
    9: frozenset({7, 13, 14, 19, 20, 21}),
    22: frozenset({12, 13, 14, 19, 20, 21, 23}),
    12: frozenset({6, 13, 14, 19, 20, 21}),
    5: frozenset({4, 6, 7, 8, 13, 14, 15, 16, 17, 19, 21, 25}),
    17: frozenset({4, 6, 7, 8, 13, 14, 15, 16, 19, 21}),
    18: frozenset({7, 13, 14, 15, 16, 19, 21}),
    25: frozenset({4, 13, 15, 24}),
    29: frozenset({6, 13, 15, 19, 30}),
    28: frozenset({1, 4, 13, 14, 15, 16, 19}),
    26: frozenset({7, 13, 14, 19, 20, 21, 22}),
    13: frozenset({4, 6, 7, 14, 15, 16, 19, 20, 21, 23, 24}),
    24: frozenset({7, 13, 14, 15, 19, 21}),
    16: frozenset({7, 8, 13, 14, 15, 19, 21}),
    15: frozenset({7, 8, 13, 14, 19, 21}),
    8: frozenset({7, 13, 14, 19, 21}),
    21: frozenset({7, 13, 14, 19, 20}),
    23: frozenset({13, 14, 19}),
    20: frozenset({19}),
    14: frozenset({19}),
    7: frozenset({14, 19, 21}),
    4: frozenset({13, 17}),
    19: frozenset({7, 14}),  # a network too narrow for its task
}

#: Faults that show in figures alone; where the network learns well all the same, a sign of one
#: that is not certain is worth a note and no alarm.
FIGURES = frozenset({4, 5, 7, 8, 13, 14, 15, 16, 17, 18, 19, 21, 23, 24})

#: Checks whose finding is mostly a sign: what little moves may do so for want of a gradient. Each
#: with the few rows that it explains all the same.
SIGNS: Mapping[str, frozenset[int]] = {
    "learning-rate-too-low": frozenset({14, 19}),
    "output-constant": frozenset({19}),
    "underfitting": frozenset({7, 14}),
    "trial-overfit": frozenset({14, 21}),
    "first-loss-off": frozenset(),
}
