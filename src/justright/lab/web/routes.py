"""Every address of the server: a table that one can read."""

from typing import Annotated

import msgspec
from msgspec import Meta

from justright.lab.web import (
    curves,
    files,
    importance,
    jobs,
    live,
    markdown,
    one_run,
    page,
    play,
    reports,
    runs,
    state,
    views,
)
from justright.lab.web.call import Endpoint, Nothing
from justright.lab.web.security import BODY_BYTES


class Version(msgspec.Struct, frozen=True):
    """The hash of the contents that a page was told."""

    v: Annotated[str, Meta(max_length=64)] = ""


class Entrance(msgspec.Struct, frozen=True):
    """The token is for the guard, which has taken it by then."""

    token: str = ""


PAGE: tuple[Endpoint, ...] = (
    Endpoint(method="GET", path="/", work=page.index, query=Entrance),
    Endpoint(method="GET", path="/static/{path:path}", work=page.static, query=Version),
)

READ: tuple[Endpoint, ...] = (
    Endpoint(method="GET", path="/api/state", work=state.state),
    Endpoint(method="GET", path="/api/runs", work=runs.runs, query=runs.RunsAsked),
    Endpoint(method="GET", path="/api/filter", work=runs.filtered, query=runs.FilterAsked),
    Endpoint(method="GET", path="/api/metrics", work=runs.metrics, query=runs.ProjectAsked),
    Endpoint(
        method="POST", path="/api/curves", work=curves.curves, body=curves.CurvesAsked,
        limit_bytes=BODY_BYTES,
    ),
    Endpoint(method="GET", path="/api/run/{id}", work=one_run.run),
    Endpoint(method="GET", path="/api/run/{id}/heat", work=one_run.heat, query=one_run.HeatAsked),
    Endpoint(
        method="GET", path="/api/importance", work=importance.importance,
        query=importance.ImportanceAsked,
    ),
    Endpoint(
        method="POST", path="/api/importance", work=importance.importance_of,
        body=importance.ImportanceBody, query=importance.Way, limit_bytes=BODY_BYTES,
    ),
    Endpoint(
        method="POST", path="/api/markdown", work=markdown.markdown, body=markdown.TextAsked,
        limit_bytes=BODY_BYTES,
    ),
    Endpoint(method="GET", path="/api/files", work=files.files),
    Endpoint(method="GET", path="/api/columns", work=files.columns, query=files.ColumnsAsked),
    Endpoint(method="GET", path="/api/live", work=live.live, query=live.Since, streams=True),
)  # fmt: skip

EDIT: tuple[Endpoint, ...] = (
    Endpoint(method="POST", path="/api/runs/edit", work=runs.edit, body=runs.RunsEdited),
    Endpoint(method="POST", path="/api/run/{id}/edit", work=one_run.edit, body=one_run.RunEdited),
    Endpoint(method="POST", path="/api/runs/remove", work=runs.remove, body=runs.RunsRemoved),
    Endpoint(method="GET", path="/api/views", work=views.views),
    Endpoint(method="GET", path="/api/views/{name}", work=views.view),
    Endpoint(
        method="PUT", path="/api/views/{name}", work=views.keep, body=views.ViewKept,
        limit_bytes=BODY_BYTES,
    ),
    Endpoint(method="DELETE", path="/api/views/{name}", work=views.drop),
    Endpoint(
        method="POST",
        path="/api/reports/{name}/html",
        work=reports.report,
        body=reports.ReportAsked,
        limit_bytes=BODY_BYTES,
    ),
)  # fmt: skip

WORK: tuple[Endpoint, ...] = (
    Endpoint(method="POST", path="/api/jobs", work=jobs.start, body=jobs.JobAsked),
    Endpoint(method="GET", path="/api/jobs", work=jobs.jobs),
    Endpoint(
        method="POST", path="/api/jobs/{number:int}/cancel", work=jobs.cancel, body=Nothing
    ),
    Endpoint(method="POST", path="/api/play", work=play.play, body=play.Try),
    Endpoint(method="GET", path="/api/play/live", work=live.play_live, streams=True),
    Endpoint(method="POST", path="/api/play/stop", work=play.stop, body=Nothing),
)  # fmt: skip

#: All of them. The first that fits answers.
ENDPOINTS: tuple[Endpoint, ...] = (*PAGE, *READ, *EDIT, *WORK)
