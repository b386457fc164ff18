"""The answer to a question as a fragment for a notebook, and as a page of its own."""

from justright.kinds import Reply
from justright.report.answer import about, cells, foot, numeric, verdicts
from justright.report.drawing import STYLE, drawing
from justright.report.forest import STYLE as FOREST_STYLE
from justright.report.html import document
from justright.report.markup import cautions_list, details, esc, table
from justright.report.notebook import scoped
from justright.report.scale import places
from justright.report.words import clip, number, sentence

_ROOT = ".jr-answer"
_OWN = """
.jr-answer{font:14px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;max-width:54em;
padding:.6em .2em;color:inherit;--soft:color-mix(in srgb,currentColor 70%,transparent);
--line:color-mix(in srgb,currentColor 18%,transparent);--grid:var(--line)}
.jr-answer p{margin:.4em 0}.jr-answer .jr-said{font-weight:650;font-size:1.1em}
.jr-answer .jr-soft{opacity:.75;font-size:.92em}.jr-answer td,.jr-answer th{text-align:left}
.jr-answer td,.jr-answer th{padding:.15em 1.2em .15em 0}.jr-answer figure{margin:.8em 0}
.jr-answer .num{text-align:right}.jr-answer .unseen{position:absolute;clip-path:inset(50%);
width:1px;height:1px;overflow:hidden}
"""


def answer_html(reply: Reply) -> str:
    """An answer as a fragment for a notebook: no scripts, its style kept to itself.

    Args:
        reply: The answer.

    Returns:
        HTML with inline SVG.
    """
    style = scoped(FOREST_STYLE + STYLE, _ROOT) + _OWN
    how = " ".join((*map(sentence, reply.how), foot(reply)))
    return (
        f'<div class="jr-answer"><style>{style}</style>'
        f'<p class="jr-said">{esc(reply.sentence)}</p>'
        f'<p class="jr-soft">{esc(_question(reply))}</p>{_picture(reply)}{_table(reply)}'
        f'{_advice(reply)}{cautions_list(reply.cautions)}<p class="jr-soft">{esc(how)}</p></div>'
    )


def answer_page(reply: Reply) -> str:
    """An answer as one self-contained page.

    Args:
        reply: The answer.

    Returns:
        An HTML document that loads nothing from anywhere.
    """
    how = "".join(f"<p>{esc(sentence(words))}</p>" for words in (*reply.how, foot(reply)) if words)
    again = f"<h3>Ask again</h3><pre>{esc(reply.command)}</pre>" if reply.command else ""
    return document(
        f"{clip(reply.asked)} {clip(reply.target)} from {clip(reply.source)} · Justright",
        f"<main><header><h1>{esc(reply.asked)}</h1>"
        f'<p class="verdict">{esc(reply.sentence)}</p>'
        f"<p>{esc(sentence(about(reply)))}</p></header>{cautions_list(reply.cautions)}"
        f"<section>{_picture(reply)}{_table(reply)}{_advice(reply)}</section>"
        f"<section><h2>How it was measured</h2>{how}{again}</section></main>",
        charts=False,
        own_style=STYLE,
    )


def _question(reply: Reply) -> str:
    return f"{reply.asked} {sentence(about(reply))}"


def _picture(reply: Reply) -> str:
    """The picture, with its figures as a table for those who cannot see it."""
    label = f"{reply.picture.title}. {reply.sentence}"
    drawn = drawing(reply.picture, label, verdicts(reply))
    if not drawn:
        return ""
    return f"<figure>{drawn}{details('Figures', _figures(reply), css='figures')}</figure>"


def _figures(reply: Reply) -> str:
    """Every point of the picture."""
    picture = reply.picture
    rows = [
        (
            series.name,
            x if isinstance(x, str) else number(x),
            number(y),
            *(number(end[i]) if i < len(end) else "" for end in (series.low, series.high)),
        )
        for series in picture.series
        for i, (x, y) in enumerate(zip(places(series), series.y, strict=True))
    ]
    heads = ("series", picture.x, picture.y, "from", "to")
    return table(heads, rows, numeric=(2, 3, 4), caption=picture.title)


def _table(reply: Reply) -> str:
    if not reply.rows:
        return ""
    return table(reply.columns, cells(reply), numeric=numeric(reply), caption=reply.asked)


def _advice(reply: Reply) -> str:
    return f"<p>To use it: <code>{esc(reply.advice)}</code></p>" if reply.advice else ""
