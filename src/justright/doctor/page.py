"""The docs page of all checks, written from the objects."""

from collections.abc import Sequence

from justright.doctor.check import Check
from justright.doctor.checks import CHECKS
from justright.doctor.effects import EFFECTS
from justright.doctor.faults import FAULTS

_HEAD = """# What the doctor checks

Written from the checks by `scripts/make_docs`; do not edit. {n} checks for {m} faults, in the order
of the table of faults. `justright check` names the finding by the check's id and its fault by the
number. How to use the doctor: [check](check.md), [watch](watch.md), [preflight](preflight.md).

*Effect of the remedy*: where the remedy changes a lever of ours, a sick design and its mended twin
were trained as one population on the same folds of real tables, by `benchmarks/remedies.py`. Scores
are shares of what the best constant leaves: 1 is no better than a constant, 0 is perfect. Each
network keeps its best weights, so that a sick one is shown at its best. The interval is Student's t
over the data sets. Remedies that change code and no lever have no such line.

| fault | what | checks |
|---|---|---|
{table}
"""


def page(checks: Sequence[Check] = CHECKS) -> str:
    """The page, in Markdown.

    Example:
        >>> page().splitlines()[0]
        '# What the doctor checks'
    """
    rows = [
        f"| [{number}](#fault-{number}) | {what} |"
        f" {', '.join(f'`{check.id}`' for check in _of(checks, number))} |"
        for number, what in FAULTS.items()
    ]
    head = _HEAD.format(n=len(checks), m=len(FAULTS), table="\n".join(rows))
    parts = [_fault(checks, number, what) for number, what in FAULTS.items()]
    return "\n".join([head, *parts])


def _of(checks: Sequence[Check], fault: int) -> list[Check]:
    return [check for check in checks if check.fault == fault]


def _fault(checks: Sequence[Check], number: int, what: str) -> str:
    title = f'<a id="fault-{number}"></a>\n## {number}. {what}\n'
    return "\n".join([title, *(_section(check) for check in _of(checks, number))])


def _section(check: Check) -> str:
    """One check: what it asks, how, where from, what to do, and an example."""
    found = check.judge(check.example)
    lines = [f"### {check.id}", "", check.asks, ""]
    lines.append(f"- *Measured*: {check.measured}")
    lines.append(f"- *Needs*: {', '.join(sorted(check.needs))}")
    lines.append(f"- *Remedy*: {check.remedy}")
    lines.extend(
        f"- *Effect of the remedy*: {effect.words()}"
        for effect in EFFECTS
        if check.id in effect.checks
    )
    lines.append(f"- *To confirm*: {check.confirm}")
    lines.append(f"- *Source*: {check.source}")
    if found is not None:
        lines.append(f"- *Example* ({found.severity.value}): {_plain(found.sign)}.")
        lines.append(f"  *It means*: {_plain(found.meaning)}. *Then*: {_plain(found.remedy)}")
    return "\n".join([*lines, ""])


def _plain(text: str) -> str:
    """A sentence on one line, without its full stop."""
    return " ".join(text.split()).rstrip(".")
