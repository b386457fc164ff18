"""What a learning-rate test found, in words, for a notebook, and as a page of its own."""

from textwrap import fill

from justright.kinds import Ramp, Sweep
from justright.report.html import NO_SCRIPTS, document
from justright.report.markup import cautions_list, esc, table
from justright.report.ramp_marks import NAMES
from justright.report.sections.ramp import ramp
from justright.report.sections.sweep import sweep
from justright.report.words import clip, number, plural

#: Characters of the column of rates, and of that of names.
_RATE, _NAME = 10, 19
#: Characters of a line of text.
WIDTH = 100


def rate_rows(found: Sweep | Ramp) -> tuple[tuple[str, str, str], ...]:
    """The rates worth knowing: each with its name and what it means.

    Args:
        found: The sweep or the ramp.

    Returns:
        (rate, name, meaning), the chosen rate first, then the suggestions from low to high.

    Example:
        >>> ramp = Ramp(rates=(0.1, 1.0), losses=(1.0, None), smoothed=(1.0, None), n_steps=2,
        ...     start_loss=1.0, suggestions={"half_diverging": 0.05}, diverges_at=0.1, chosen=0.05,
        ...     reason="half of 0.1, where training diverges")
        >>> [row[:2] for row in rate_rows(ramp)]
        [('0.05', 'chosen'), ('0.05', 'half of diverging'), ('0.1', 'diverges')]
    """
    rows = [(found.chosen, "chosen", "the rate to train with")]
    ordered = sorted(found.suggestions.items(), key=lambda item: item[1])
    rows += [(rate, *NAMES.get(key, (key, ""))) for key, rate in ordered]
    if found.diverges_at is not None:
        rows.append((found.diverges_at, "diverges", "from here on training diverges"))
    if isinstance(found, Sweep):
        usable = f"{number(found.usable_low)} to {number(found.usable_high)}"
        rows.insert(1, (found.best, "lowest loss", f"as good within its noise: {usable}"))
    return tuple((number(rate), name, meaning) for rate, name, meaning in rows)


def how_words(found: Sweep | Ramp) -> str:
    """How it was measured, in one sentence."""
    low, high = (number(found.rates[i]) for i in (0, -1))
    if isinstance(found, Sweep):
        return (
            f"One network at {plural(len(found.rates), 'constant peak rate')} from {low} to {high},"
            f" {plural(found.n_steps, 'step')} each, judged by the validation loss."
        )
    whose = "" if found.n_members == 1 else f", the mean of {plural(found.n_members, 'network')}"
    return (
        f"A rate that rose from {low} to {high} in {plural(found.n_steps, 'step')}, judged by the"
        f" training loss{whose}."
    )


def rate_text(found: Sweep | Ramp) -> str:
    """What was found, in lines of plain text.

    Args:
        found: The sweep or the ramp.
    """
    head = f"learning rate {number(found.chosen)}: {found.reason}"
    lines = [fill(head, WIDTH), fill(how_words(found), WIDTH), ""]
    lines += [f"{rate:>{_RATE}}  {name:<{_NAME}}{what}" for rate, name, what in rate_rows(found)]
    for caution in found.cautions:
        words = fill(f"careful: {caution}", WIDTH, subsequent_indent=" " * 9)
        lines += ["", *words.splitlines()]
    return "\n".join(lines).rstrip()


def rate_html(found: Sweep | Ramp) -> str:
    """What was found as a fragment for a notebook: no picture, no scripts.

    Args:
        found: The sweep or the ramp.
    """
    rows = table(("rate", "what", "why"), rate_rows(found), numeric=(0,), caption="Learning rates")
    return (
        f"<div><p><b>learning rate {number(found.chosen)}</b>: "
        f"{esc(found.reason)}</p><p>{esc(how_words(found))}</p>"
        f"{rows}{cautions_list(found.cautions)}</div>"
    )


def rate_page(found: Sweep | Ramp, target: str, source: str) -> str:
    """What was found as one self-contained page, with the picture of the report.

    Args:
        found: The sweep or the ramp.
        target: What is predicted.
        source: Where the data came from.

    Returns:
        An HTML document that loads nothing from anywhere.
    """
    what = f"The learning rate for {clip(target)} from {clip(source)}"
    part = sweep(found) if isinstance(found, Sweep) else ramp(found)
    rows = table(("rate", "what", "why"), rate_rows(found), numeric=(0,), caption="Learning rates")
    return document(
        f"{what} · Justright",
        f"<main><header><h1>{esc(what)}</h1></header>{NO_SCRIPTS}"
        f"<section>{part}{rows}</section></main>",
    )
