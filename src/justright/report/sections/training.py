"""How it was trained: the curves, the gradients."""

from collections import Counter

from justright.kinds import RunRecord, Trace
from justright.report.curves import Curves, Stripes, curves, spread, stripes
from justright.report.markup import Json, Section, details, esc, picture, table
from justright.report.words import count, number, plural, stopped_words


def training(run: RunRecord) -> Section:
    """Losses by epoch, and gradients by layer."""
    shown = curves(run.traces)
    parts = []
    if shown is not None:
        figure = picture(
            "curves", _curves_label(shown), curves_data(shown), _curves_table(shown),
            caption=_curves_note(shown),
        )  # fmt: skip
        parts += [_training_lead(run.traces, shown), figure, _members(run.traces)]
    heat = stripes(run.traces)
    if heat is not None:
        parts.append(_gradients(heat))
    return Section(id="training", title="The training", body="".join(parts))


def _training_lead(traces: tuple[Trace, ...], shown: Curves) -> str:
    ends = Counter(stopped_words(t) for t in traces if t.stopped)
    why = ", ".join(f"{esc(words)} ({count(n)})" for words, n in ends.most_common())
    said = f" How they ended: {why}." if why else ""
    return (
        f"<p>{plural(shown.n_members, 'member')} trained for up to "
        f"{plural(shown.n_epochs, 'epoch')}.{said}</p>"
    )


def curves_data(shown: Curves) -> dict[str, Json]:
    """What `curves` of charts.js is given."""
    return {
        "epochs": shown.epochs,
        "train": shown.train,
        "validation": shown.validation,
        "members": [
            {"name": m.name, "train": m.train, "validation": m.validation, "best": m.best_epoch}
            for m in shown.members
        ],
    }


def _curves_label(shown: Curves) -> str:
    last = [v for v in shown.validation if v is not None]
    best = f"; the median validation loss comes down to {number(min(last))}" if last else ""
    return f"Training and validation loss of {plural(shown.n_members, 'member')} by epoch{best}"


def _curves_note(shown: Curves) -> str:
    drawn = len(shown.members)
    note = "Thin lines are members, thick lines their median; dots mark the weights that are kept."
    if drawn < shown.n_members:
        note += f" {count(drawn)} of {count(shown.n_members)} members are drawn."
    if len(shown.epochs) < shown.n_epochs:
        note += f" {count(len(shown.epochs))} of {count(shown.n_epochs)} epochs are drawn."
    return note


def _curves_table(shown: Curves) -> str:
    rows = [
        (count(shown.epochs[i]), number(shown.train[i]), number(shown.validation[i]))
        for i in spread(len(shown.epochs), 25)
    ]
    heads = ("epoch", "median training loss", "median validation loss")
    return table(heads, rows, numeric=(0, 1, 2), caption="Median losses by epoch")


def _members(traces: tuple[Trace, ...]) -> str:
    rows = []
    for i in spread(len(traces), 64):
        trace = traces[i]
        best = min((v for v in trace.validation_loss if v is not None), default=None)
        rows.append(
            (
                f"{i + 1}: fold {trace.fold + 1}, seed {trace.seed}",
                number(trace.learning_rate),
                count(len(trace.steps)),
                count(trace.best_step) if trace.best_step is not None else "none",
                number(best),
                stopped_words(trace),
            )
        )
    heads = ("member", "learning rate", "epochs", "best step", "lowest validation loss", "ended")
    inner = table(heads, rows, numeric=(1, 2, 3, 4), caption="The members")
    return details(f"All members ({count(len(traces))})", inner)


def _gradients(heat: Stripes) -> str:
    data: dict[str, Json] = {"layers": heat.layers, "epochs": heat.epochs, "norms": heat.norms}
    places = spread(len(heat.epochs), 8)
    heads = ("layer", *(f"epoch {count(heat.epochs[i])}" for i in places))
    rows = [
        (name, *(number(line[i]) for i in places))
        for name, line in zip(heat.layers, heat.norms, strict=True)
    ]
    numeric = tuple(range(1, len(heads)))
    figures = table(heads, rows, numeric=numeric, caption="Median gradient norm by layer")
    note = (
        "Median over members. Even colours from top to bottom mean that every layer learns; "
        "a first layer much fainter than the last is a vanishing gradient."
    )
    label = f"Gradient norm of {plural(len(heat.layers), 'layer')} by epoch"
    return f"<h3>Gradients by layer</h3>{picture('gradients', label, data, figures, caption=note)}"
