"""Layouts and reports that the page keeps."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from justright.errors import LabError
from justright.lab.rows import ViewRow
from justright.lab.web.call import Call, Refused

MOST_VIEWS = 500  # in one file (house convention)
MOST_NAME = 100  # characters (house convention)


class ViewKept(msgspec.Struct, frozen=True):
    """A layout or a report, as the page wants it back."""

    body: dict[str, Any]
    kind: Annotated[str, Meta(pattern="^[a-z]{1,20}$")] = "workspace"


def views(call: Call) -> object:
    """All of them, without their bodies."""
    return [
        {"name": view.name, "kind": view.kind, "at": view.at} for view in call.site.store.views()
    ]


def find(call: Call) -> ViewRow:
    """The one that the address names.

    Raises:
        Refused: If there is none.
    """
    found = call.site.store.view(call.path["name"])
    if found is None:
        raise Refused(
            404, f"no view is called {call.path['name']!r}", "one that was kept",
            try_="GET /api/views",
        )  # fmt: skip
    return found


def view(call: Call) -> object:
    """One of them."""
    found = find(call)
    return {"name": found.name, "kind": found.kind, "body": found.body, "at": found.at}


def keep(call: Call) -> object:
    """Keep one, in the place of one of the same name."""
    name, store = call.path["name"], call.site.store
    if not name.strip() or len(name) > MOST_NAME or not name.isprintable():
        raise LabError(
            f"a name of {len(name)} characters: {name[:MOST_NAME]!r}",
            f"1 to {MOST_NAME} characters that can be read", try_="a shorter one",
        )  # fmt: skip
    known = {view.name for view in store.views()}
    if name not in known and len(known) >= MOST_VIEWS:
        raise LabError(
            f"{len(known)} views are kept",
            f"at most {MOST_VIEWS}",
            try_="drop one that is not used",
        )
    store.keep_view(name, call.body.body, call.body.kind)
    return {"name": name}


def drop(call: Call) -> object:
    """Forget one; one that is not there is forgotten already."""
    call.site.store.drop_view(call.path["name"])
    return {"name": call.path["name"]}
