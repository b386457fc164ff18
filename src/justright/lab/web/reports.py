"""A report as a file to keep or to send."""

import re
from typing import Any

import msgspec

from justright.lab.web import views
from justright.lab.web.call import Call, Content
from justright.lab.web.report_page import report_page

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")  # characters that file names are better without


class ReportAsked(msgspec.Struct, frozen=True):
    """A report that is not kept yet; without any, the one that is kept under the name."""

    title: str | None = None
    blocks: list[Any] | None = None


def report(call: Call) -> Content:
    """The report as one self-contained page."""
    asked: ReportAsked = call.body
    body = {name: each for name, each in msgspec.structs.asdict(asked).items() if each is not None}
    if not body:
        body = views.find(call).body
    name = _UNSAFE.sub("-", call.path["name"]).strip("-.") or "report"
    return Content(
        body=report_page(call.site.store, body).encode("utf-8", "replace"),
        type="text/html; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.html"'},
    )
