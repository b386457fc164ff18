"""`justright explain`: why the network of a model folder is as it is."""

import argparse

NAME = "explain"
SUMMARY = "say why the network of a model folder is as it is"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("folder", metavar="DIR", help="the model folder that fit wrote")
    parser.add_argument("--json", action="store_true", help="print the run record as JSON")


def run(options: argparse.Namespace) -> int:
    """Load and print."""
    from justright.cli.terminal import columns
    from justright.recipes.model import load

    model = load(options.folder)
    if options.json:
        from justright.cli.machine import record

        print(record(model.run, model.folder))
    else:
        print(model.explain(width=columns()))
    return 0
