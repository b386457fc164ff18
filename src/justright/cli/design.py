"""`justright design`: only the design, and why."""

import argparse
import sys

from justright.cli.arguments import add_data, data_options, target

NAME = "design"
SUMMARY = "show the design for a table and the reason of every choice; train nothing"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    # FILE first: after --drop or --set it would be taken for one more of theirs.
    parser.usage = "%(prog)s FILE --target COL [options]"
    add_data(parser)
    parser.add_argument("--json", action="store_true", help="print the design as JSON")


def run(options: argparse.Namespace) -> int:
    """Plan and print."""
    from justright.cli.terminal import columns
    from justright.recipes.design import design

    planned = design(options.file, target(options), **data_options(options))
    for finding in planned.findings:
        print(f"{finding.severity}: {finding.sign}; {finding.remedy}", file=sys.stderr)
    if options.json:
        from justright.cli.machine import text

        print(text(planned.to_dict()))
    else:
        print(planned.explain(width=columns()))
    return 0
