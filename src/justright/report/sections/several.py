"""Results of tasks with several labels a row, and of rankings."""

from collections.abc import Sequence

from justright.kinds import LabelFigures, Places
from justright.report.markup import Cell, Html, table
from justright.report.words import NONE, clip, count, number

_SHOWN = 100  # labels in the table; the rarer ones are left out


def label_table(labels: Sequence[LabelFigures]) -> str:
    """Each label by itself, as a table with bars.

    Args:
        labels: The most frequent first.

    Example:
        >>> one = LabelFigures(name="Drama", n_rows=7, average_precision=0.5, f1=0.25)
        >>> "Drama" in label_table([one])
        True
    """
    rows: list[list[Cell]] = [
        [
            clip(label.name, 40),
            count(label.n_rows),
            _bar(label.average_precision),
            _bar(label.f1),
        ]
        for label in labels[:_SHOWN]
    ]
    heads = ("label", "rows", "average precision", "F1")
    grid = table(heads, rows, numeric=(1,), caption="Labels")
    more = f" The {_SHOWN} most frequent ones are shown." if len(labels) > _SHOWN else ""
    note = (
        '<p class="note">Average precision: how well the probability of a label ranks the rows; '
        f"a label drawn by chance gets its share of the rows.{more}</p>"
    )
    return f"<h3>Which labels are found</h3>{grid}{note}"


def place_table(places: Places) -> str:
    """What lies at each place of the ranked lists.

    Args:
        places: Mean relevance by place.

    Example:
        >>> found = Places(predicted=(1.0,), best=(2.0,), chance=0.5, n_queries=(9,))
        >>> "best order" in place_table(found)
        True
    """
    lines = zip(places.predicted, places.best, places.n_queries, strict=True)
    top = max(*places.best, places.chance, 1e-12)
    rows: list[list[Cell]] = [
        [count(k + 1), _bar(own, top), number(best), number(places.chance), count(n)]
        for k, (own, best, n) in enumerate(lines)
    ]
    heads = ("place", "this ranking", "best order", "by chance", "queries")
    grid = table(heads, rows, numeric=(0, 2, 3, 4), caption="Mean relevance by place")
    note = '<p class="note">Mean relevance of the scored rows at each place of their query.</p>'
    return f"<h3>What stands at the top</h3>{grid}{note}"


def _bar(value: float | None, top: float = 1.0) -> Html | str:
    """A number with a bar as long as its share of the top."""
    if value is None:
        return NONE
    share = max(0.0, min(1.0, value / top))
    return Html(f'<span class="share" style="--s:{share:.3f}">{number(value)}</span>')
