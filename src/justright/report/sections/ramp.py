"""The learning-rate ramp as a part of the report."""

from justright.kinds import Ramp
from justright.report.curves import spread
from justright.report.markup import Json, cautions_list, esc, picture, table
from justright.report.ramp_marks import MAX_STEPS, loss_range, marks
from justright.report.words import count, finite, number, plural, sentence


def ramp(found: Ramp) -> str:
    """The loss over the rising rate, what each way of reading it suggests, and the cautions.

    Args:
        found: The ramp.

    Returns:
        HTML to be put into a section; empty for a ramp without steps.
    """
    if not found.rates:
        return ""
    lead = (
        f"<p>{plural(found.n_members, 'network')} trained while the rate rose from "
        f"{number(found.rates[0])} to {number(found.rates[-1])} in "
        f"{plural(found.n_steps, 'step')}. The rate read off it is "
        f"<b>{number(found.chosen)}</b>. {esc(sentence(found.reason))}</p>"
    )
    figure = picture("ramp", _label(found), ramp_data(found), _table(found), caption=_note(found))
    return lead + cautions_list(found.cautions) + figure


def ramp_data(found: Ramp) -> dict[str, Json]:
    """What `ramp` of rates.js is given."""
    places = spread(len(found.rates), MAX_STEPS)
    return {
        "rates": [found.rates[i] for i in places],
        "losses": [found.losses[i] for i in places],
        "smoothed": [found.smoothed[i] for i in places],
        "start": found.start_loss,
        "range": loss_range(found),
        "marks": [{"kind": m.kind, "rate": m.rate, "words": m.words} for m in marks(found)],
    }


def _label(found: Ramp) -> str:
    said = ", ".join(m.words for m in marks(found))
    return f"Training loss while the learning rate rises: {said}"


def _note(found: Ramp) -> str:
    whose = "" if found.n_members == 1 else f", averaged over {count(found.n_members)} networks"
    note = (
        f"The thin line is the loss of each step{whose}, the thick one smoothed over nearby rates. "
    )
    if found.diverges_at is None:
        note += "No rate diverged."
    else:
        note += f"From {number(found.diverges_at)} training diverges."
    if len(found.rates) > MAX_STEPS:
        note += f" {count(MAX_STEPS)} of {count(len(found.rates))} steps are drawn."
    return note


def _table(found: Ramp) -> str:
    rows = [(m.name, number(m.rate), "") for m in marks(found)]
    for i in spread(len(found.rates), 25):
        loss = number(found.losses[i]) if finite(found.losses[i]) else "lost"
        rows.append((f"step {count(i + 1)}", number(found.rates[i]), loss))
    heads = ("what", "learning rate", "training loss")
    return table(heads, rows, numeric=(1, 2), caption="The ramp: marked rates, then losses by step")
