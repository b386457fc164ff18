"""The commands and their arguments."""

import argparse
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, NoReturn, Protocol

from justright.cli import (
    ask,
    check,
    demo,
    design,
    eject,
    explain,
    faults,
    fit,
    lab,
    predict,
    profile,
    rate,
    rules,
    runs,
)
from justright.cli.parser_words import own_minus


class Command(Protocol):
    """What a command's file holds."""

    NAME: str
    SUMMARY: str

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""

    def run(self, options: argparse.Namespace) -> int:
        """Do the work and hand back an exit code."""


#: In the order of `justright --help`.
COMMANDS: tuple[Command, ...] = (
    fit,
    ask,
    check,
    lab,
    runs,
    profile,
    design,
    rate,
    predict,
    explain,
    eject,
    rules,
    demo,
)


class Parser(argparse.ArgumentParser):
    """A parser whose errors read like all others: seen, needed, try.

    Attributes:
        usage_code: Exit code of wrong words.
        rest: Name under which the words after `--` are kept unread; None where they are read.
        own_minus: Whether a word such as `-bad` is no option.
    """

    usage_code = faults.USER
    rest: str | None = None
    own_minus = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Read the words; those after `--` are somebody else's where `rest` says so."""
        if self.own_minus:
            args = own_minus(args)
        if self.rest is None:
            return super().parse_known_args(args, namespace)
        words = list(args)
        at = words.index("--") if "--" in words else len(words)
        options, unknown = super().parse_known_args(words[:at], namespace)
        if unknown:
            own = " ".join(unknown)
            self.error(f"unrecognized arguments: {own} (the script's own go after --: -- {own})")
        setattr(options, self.rest, words[at + 1 :])
        return options, []

    def error(self, message: str) -> NoReturn:
        """Print the usage and what is wrong with the words given; exit."""
        usage = self.format_usage().strip()
        self.exit(
            self.usage_code,
            f"{usage}\nerror: {message}\n"
            f"  needed: arguments as in the usage above\n"
            f"  try:    {self.prog} --help\n",
        )


class Version(argparse.Action):
    """Prints the version; asks for it only then, as the look-up reads files."""

    def __init__(self, option_strings: Sequence[str], dest: str, **_: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, help="print the version and exit")

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print it and exit."""
        print(f"justright {version('justright')}")
        parser.exit()


def build() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = Parser(
        prog="justright",
        description="Designs, checks, trains and explains neural networks on your own tables.",
        epilog="'justright COMMAND --help' says more. First time here? Run: justright demo",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=Version)
    commands = parser.add_subparsers(
        title="commands", metavar="COMMAND", required=True, parser_class=Parser
    )
    for command in COMMANDS:
        one = commands.add_parser(
            command.NAME, help=command.SUMMARY, description=command.SUMMARY, allow_abbrev=False
        )
        one.usage_code = getattr(command, "USAGE", faults.USER)
        one.rest = getattr(command, "REST", None)
        command.arguments(one)
        one.set_defaults(run=command.run)
    return parser
