"""`justright predict`: use a network on new rows."""

import argparse
import re
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
    parser.add_argument(
        "--interval",
        metavar="LEVEL",
        type=level,
        help="for numbers: columns low and high, between which this share lies, such as 0.9",
    )
    parser.add_argument("--out", metavar="FILE", help="where to write (default: stdout, as CSV)")


def level(text: str) -> float:
    """Read the level of an interval: a share above 0 and below 1, as 0.9 or 90%.

    Example:
        >>> level("0.9"), level("90%")
        (0.9, 0.9)
    """
    match = re.fullmatch(r"(\d*\.?\d+|\d+\.)\s*(%?)", text.strip(), re.ASCII)
    share = float(match[1]) / (100 if match[2] else 1) if match else 0.0
    if not 0 < share < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a level such as 0.9 or 90%")
    return share


def run(options: argparse.Namespace) -> int:
    """Load, predict, write."""
    from justright.data.write import write
    from justright.recipes.model import load

    out = None if options.out is None else _checked(Path(options.out), Path(options.file))
    model = load(options.folder)
    frame = model.predict_frame(options.file, interval=options.interval)
    if options.interval is not None and model.run.intervals is not None:
        for caution in model.run.intervals.cautions:
            print(f"note: {caution}", file=sys.stderr)
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
