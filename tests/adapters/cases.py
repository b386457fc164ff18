"""What the tests of all frameworks have in common: rows to learn, and what a doctor must say."""

import re
from pathlib import Path

import torch

from justright.kinds import Severity

N_ROWS, N_COLUMNS, N_CLASSES = 320, 8, 3

PAGE = (Path(__file__).parents[2] / "docs/adapters.md").read_text(encoding="utf-8")


def page(title):
    """The example of a section of docs/adapters.md, and what it prints."""
    first, rest = re.split(rf"^## {title}$", PAGE, flags=re.MULTILINE)
    blocks = [re.findall(r"^```\w*\n(.*?)^```", p, re.DOTALL | re.MULTILINE) for p in (first, rest)]
    return blocks[0][0] + blocks[1][0], blocks[1][1]


def words(text):
    """What is said, without its figures: which steps are looked at closely follows the clock."""
    return re.sub(r"-?\d+(\.\d+)?(e-?\d+)?", "#", text)


def rows():
    """Three classes that a small network learns in a few passes."""
    x = torch.randn(N_ROWS, N_COLUMNS, generator=torch.Generator().manual_seed(0))
    return x, (x[:, 0] > 0).long() + (x[:, 1] > 0).long()


def same_weights(one, other):
    """Whether two trainings came to the same weights, to the bit."""
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def alarms(doctor):
    """Findings that are more than a note."""
    return [own.check for own in doctor.findings if own.severity is not Severity.NOTE]


def first_fault(doctor):
    """Row of the table of faults that is named first."""
    return doctor.findings[0].fault if doctor.findings else None


def untouched():
    """What a watching puts something in the place of."""
    functions = torch.nn.functional.cross_entropy, torch.nn.Module.__call__, torch.autograd.backward
    return [function.__code__ for function in functions]
