"""From the store's tickets to a sink's verbs."""

import msgspec

from justright.lab.sinks.sink import Beginning, Scalar, Told
from justright.lab.tickets import Begin, Changed, End, Happened, Points, Ticket, Wrote


def pass_on(ticket: Ticket, told: Told) -> None:
    """Say with a sink's verbs what a ticket says."""
    uid = ticket.run.uid
    match ticket:
        case Begin(run):
            told.begin(
                Beginning(
                    uid=uid,
                    name=run.name,
                    project=run.project,
                    kind=run.kind,
                    parent=run.parent,
                    group=run.group,
                    created=run.created,
                    config=_fields(run.first_config),
                    source=run.source,
                    command=run.command,
                )
            )
        case Points():
            columns = dict(zip(ticket.names, ticket.values, strict=True))
            told.points(uid, ticket.steps, columns, ticket.seconds)
        case Happened():
            told.event(uid, ticket.kind, msgspec.json.decode(ticket.data))
        case Wrote():
            _row(ticket, told)
        case Changed():
            _changes(ticket, told)
        case End():
            told.end(uid, ticket.state)


def _row(ticket: Wrote, told: Told) -> None:
    """A row of another table: a tag, a note or a file."""
    uid, table = ticket.run.uid, _table(ticket.sql)
    if table == "tag":
        told.tag(uid, (str(ticket.values[0]),))
    elif table == "note":
        told.note(uid, str(ticket.values[1]))
    elif table == "artifact":
        path, sha256, _ = ticket.values
        told.keep(uid, path, sha256)


def _changes(ticket: Changed, told: Told) -> None:
    """Columns of the run's row, and what they point to."""
    uid = ticket.run.uid
    if "config" in ticket.columns:
        told.configure(uid, _fields(ticket.columns["config"]))
    if "summary" in ticket.columns:
        told.summarise(uid, _fields(ticket.columns["summary"]))
    for sql, values in ticket.beside:
        if _table(sql) == "design":
            told.event(uid, "design", msgspec.json.decode(values[1]))
        elif _table(sql) == "data":
            names = ("fingerprint", "source", "n_rows", "n_columns")
            told.event(uid, "data", dict(zip(names, values, strict=True)))


def _fields(body: bytes) -> dict[str, Scalar]:
    """A config or a summary, as the store writes it."""
    return msgspec.json.decode(body, type=dict[str, bool | int | float | str | None])


def _table(sql: str) -> str:
    """The table into which a statement writes.

    Example:
        >>> _table("INSERT OR IGNORE INTO tag (run, word) VALUES (?, ?)")
        'tag'
    """
    return sql.partition(" INTO ")[2].split(maxsplit=1)[0]
