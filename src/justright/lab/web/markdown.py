"""What a user wrote, as HTML that can do nothing."""

from functools import cache
from typing import Annotated

import msgspec
import nh3
from markdown_it import MarkdownIt
from msgspec import Meta

from justright.lab.web.call import Call

MOST_CHARACTERS = 200_000  # of one text (house convention)

#: What text needs, and no more: no picture (it would call another machine), no style, no form.
TAGS = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code"),
    *("ul", "ol", "li", "strong", "em", "s", "a", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}


class TextAsked(msgspec.Struct, frozen=True):
    """A text in Markdown."""

    text: Annotated[str, Meta(max_length=MOST_CHARACTERS)]


def html(text: str) -> str:
    """Markdown as HTML, cleaned by a library.

    Args:
        text: CommonMark, with tables and strike-through. HTML in it is shown, not used.

    Returns:
        HTML of a few harmless tags.

    Example:
        >>> html("**bold** <b onclick=x>y</b> [z](javascript:x)")
        '<p><strong>bold</strong> &lt;b onclick=x&gt;y&lt;/b&gt; [z](javascript:x)</p>\\n'
    """
    return nh3.clean(
        _reader().render(text),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )


@cache
def _reader() -> MarkdownIt:
    options = {"html": False, "linkify": False, "typographer": False}
    return MarkdownIt("commonmark", options).enable(["table", "strikethrough"]).disable("image")


def markdown(call: Call) -> object:
    """A text as HTML."""
    return {"html": html(call.body.text)}
