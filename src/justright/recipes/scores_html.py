"""The scores of a population in a notebook."""

from typing import TYPE_CHECKING

from justright.report.markup import esc

if TYPE_CHECKING:
    from justright.recipes.scores import Scores


def scores_html(scores: "Scores") -> str:
    """The table as HTML: self-contained, escaped, without scripts.

    Args:
        scores: The scores.
    """
    head, *lines = scores.cells()
    titles = "".join(f'<th scope="col">{esc(title)}</th>' for title in head)
    rows = "".join(
        f'<tr><th scope="row" style="text-align:left">{esc(name)}</th>'
        + "".join(f"<td>{esc(cell)}</td>" for cell in cells)
        + "</tr>"
        for name, *cells in lines
    )
    notes = "".join(f"<p>{esc(note)}</p>" for note in (scores.how, *scores.notes))
    return (
        f'<div class="justright-scores"><p><b>{esc(scores.title)}</b></p>'
        f"<table><thead><tr>{titles}</tr></thead><tbody>{rows}</tbody></table>{notes}</div>"
    )
