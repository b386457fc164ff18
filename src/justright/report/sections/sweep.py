"""The learning-rate sweep as a part of the report."""

from justright.kinds import Sweep
from justright.report.markup import Json, cautions_list, esc, picture, table
from justright.report.ramp_marks import marks
from justright.report.words import finite, number, plural, sentence


def sweep(found: Sweep) -> str:
    """The loss at each learning rate, other readings of it, and the cautions.

    Args:
        found: The sweep.

    Returns:
        HTML to be put into a section; empty for a sweep without rates.
    """
    if not found.rates:
        return ""
    lead = (
        f"<p>The same network was trained at {plural(len(found.rates), 'rate')}, "
        f"{plural(found.n_steps, 'step')} each. The rate read off them is "
        f"<b>{number(found.chosen)}</b>. "
        f"{esc(sentence(found.reason))}</p>"
    )
    figure = picture(
        "sweep",
        _sweep_label(found),
        sweep_data(found),
        _sweep_table(found),
        caption=_sweep_note(found),
    )
    return lead + cautions_list(found.cautions) + figure


def sweep_data(found: Sweep) -> dict[str, Json]:
    """What `sweep` of rates.js is given."""
    return {
        "rates": found.rates,
        "train": found.train_loss,
        "validation": found.validation_loss,
        "start": found.start_loss,
        "best": found.best,
        "divergesAt": found.diverges_at,
        "usable": (found.usable_low, found.usable_high),
        "chosen": found.chosen,
    }


def _sweep_label(found: Sweep) -> str:
    end = f", diverging from {number(found.diverges_at)}" if found.diverges_at is not None else ""
    return (
        f"Loss against learning rate: usable from {number(found.usable_low)} to "
        f"{number(found.usable_high)}, chosen {number(found.chosen)}{end}"
    )


def _sweep_note(found: Sweep) -> str:
    note = (
        f"Shaded: rates as good as the best within its noise, {number(found.usable_low)} to "
        f"{number(found.usable_high)}. "
    )
    if found.diverges_at is None:
        note += "No rate diverged."
    else:
        note += f"From {number(found.diverges_at)} training diverges; crosses lost the loss."
    others = ", ".join(m.words for m in marks(found) if m.kind in found.suggestions)
    return f"{note} Other readings: {esc(others)}." if others else note


def _sweep_table(found: Sweep) -> str:
    rows = [
        (number(rate), _loss(train), _loss(validation))
        for rate, train, validation in zip(
            found.rates, found.train_loss, found.validation_loss, strict=False
        )
    ]
    heads = ("learning rate", "training loss", "validation loss")
    return table(
        heads,
        rows,
        numeric=(0, 1, 2),
        caption="Loss per learning rate",
    )


def _loss(value: float | None) -> str:
    return number(value) if finite(value) else "diverged"
