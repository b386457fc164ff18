"""The page's own files, out of the package."""

import hashlib
import re
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from justright.lab.web.call import Call, Content, Refused

#: Kinds of files that are served, by their ending.
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
#: Files of the report that the page shares: one copy in the package.
SHARED = {
    "vendor/uplot.js": "uplot.min.js",
    "vendor/uplot.css": "uplot.min.css",
    "vendor/uplot.LICENSE.txt": "uplot.LICENSE.txt",
}
_YEAR_S = 31_536_000  # seconds that a browser keeps what cannot change
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]*")
_ASSET = re.compile(r'(?<!type="module" )(src|href)="/static/([^"?]+)"')


def index(call: Call) -> Content:
    """The page; what it links carries the hash of its contents."""
    text = _root().joinpath("index.html").read_text("utf-8")

    def marked(match: re.Match[str]) -> str:
        return f'{match[1]}="/static/{match[2]}?v={_hash(asset(match[2]))}"'

    # The first module is not marked: a module that imports it would get it a second time.
    body = _ASSET.sub(marked, text).encode()
    return Content(body=body, type=TYPES[".html"], headers={"Cache-Control": "no-store"})


def static(call: Call) -> Content:
    """One file of the page."""
    path = call.path["path"]
    body = asset(path)
    mark = _hash(body)
    kind = TYPES["." + path.rpartition(".")[2]]
    lasting = call.query.v == mark
    keep = f"private, max-age={_YEAR_S}, immutable" if lasting else "private, no-cache"
    headers = {"Cache-Control": keep, "ETag": f'"{mark}"'}
    return Content(body=body, type=kind, headers=headers, lasting=True)


def asset(path: str) -> bytes:
    """A file of the page.

    Args:
        path: Below the page's folder; names of letters, digits, "_", "-" and ".".

    Raises:
        Refused: If there is none.

    Example:
        >>> asset("../security.py")
        Traceback (most recent call last):
        justright.lab.web.call.Refused: the page has no file '../security.py'
          needed: a file of the page
          try:    GET /
    """
    parts = path.split("/")
    known = "." + path.rpartition(".")[2] in TYPES
    if path in SHARED:
        return files("justright").joinpath("report", "assets", SHARED[path]).read_bytes()
    if known and all(_PART.fullmatch(part) for part in parts):
        found = _root().joinpath(*parts)
        if found.is_file():
            return found.read_bytes()
    raise Refused(404, f"the page has no file {path!r}", "a file of the page", try_="GET /")


@cache
def _root() -> Traversable:
    return files("justright").joinpath("lab", "web", "page")


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:16]
