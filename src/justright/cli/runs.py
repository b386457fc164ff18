"""`justright runs`: the lab from the shell."""

import argparse

from justright.cli import runs_edit, runs_list, runs_move, runs_show

NAME = "runs"
SUMMARY = "list, show, compare, tag, remove, export and import the lab's runs"

#: The files of the verbs, in the order of `justright runs --help`.
_FILES = (runs_list, runs_show, runs_edit, runs_move)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verbs, each with its arguments."""
    verbs = parser.add_subparsers(
        title="what to do", metavar="WHAT", required=True, parser_class=type(parser)
    )
    for file in _FILES:
        file.arguments(verbs)


def run(options: argparse.Namespace) -> int:
    """Do what the verb says."""
    return int(options.do(options))
