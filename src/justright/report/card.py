"""The model card: what somebody must know who is handed the model folder alone."""

import re

from justright.kinds import RunRecord, Severity
from justright.report.coverage import coverage_words, told_of
from justright.report.interval import rows_of
from justright.report.overuse import overuse_words
from justright.report.search import search_lines
from justright.report.sections.design import value_text
from justright.report.single import single_words
from justright.report.words import (
    NONE,
    clip,
    count,
    lever_name,
    metric_name,
    number,
    percent,
    plural,
    rows_scored,
    score_on,
    score_text,
    score_value,
    sentence,
    task_words,
    when,
)

INTERVALS = "intervals.json"  # only of models that predict numbers

#: The files of a model folder and what each is for.
_FILES = (
    ("weights.safetensors", "the weights, readable without running any code"),
    ("design.json", "the design: every choice, its reason and its source"),
    ("encoder.json", "how a row of the table becomes the input of the network"),
    (INTERVALS, "errors on rows not trained on, which intervals of numbers are made from"),
    ("report.html", "the full report; opens in any browser, needs no network"),
    ("train.py", "a stand-alone PyTorch script that trains the same network"),
    ("logbook.txt", "what was done to the data, left out and flagged, in order"),
    ("card.md", "this page"),
)

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!])")


def card(run: RunRecord) -> str:
    """The model card of a run as Markdown.

    Args:
        run: The run.

    Returns:
        Markdown that ends in a newline. Text from the data is escaped.
    """
    parts = (_what, _scores, _data, _training, _search, _limits, _use, _files)
    return "\n\n".join(text for part in parts if (text := part(run))) + "\n"


def plain(text: object) -> str:
    """Any text on one line, without a meaning in Markdown or HTML.

    Example:
        >>> plain("a|b <b>" + chr(10) + "*c*")
        'a\\\\|b \\\\<b\\\\> \\\\*c\\\\*'
    """
    return _SPECIAL.sub(r"\\\1", " ".join(str(text).split()))


def _what(run: RunRecord) -> str:
    task = run.design.task
    target = plain(task.target)
    lines = [
        f"# Predicts {target}",
        "",
        plain(sentence(run.verdict)),
        "",
        f"The model predicts {task_words(task.kind)}, the column **{target}** ({task.kind}).",
    ]
    if task.classes:
        names = ", ".join(plain(clip(c, 40)) for c in task.classes[:20])
        more = f" … ({count(len(task.classes))} in all)" if len(task.classes) > 20 else ""
        lines[-1] += f" Classes: {names}{more}."
    return "\n".join(lines)


def _scores(run: RunRecord) -> str:
    if not run.scores:
        return ""
    first = run.scores[0]
    names = [plain(b.name) for b in run.baselines]
    heads = ["metric", f"network ({percent(first.level)} interval)", *names]
    lines = [
        f"## Scores on {plural(first.n_rows, f'{rows_scored(run)} row')}",
        "",
        f"| {' | '.join(heads)} |",
        f"|{'---|' * len(heads)}",
    ]
    for score in run.scores:
        others = [
            score_text(found) if (found := score_on(b.scores, score.metric)) else NONE
            for b in run.baselines
        ]
        arrow = "↑" if score.higher_is_better else "↓"
        cells = [f"{metric_name(score.metric)} {arrow}", f"**{score_text(score)}**", *others]
        lines.append(f"| {' | '.join(cells)} |")
    seen = "No choice has looked at the test rows."
    if not run.data.n_test:
        seen = "No row was set aside for a test: choices have looked at the validation rows."
    lines += ["", f"↑ higher is better, ↓ lower is better. {seen}"]
    if said := overuse_words(run):
        lines.append(plain(said))
    lines += [f"The {plain(b.name)} baseline: {plain(sentence(b.what))}" for b in run.baselines]
    if run.single is not None:
        lines.append(plain(single_words(run.single)))
    named = len(run.design.task.columns) > 1
    lines += [f"{plain(coverage_words(one, named=named))}." for one in told_of(run)]
    if run.calibration is not None:
        lines.append(
            f"Expected calibration error {number(run.calibration.error)}, "
            f"temperature {number(run.calibration.temperature)}."
        )
    return "\n".join(lines)


def _data(run: RunRecord) -> str:
    facts = run.data
    inputs = [c for c in run.columns if c.role == "input"]
    excluded = [c for c in run.columns if c.role == "excluded"]
    folds = plural(facts.n_folds, "fold") if facts.n_folds > 1 else "one hold-out"
    folds += f", dealt out {facts.n_repeats} times" if facts.n_repeats > 1 else ""
    lines = [
        "## Data",
        "",
        f"* {plain(facts.source)}: {plural(facts.n_rows, 'row')}, "
        f"{plural(facts.n_columns, 'column')}.",
        f"* {count(facts.n_development)} development rows ({folds}), "
        f"{count(facts.n_test) if facts.n_test else 'no'} test rows.",
    ]
    if inputs:
        lines.append(f"* {plural(len(inputs), 'input')}: {_names([c.name for c in inputs])}.")
    if excluded:
        lines.append(f"* Left out: {_names([c.name for c in excluded])}.")
    lines.append(f"* Fingerprint (SHA-256 of the cells): `{plain(facts.fingerprint)}`.")
    return "\n".join(lines)


def _names(names: list[str]) -> str:
    shown = ", ".join(plain(clip(n, 40)) for n in names[:30])
    return shown + (f" and {count(len(names) - 30)} more" if len(names) > 30 else "")


def _training(run: RunRecord) -> str:
    members = plural(max(len(run.traces), 1), "network")
    lines = [
        "## How it was trained",
        "",
        f"{members} of {plural(run.n_parameters, 'weight')}, seed {run.seed}, "
        f"{plain(when(run.created))}.",
    ]
    if run.design.decisions:
        lines += ["", "| lever | value | origin | why |", "|---|---|---|---|"]
    for d in run.design.decisions:
        value = f"{value_text(d.value)} {d.unit}".strip()
        cells = (lever_name(d.lever), value, d.origin, sentence(d.reason))
        lines.append(f"| {' | '.join(plain(c) for c in cells)} |")
    for language, text in (("sh", run.command), ("python", run.python)):
        if text:
            fence = "`" * max(3, 1 + max((len(m) for m in re.findall("`+", text)), default=0))
            lines += ["", f"{fence}{language}", text, fence]
    return "\n".join(lines)


def _search(run: RunRecord) -> str:
    if run.search is None:
        return ""
    lines = [f"* {plain(line)}" for line in search_lines(run.search)]
    return "\n".join(["## How it was searched for", "", *lines])


def _limits(run: RunRecord) -> str:
    lines = [f"* {plain(sentence(w))}" for w in run.warnings]
    lines += [
        f"* {plain(sentence(f.sign))} {plain(sentence(f.meaning))} "
        f"Remedy: {plain(sentence(f.remedy))}"
        for f in run.findings
        if f.severity is not Severity.NOTE
    ]
    if run.intervals is not None:
        lines += [f"* {plain(sentence(caution))}" for caution in run.intervals.cautions]
    lines.append(
        f"* The scores hold for rows drawn like the {rows_scored(run)} rows. Other times, places or"
        " people were not measured."
    )
    return "\n".join(["## Limits and warnings", "", *lines])


def _use(run: RunRecord) -> str:
    target = plain(run.design.task.target)
    better = ""
    linear = next((row.score for row in rows_of(run) if row.name == "Linear"), None)
    if linear is not None:
        better = (
            f" A linear model reaches {score_value(linear)} where this one reaches "
            f"{score_value(run.scores[0])} ({metric_name(run.scores[0].metric)}): where the "
            "difference does not matter to you, prefer the simpler one."
        )
    return (
        f"## Intended use\n\nPredicting {target} for new rows with the same columns as "
        f"{plain(run.data.source)}, read the same way. Not for deciding about people without a "
        f"human who can overrule it.{better}\n\n"
        "```python\nimport justright\n\n"
        'model = justright.load("model/")  # this folder\n'
        "model.predict(new_rows)\n```"
    )


def _files(run: RunRecord) -> str:
    files = [file for file in _FILES if file[0] != INTERVALS or run.intervals is not None]
    lines = [f"* `{name}`: {what}" for name, what in files]
    made = ", ".join(f"{plain(k)} {plain(v)}" for k, v in run.versions.items())
    foot = ["", f"Made with {made}."] if made else []
    return "\n".join(["## Files in this folder", "", *lines, *foot])
