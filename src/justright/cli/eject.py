"""`justright eject`: the script of plain PyTorch that trains a model again."""

import argparse
import sys
from pathlib import Path

NAME = "eject"
SUMMARY = "write a model's training as one script of plain PyTorch, without justright"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("folder", metavar="DIR", help="the model folder that fit wrote")
    parser.add_argument(
        "--out", metavar="FILE", help="file to write, which must not exist (default: the screen)"
    )


def run(options: argparse.Namespace) -> int:
    """Load and print, or write."""
    from justright.recipes.model import load

    code = load(options.folder).to_code()
    if options.out is None:
        sys.stdout.write(code)
        return 0
    _write(Path(options.out), code)
    print(f"wrote {options.out}: python {options.out} trains and scores it", file=sys.stderr)
    return 0


def _write(path: Path, code: str) -> None:
    from justright.errors import ModelError

    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(code)
    except OSError as error:
        raise ModelError(
            f"{str(path)!r} cannot be written: {error.strerror}",
            "a new file in a folder that may be written",
            try_=f"--out {path.with_name(path.stem + '-2' + path.suffix)}",
        ) from error
