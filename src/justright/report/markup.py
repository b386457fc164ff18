"""Small pieces of HTML. Every text that comes from outside passes `esc` here."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

#: What JSON can hold, once cleaned.
Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]


@dataclass(frozen=True, slots=True)
class Html:
    """Text that is HTML already and must not be escaped again."""

    text: str


Cell = Html | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of the report.

    Attributes:
        id: Its anchor.
        title: Its heading.
        body: Its HTML; an empty body leaves the section out.
    """

    id: str
    title: str
    body: str


def esc(text: object) -> str:
    """Any text, harmless inside HTML and inside a quoted attribute.

    Example:
        >>> esc("<b> & 'c'")
        '&lt;b&gt; &amp; &#x27;c&#x27;'
    """
    return escape(str(text), quote=True)


def cell(value: Cell) -> str:
    """HTML stays, text is escaped, None is nothing.

    Example:
        >>> cell(Html("<b>x</b>")), cell("<b>"), cell(None)
        ('<b>x</b>', '&lt;b&gt;', '')
    """
    if value is None:
        return ""
    return value.text if isinstance(value, Html) else esc(value)


def table(
    heads: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    numeric: Sequence[int] = (),
    caption: str = "",
    css: str = "",
) -> str:
    """A table that scrolls by itself on a narrow screen.

    Args:
        heads: Column headings.
        rows: Cells, one per heading; the first one names its row.
        numeric: Numbers of the columns to set flush right.
        caption: What the table shows, for readers who cannot see it.
        css: Extra class.

    Returns:
        HTML.
    """

    def attr(i: int) -> str:
        return ' class="num"' if i in numeric else ""

    head = "".join(f'<th scope="col"{attr(i)}>{esc(h)}</th>' for i, h in enumerate(heads))
    tags = ['th scope="row"', *["td"] * (len(heads) - 1)]
    lines = []
    for row in rows:
        cells = zip(tags, row, strict=True)
        each = (f"<{t}{attr(i)}>{cell(c)}</{t[:2]}>" for i, (t, c) in enumerate(cells))
        lines.append(f"<tr>{''.join(each)}</tr>")
    named = f'<caption class="unseen">{esc(caption)}</caption>' if caption else ""
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="{esc(caption or heads[0])}">'
        f'<table class="{esc(css)}">{named}'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def details(summary: str, body: str, *, css: str = "") -> str:
    """A part that opens when asked for."""
    return f'<details class="{esc(css)}"><summary>{esc(summary)}</summary>{body}</details>'


def badge(word: str, css: str) -> str:
    """A small label."""
    return f'<span class="badge {esc(css)}">{esc(word)}</span>'


def cautions_list(cautions: Sequence[str]) -> str:
    """What to be careful about, as a list; nothing without any.

    Example:
        >>> cautions_list(["a < b"])
        '<ul class="warnings"><li>a &lt; b</li></ul>'
    """
    items = "".join(f"<li>{esc(caution)}</li>" for caution in cautions)
    return f'<ul class="warnings">{items}</ul>' if items else ""


def picture(kind: str, label: str, data: Json, figures: str, *, caption: str = "") -> str:
    """A chart that the scripts draw, with its figures as a table for everybody else.

    Args:
        kind: Name of the drawing function.
        label: What the picture shows, for readers who cannot see it.
        data: What the function is given.
        figures: The table, as HTML.
        caption: What to see in it, as HTML.

    Returns:
        HTML.
    """
    note = f"<figcaption>{caption}</figcaption>" if caption else ""
    return (
        f'<figure role="figure" aria-label="{esc(label)}" data-chart="{esc(kind)}">'
        f'<div class="plot"></div>{script_json(data)}{note}'
        f"{details('Figures', figures, css='figures')}</figure>"
    )


def script_json(data: Json) -> str:
    """Data inside the page that no browser runs and no text can break out of.

    Example:
        >>> script_json({"a": "</script>", "b": float("nan")})
        '<script type="application/json">{"a":"\\\\u003c/script\\\\u003e","b":null}</script>'
    """
    text = json.dumps(clean(data), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return f'<script type="application/json">{text}</script>'


def clean(data: Json) -> Json:
    """The same data with five significant digits, and None for what is not finite.

    Example:
        >>> clean({"a": (1.23456789, float("inf"), "x", True)})
        {'a': [1.2346, None, 'x', True]}
    """
    if isinstance(data, float):
        return float(f"{data:.5g}") if math.isfinite(data) else None
    if isinstance(data, Mapping):
        return {str(key): clean(value) for key, value in data.items()}
    if isinstance(data, Sequence) and not isinstance(data, str):
        return [clean(value) for value in data]
    return data
