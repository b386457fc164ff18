"""`justright predict`: use a network on new rows."""

import argparse
import sys
from pathlib import Path

from justright.cli.folders import refuse_unwritable
from justright.errors import JustrightError

NAME = "predict"
SUMMARY = "predict new rows with a model folder; CSV to stdout or a file"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("folder", metavar="DIR", help="the model folder that fit wrote")
    parser.add_argument("file", metavar="NEWFILE", help="rows like those of the training table")
    parser.add_argument("--out", metavar="FILE", help="where to write (default: stdout, as CSV)")


def run(options: argparse.Namespace) -> int:
    """Load, predict, write."""
    from justright.data.write import write
    from justright.recipes.model import load

    out = None if options.out is None else _checked(Path(options.out), Path(options.file))
    frame = load(options.folder).predict_frame(options.file)
    if out is None:
        sys.stdout.write(frame.write_csv())
        return 0
    replaced = " (replaced)" if out.exists() else ""
    write(frame, out)
    print(f"wrote {frame.height:,} predictions to {out}{replaced}", file=sys.stderr)
    return 0


def _checked(out: Path, file: Path) -> Path:
    """The output path, refused where it would destroy its own input or cannot be written."""
    if out.exists() and file.exists() and out.samefile(file):
        raise JustrightError(
            f"--out {str(out)!r} is the file with the new rows",
            "another file, as the rows would be lost",
            try_=f"--out {out.with_name(out.stem + '-predicted' + out.suffix)}",
        )
    refuse_unwritable(out)
    return out
