"""The search: what was tried at what cost, what it gained, and what was kept."""

from statistics import quantiles

from justright.kinds import Picture, RunRecord, Search, Series, Tried
from justright.report.curves import spread
from justright.report.drawing import drawing
from justright.report.forest import Line, forest
from justright.report.markup import Cell, Section, details, esc, table
from justright.report.search import differences, fate_words, members, search_words, share_words
from justright.report.words import (
    clip,
    count,
    finite,
    lever_name,
    metric_name,
    number,
    percent,
    plural,
    seconds,
    sentence,
)

#: Points drawn of those that were cut: more are a grey cloud.
MAX_POINTS = 200
#: Levers, members and tries that are shown.
_MOST_LEVERS, _MOST_MEMBERS, _MOST_TRIES = 12, 20, 25
#: Letters of what a pointer is told, and of a cell.
_TOLD, _LONG = 120, 160
#: Interquartile ranges beyond which a design is far worse (Tukey's "far out"), and how many
#: designs quartiles are taken of, at least.
_FAR, _MANY = 3.0, 5
_CLOCK = "seconds from the beginning of the search"


def search(run: RunRecord) -> Section:
    """What the search over designs tried."""
    found = run.search
    if found is None:
        return Section(id="search", title="The search", body="")
    parts = [
        "".join(f"<p>{esc(words)}</p>" for words in search_words(found)),
        _stages(found),
        _pictures(found),
        _importance(found),
        _members(found),
        _tries(found),
    ]
    return Section(id="search", title="The search", body="".join(parts))


def _stages(found: Search) -> str:
    """What a strategy did, in order."""
    items = "".join(
        f"<li><b>{esc(sentence(stage.name).rstrip('.'))}</b> "
        f"<small>{plural(len(stage.numbers), 'design')}</small>: {esc(sentence(stage.said))}</li>"
        for stage in found.stages
    )
    return f'<ol class="stages">{items}</ol>' if items else ""


def _pictures(found: Search) -> str:
    """The metric of what was trained to the end, and the score of everything, by the clock."""
    ended = drawing(_metric_picture(found), "What was trained to the end", {})
    every = drawing(_score_picture(found), "Everything that was tried", {})
    if not every:
        return ended
    # Its own hues: what was cut is pale, and lies below what was not.
    return f'{ended}<div class="tries">{every}</div>{_note(found)}'


def _metric_picture(found: Search) -> Picture:
    """Out-of-fold metric: the ensemble as it was at any moment, and the single designs."""
    better = "higher is better" if found.higher_is_better else "lower is better"
    near = _near(found)
    series = [
        Series(
            name="trained to the end",
            x=tuple(one.at_s for one in near),
            y=tuple(one.metric for one in near),
            drawn="points",
            told=tuple(_told(one, found) for one in near),
        )
    ]
    if found.curve:
        x, y = _steps(found)
        series.append(Series(name="the ensemble", x=x, y=y))
    if found.base is not None:
        ends = (0.0, _end_s(found))
        base = Series(name="the rule book's own", x=ends, y=(found.base,) * 2, drawn="dashes")
        series.append(base)
    return Picture(
        title=f"Out of fold: {metric_name(found.metric)} by the moment it was reached",
        x=_CLOCK,
        y=f"{metric_name(found.metric)}, {better}",
        series=tuple(series),
        whole=True,  # the best are what it is about: only what is far worse is left out
    )


def _near(found: Search) -> list[Tried]:
    """Those trained to the end, without the far worse ones, which would flatten all others."""
    sign = -1.0 if found.higher_is_better else 1.0
    return _without_far([(t, sign * t.metric) for t in found.tried if t.metric is not None])


def _scored(found: Search) -> list[Tried]:
    """Those with a score, without the far worse ones."""
    return _without_far([(one, one.score) for one in found.tried if one.score is not None])


def _without_far(worth: list[tuple[Tried, float]]) -> list[Tried]:
    """Those that are not far worse than the others; lower is better."""
    seen = [(one, value) for one, value in worth if finite(value)]
    if len(seen) < _MANY:
        return [one for one, _ in seen]
    first, _, third = quantiles((value for _, value in seen), n=4, method="inclusive")
    return [one for one, value in seen if value <= third + _FAR * (third - first)]


def _score_picture(found: Search) -> Picture:
    """Where each training ended: the cut ones pale, the others strong."""
    scored = _scored(found)
    cut = [one for one in scored if one.fate != "kept"]
    cut = [cut[i] for i in spread(len(cut), MAX_POINTS)]
    kept = [one for one in scored if one.fate == "kept"]
    series = (
        Series(
            name="cut, dropped or stopped",
            x=tuple(one.at_s for one in cut),
            y=tuple(one.score for one in cut),
            drawn="points",
            told=tuple(_told(one, found) for one in cut),
        ),
        Series(
            name="trained to the end",
            x=tuple(one.at_s for one in kept),
            y=tuple(one.score for one in kept),
            drawn="points",
            told=tuple(_told(one, found) for one in kept),
        ),
    )
    return Picture(
        title="All designs: validation score by the moment their training ended",
        x=_CLOCK,
        y="validation score, lower is better",
        series=series,
        whole=True,
    )


def _told(one: Tried, found: Search) -> str:
    reached = f", {metric_name(found.metric)} {number(one.metric)}" if finite(one.metric) else ""
    return clip(
        f"no. {one.number} ({one.idea}): {differences(found, one, short=True)}; "
        f"score {number(one.score)}{reached}; {fate_words(one)}",
        _TOLD,
    )


def _steps(found: Search) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The ensemble's metric as a line that holds its value until the next one."""
    x: list[float] = []
    y: list[float] = []
    for moment, value in found.curve:
        x += [moment, moment] if y else [moment]
        y += [y[-1], value] if y else [value]
    return (*x, max(_end_s(found), x[-1])), (*y, y[-1])


def _end_s(found: Search) -> float:
    return max([found.seconds, *(one.at_s for one in found.tried)])


def _note(found: Search) -> str:
    """What the pictures leave out."""
    parts = ["A point is a design; a pointer over it tells which."]
    scored, near = _scored(found), _near(found)
    n_cut = sum(one.fate != "kept" for one in scored)
    if n_cut > MAX_POINTS:
        parts.append(f"{count(MAX_POINTS)} of {count(n_cut)} that were cut are drawn.")
    n_finite = sum(finite(one.score) for one in found.tried)
    n_far = n_finite - len(scored) + sum(finite(one.metric) for one in found.tried) - len(near)
    if n_far:
        parts.append(f"{plural(n_far, 'point')} far worse than all others: left out.")
    if n_lost := len(found.tried) - n_finite:
        parts.append(f"{plural(n_lost, 'design')} never had a finite score.")
    return f'<p class="note">{" ".join(parts)}</p>'


def _importance(found: Search) -> str:
    """How much of the spread of the scores each lever explains."""
    shown = found.importance[:_MOST_LEVERS]
    if not shown:
        return ""
    lines = [
        Line(
            name=lever_name(one.lever),
            css="network" if one.low > 0 else "plain",
            value=one.share * 100,
            low=one.low * 100,
            high=one.high * 100,
            said=percent(one.share),
            more=share_words(one),
        )
        for one in shown
    ]
    label = "; ".join(f"{line.name} {line.said} ({line.more})" for line in lines)
    top = max(max(one.high for one in shown) * 105, 1.0)  # percent, with room for the dot
    picture = forest(
        lines, 0.0, top, label=label, note="share of the spread of the scores explained, %"
    )
    rest = len(found.importance) - len(shown)
    more = f" {plural(rest, 'lever')} with less are not shown." if rest > 0 else ""
    return (
        f"<h3>Which levers mattered</h3>{picture}"
        '<p class="note">How much of the spread of the validation scores would go if the lever '
        "had not been varied, by itself and together with others; 95 % intervals. It holds for the "
        f"ranges that were searched.{more}</p>"
    )


def _members(found: Search) -> str:
    """The ensemble and in what its members differ from the rule book's design."""
    every = members(found)
    if not every:
        return ""
    rows: list[list[Cell]] = [
        [
            f"no. {count(one.number)}",
            percent(pick.weight),
            clip(differences(found, one), _LONG),
            number(one.metric, 4),
            count(one.n_parameters),
        ]
        for pick, one in every[:_MOST_MEMBERS]
    ]
    heads = ("design", "share", "what differs", metric_name(found.metric), "weights")
    grid = table(heads, rows, numeric=(1, 3, 4), caption="The ensemble", css="picks")
    make = (
        f"{count(len(every))} designs make the prediction, each with its share."
        if len(every) > 1
        else "One design makes the prediction."
    )
    lead = f"<p>{make} What differs is told against the rule book's own design.</p>"
    rest = len(every) - _MOST_MEMBERS
    more = f'<p class="note">and {count(rest)} more</p>' if rest > 0 else ""
    return f"<h3>What was kept</h3>{lead}{grid}{more}"


def _tries(found: Search) -> str:
    """The figures of the pictures: the best tries, those that were trained to the end first."""
    if not found.tried:
        return ""
    sign = -1.0 if found.higher_is_better else 1.0

    def order(one: Tried) -> tuple[bool, float]:
        if one.metric is not None and finite(one.metric):
            return False, sign * one.metric
        return True, one.score if one.score is not None and finite(one.score) else float("inf")

    rows: list[list[Cell]] = [
        [
            f"no. {count(one.number)}",
            one.idea,
            clip(differences(found, one), _LONG),
            number(one.metric, 4),
            number(one.score, 4),
            seconds(one.cost_s),
            fate_words(one),
        ]
        for one in sorted(found.tried, key=order)[:_MOST_TRIES]
    ]
    heads = ("design", "from", "what differs", metric_name(found.metric), "score", "cost", "ended")
    grid = table(heads, rows, numeric=(3, 4, 5), caption="The best tries", css="picks")
    named = f"Figures: the best {len(rows)} of {plural(len(found.tried), 'design')}"
    return details(named, grid, css="figures")
