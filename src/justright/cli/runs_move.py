"""`justright runs export` and `import`: runs to other programs, and from other trackers."""

import argparse
import sys
from pathlib import Path
from typing import Any

from justright.cli.runs_place import add_verb, named, opened, printable

#: The trackers that can be read, written out: to import them would load numpy.
ORIGINS = ("tensorboard", "mlflow", "wandb")


def arguments(verbs: Any) -> None:
    """Declare the verbs."""
    out = add_verb(verbs, "export", "write runs, or their curves, to a file", export)
    out.add_argument(
        "names", metavar="RUN", nargs="*", help="numbers, uids or names (default: all)"
    )
    out.add_argument("--to", metavar="FILE", required=True, help=".csv, .parquet or .json")
    out.add_argument("--where", metavar="EXPR", default="", help="only those, as with list")
    out.add_argument("--curves", action="store_true", help="a row a point of each curve")
    back = add_verb(verbs, "import", "read runs that another tracker kept, each once", bring)
    back.add_argument("path", metavar="PATH", help="a file, or the folder where they lie")
    back.add_argument(
        "--from", dest="origin", choices=ORIGINS, help="what they are (default: what lies there)"
    )
    back.add_argument("--project", metavar="P", help="put them here (default: as they were)")


def export(options: argparse.Namespace) -> int:
    """Choose and write."""
    from justright.lab.export import export as write
    from justright.lab.where import select

    with opened(options) as store:
        rows = named(store, options.names) if options.names else store.runs()
        place = Path(options.to)
        replaced = " (replaced)" if place.exists() else ""
        n_rows = write(store, select(options.where, rows), place, curves=options.curves)
    what = "points" if options.curves else "runs"
    print(f"wrote {n_rows:,} {what} to {place}{replaced}", file=sys.stderr)
    return 0


def bring(options: argparse.Namespace) -> int:
    """Read, and say what came of it."""
    from justright.errors import LabError
    from justright.lab import lab_file
    from justright.lab.past import bring_in

    file = lab_file(options.db)
    if file is None:
        raise LabError("nothing is kept: the lab is off", "a file", try_="--db .justright/runs.db")
    brought = bring_in(
        options.path, file, origin=options.origin, project=options.project, said=_say
    )
    known = f"; {brought.n_known:,} were there already" if brought.n_known else ""
    what = "1 run" if len(brought.new) == 1 else f"{len(brought.new):,} runs"
    print(f"{what} imported to {file}{known}")
    return 0


def _say(line: str) -> None:
    print(printable(line), file=sys.stderr)
