"""`justright lab`: every run in the browser."""

import argparse
import contextlib
import sys
from pathlib import Path

NAME = "lab"
SUMMARY = "show every run in the browser, beside each other, as they train"

_PORTS = 2**16


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--db", metavar="FILE", help="the runs (default: $JUSTRIGHT_LAB, or .justright/runs.db)"
    )
    parser.add_argument(
        "--port", metavar="N", type=port, default=0, help="where to listen (default: 0, a free one)"
    )
    parser.add_argument("--open", action="store_true", help="open the browser")
    parser.add_argument(
        "--host",
        metavar="H",
        default="127.0.0.1",
        help="on which address to listen (default: 127.0.0.1, this machine alone)",
    )
    parser.add_argument(
        "--beyond-loopback",
        action="store_true",
        help="let other machines reach it: whoever has the address with its token sees and edits"
        " the runs and can start trainings; nothing is encrypted",
    )


def port(text: str) -> int:
    """Read a port.

    Example:
        >>> port("8000")
        8000
    """
    if not (text.isascii() and text.isdigit()) or int(text) >= _PORTS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: 0 to {_PORTS - 1}")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    from justright.lab.web.serve import Server
    from justright.recipes.lab import services

    with Server(
        _file(options.db),
        services(),
        host=options.host,
        port=options.port,
        beyond_loopback=options.beyond_loopback,
    ) as server:
        print(server.address, flush=True)
        print("Ctrl-C ends it", file=sys.stderr)
        if options.open:
            _open(server.address)
        with contextlib.suppress(KeyboardInterrupt):  # how one ends it: nothing is lost by it
            server.run()
    return 0


def _file(named: str | None) -> Path:
    """The lab's file; the usual one begins empty where it is not there."""
    from justright.errors import LabError
    from justright.lab import Lab, lab_file

    file = lab_file(named)
    if file is None:
        raise LabError(
            "nothing is kept: the lab is off",
            "a file",
            try_="justright lab --db .justright/runs.db",
        )
    if named is None and not file.exists():
        Lab(file).close()
    return file


def _open(address: str) -> None:
    """Show the page, where there is a browser."""
    import webbrowser

    if not webbrowser.open(address):
        print("note: no browser could be opened", file=sys.stderr)
