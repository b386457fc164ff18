"""How good it is: scores, confusion, predictions, calibration."""

from collections.abc import Sequence

from justright.kinds import Calibration, Confusion, PredictedTrue, RunRecord, Score
from justright.report.markup import Cell, Html, Json, Section, details, esc, picture, table
from justright.report.overuse import overuse_words
from justright.report.sections.coverage import coverage
from justright.report.sections.several import label_table, place_table
from justright.report.single import single_words
from justright.report.words import (
    NONE,
    clip,
    count,
    finite,
    metric_name,
    number,
    percent,
    plural,
    rows_scored,
    score_interval,
    score_on,
    score_value,
)

#: Classes shown by name; the rarer rest is put together.
_MAX_CLASSES = 16
#: Classes up to which a cell has room for its share too.
_ROOMY = 8


def results(run: RunRecord) -> Section:
    """Everything measured on the test rows, or on validation rows where none were set aside."""
    parts = [_scores(run)]
    if run.single is not None:
        parts.append(f"<p>{esc(single_words(run.single))}</p>")
    if run.confusion is not None and run.confusion.classes:
        parts.append(_confusion(run.confusion))
    parts += [_scatter(each, rows_scored(run)) for each in run.predicted_true if each.true]
    parts.append(coverage(run))
    if run.labels:
        parts.append(label_table(run.labels))
    if run.places is not None:
        parts.append(place_table(run.places))
    if run.calibration is not None and run.calibration.predicted:
        parts.append(_calibration(run.calibration))
    return Section(id="results", title="The results", body="".join(parts))


def _scores(run: RunRecord) -> str:
    if not run.scores:
        return ""
    level = run.scores[0].level
    heads = ["metric", rows_scored(run), f"{percent(level)} interval"]
    heads += ["validation", "gap"] if run.data.n_test else []
    heads += [b.name for b in run.baselines]
    rows = [_score_row(run, score) for score in run.scores]
    said = (
        "The gap is test less validation: a large one means that the development rows flatter the "
        "network, or that the test rows are different."
        if run.data.n_test
        else "No row was set aside for a test: choices have looked at the validation rows."
    )
    note = f'<p class="note">↑ higher is better, ↓ lower is better. {said}</p>'
    numeric = tuple(range(1, len(heads)))
    luck = overuse_words(run)
    note += f'<p class="note">{esc(luck)}</p>' if luck else ""
    return table(heads, rows, numeric=numeric, caption="All scores", css="scores") + note


def _score_row(run: RunRecord, score: Score) -> list[Cell]:
    arrow = "↑" if score.higher_is_better else "↓"
    validation = score_on(run.validation_scores, score.metric)
    gap = score.value - validation.value if validation else None
    baselines = [
        score_value(found) if (found := score_on(b.scores, score.metric)) else NONE
        for b in run.baselines
    ]
    before: list[Cell] = [
        score_value(validation) if validation else NONE,
        f"{gap:+.3g}".replace("-", "−") if gap is not None and finite(gap) else NONE,
    ]
    return [
        f"{metric_name(score.metric)} {arrow}",
        Html(f"<b>{score_value(score)}</b>"),
        score_interval(score) or NONE,
        *(before if run.data.n_test else ()),
        *baselines,
    ]


def _confusion(found: Confusion) -> str:
    names, counts = _largest(found)
    mixed = len(names) - 1 if len(names) < len(found.classes) else -1
    css = "confusion compact" if len(names) > _ROOMY else "confusion"
    heads = ["true ↓ predicted →", *(clip(n, 24) for n in names), "rows"]
    rows: list[list[Cell]] = []
    for i, (name, line) in enumerate(zip(names, counts, strict=True)):
        total = sum(line)
        cells: list[Cell] = [_heat_cell(n, total, _side(i, j, mixed)) for j, n in enumerate(line)]
        rows.append([clip(name, 24), *cells, count(total)])
    numeric = tuple(range(1, len(heads)))
    grid = table(heads, rows, numeric=numeric, caption="Confusion matrix", css=css)
    return (
        "<h3>Which classes are taken for which</h3>"
        '<figure role="figure" aria-label="Confusion matrix">'
        f"{grid}<figcaption>Each row is one true class: counts, coloured by their share of "
        "the row. Blue is right, red is wrong.</figcaption></figure>"
        f"{_mistakes(found)}"
    )


def _side(true: int, predicted: int, mixed: int) -> str:
    """Right, wrong, or both at once where rarer classes are put together."""
    if true != predicted:
        return "wrong"
    return "mixed" if true == mixed else "right"


def _heat_cell(n: int, total: int, side: str) -> Html:
    share = n / total if total else 0.0
    css = side + (" strong" if share > 0.55 and side != "mixed" else "")
    return Html(
        f'<span class="heat {css}" style="--s:{share:.3f}">{count(n)}'
        f"<small>{percent(share)}</small></span>"
    )


def _largest(found: Confusion) -> tuple[list[str], list[list[int]]]:
    """The most frequent classes by name, all others put together."""
    n = len(found.classes)
    if n <= _MAX_CLASSES:
        return list(found.classes), [list(line) for line in found.counts]
    order = sorted(range(n), key=lambda i: -sum(found.counts[i]))
    kept, rest = sorted(order[: _MAX_CLASSES - 1]), order[_MAX_CLASSES - 1 :]
    groups = [[i] for i in kept] + [rest]
    counts = [[sum(found.counts[t][p] for t in a for p in b) for b in groups] for a in groups]
    return [*(found.classes[i] for i in kept), f"{len(rest)} others"], counts


def _mistakes(found: Confusion) -> str:
    """The pairs most often taken for each other; only worth it beyond a few classes."""
    if len(found.classes) < 5:
        return ""
    pairs = sorted(
        (
            (n, t, p)
            for t, line in enumerate(found.counts)
            for p, n in enumerate(line)
            if t != p and n
        ),
        key=lambda pair: -pair[0],
    )[:10]
    if not pairs:
        return ""
    rows = [(clip(found.classes[t]), clip(found.classes[p]), count(n)) for n, t, p in pairs]
    inner = table(("true", "taken for", "rows"), rows, numeric=(2,), caption="Mistakes")
    return details("The most frequent mistakes", inner)


def _scatter(found: PredictedTrue, kind: str) -> str:
    target = found.name
    pairs = sorted(
        (t, p) for t, p in zip(found.true, found.predicted, strict=False) if finite(t) and finite(p)
    )
    if not pairs:
        return ""
    data: dict[str, Json] = {
        "true": [t for t, _ in pairs],
        "predicted": [p for _, p in pairs],
        "name": clip(target, 40),
    }
    label = f"Predicted against true {target} on {plural(len(pairs), f'{kind} row')}"
    note = f"One dot a {kind} row. On the diagonal the prediction is right; above it, too high."
    figures = _error_table(pairs)
    figure = picture("scatter", label, data, figures, caption=note)
    return f"<h3>Predicted against true: {esc(clip(target, 60))}</h3>{figure}"


def _error_table(pairs: Sequence[tuple[float, float]]) -> str:
    """Predictions by tenths of the true values."""
    n_parts = min(10, len(pairs))
    rows = []
    for k in range(n_parts):
        part = pairs[k * len(pairs) // n_parts : (k + 1) * len(pairs) // n_parts]
        errors = sorted(p - t for t, p in part)
        span = f"{number(part[0][0])} to {number(part[-1][0])}"
        mean = number(sum(errors) / len(errors))
        rows.append((span, count(len(part)), mean, number(errors[len(errors) // 2])))
    heads = ("true value", "rows", "mean error", "median error")
    return table(heads, rows, numeric=(1, 2, 3), caption="Errors by true value")


def _calibration(found: Calibration) -> str:
    bins = [
        (p, o, n)
        for p, o, n in zip(found.predicted, found.observed, found.n_rows, strict=False)
        if finite(p) and finite(o) and n
    ]
    if not bins:
        return ""
    data: dict[str, Json] = {
        "predicted": [p for p, _, _ in bins],
        "observed": [o for _, o, _ in bins],
        "rows": [n for _, _, n in bins],
    }
    figures = table(
        ("mean predicted", "came true", "rows"),
        [(percent(p), percent(o), count(n)) for p, o, n in bins],
        numeric=(0, 1, 2),
        caption="Calibration by bin",
    )
    note = (
        "On the diagonal, things said to happen with 70 % do happen in 70 % of the rows. Below it "
        "the network is too sure. The area of a dot is its share of the rows."
    )
    lead = (
        f"<p>Expected calibration error <b>{number(found.error)}</b>: probabilities are off by "
        f"{percent(found.error)} on average. Temperature <b>{number(found.temperature)}</b>"
        f"{esc(_temperature(found.temperature))}.</p>"
    )
    label = f"Calibration: expected calibration error {number(found.error)}"
    return (
        "<h3>Can its probabilities be believed?</h3>"
        f"{lead}{picture('calibration', label, data, figures, caption=note)}"
    )


def _temperature(value: float) -> str:
    if value > 1.02:
        return ", so the raw network was too sure and was cooled"
    if value < 0.98:
        return ", so the raw network was too timid and was sharpened"
    return ", so the raw network needed no correction"
