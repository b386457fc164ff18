"""`justright ask`: one question about a design, answered by measurement."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from justright.cli import folders, sinks
from justright.cli.arguments import add_data, add_lab, data_options, seed, target

if TYPE_CHECKING:
    from justright.designer.questions import Topic
    from justright.kinds.decision import Value
    from justright.recipes.answer import Answer

NAME = "ask"
SUMMARY = "answer one question by measurement: is dropout useful here, would more rows help, ..."

#: Stages of `fit` that a question has.
STAGES = ("reading", "profile", "design", "preflight", "learning rate", "training")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    # FILE before the options: after --drop or --set it would be taken for one more of theirs.
    parser.usage = (
        "%(prog)s QUESTION FILE --target COL [options]\n"
        '       %(prog)s any "DESIGN" "DESIGN" FILE --target COL [options]\n'
        "       %(prog)s --list"
    )
    parser.epilog = (
        'A DESIGN is a name and levers, as "realmlp", "depth=3 dropout=0.1" or'
        ' "realmlp width=128"; "rule-book" is the rule book\'s own.'
    )
    parser.add_argument(
        "question", metavar="QUESTION", nargs="?", help="'justright ask --list' has them all"
    )
    add_data(parser, file="*")
    parser.add_argument("--list", action="store_true", help="print the questions")
    parser.add_argument("--seed", type=seed, default=0, help="seed of all chance (default: 0)")
    parser.add_argument(
        "--values", metavar="A,B,...", help="the values to compare, in place of the usual ones"
    )
    parser.add_argument(
        "--save", metavar="FILE", help="save the answer: .html, or its picture: .png, .svg, .pdf"
    )
    add_lab(parser)
    sinks.add(parser)
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def run(options: argparse.Namespace) -> int:
    """Ask, print the answer, and save it."""
    from justright.designer.questions import topic

    if options.list or options.question is None:
        _list(as_json=options.json)
        return 0
    asked = topic(options.question)
    designs = _designs(options, asked)
    values = _values(options, asked)
    picture = _picture(options)
    answer = _ask(options, asked, designs, values)
    _show(answer, as_json=options.json)
    if picture is not None:
        replaced = " (replaced)" if picture.exists() else ""
        answer.save(picture)
        print(f"wrote {picture}{replaced}", file=sys.stderr)
    return 0


def _ask(
    options: argparse.Namespace,
    asked: "Topic",
    designs: Sequence["str | Mapping[str, Value]"],
    values: "tuple[Value, ...] | None",
) -> "Answer":
    """The answer; after the first Ctrl-C, from what was reached."""
    from justright.cli.interrupt import Interrupt
    from justright.cli.progress import listen

    column, table = target(options), data_options(options)
    from justright.recipes.ask import ask

    with (
        sinks.kept(options) as place,
        Interrupt() as interrupt,
        listen(interrupt, quiet=options.quiet, stages=STAGES) as progress,
    ):
        answer = ask(
            asked.name,
            options.file,
            column,
            designs=designs,
            values=values,
            seed=options.seed,
            lab=place,
            progress=progress,
            **table,
        )
    if interrupt.asked:
        print("note: stopped as asked; the answer is from what was reached", file=sys.stderr)
    return answer


def _designs(
    options: argparse.Namespace, asked: "Topic"
) -> "tuple[str | Mapping[str, Value], ...]":
    """The two designs of `any`, none of other questions; what is left is the file."""
    from justright.designer.design_text import read_design

    n_designs = 2 if asked.kind == "any" else 0
    words: list[str] = options.file
    if len(words) <= n_designs:
        missing = ('"DESIGN"', '"DESIGN"', "FILE") if n_designs else ("FILE",)
        options.refuse(f"the following arguments are required: {', '.join(missing[len(words) :])}")
    if len(words) > n_designs + 1:
        options.refuse(f"unrecognized arguments: {' '.join(words[n_designs + 1 :])}")
    *designs, options.file = words
    return tuple(read_design(text) for text in designs)


def _values(options: argparse.Namespace, asked: "Topic") -> "tuple[Value, ...] | None":
    """The values that the user names; None where the usual ones are compared."""
    if options.values is None:
        return None
    from justright.designer.levers import parse

    lever = (asked.lever or "") if asked.values else ""
    if not lever:
        options.refuse(f"--values goes with a question about a lever, not with {asked.name}")
    texts = [text for text in options.values.split(",") if text.strip()]
    if not texts:
        options.refuse("--values needs at least one value, such as 0,0.1,0.3")
    return tuple(parse(lever, text) for text in texts)


def _picture(options: argparse.Namespace) -> Path | None:
    """Where the answer is saved, once it is clear that it can be."""
    if options.save is None:
        return None
    from justright.report.picture_file import checked

    picture = checked(options.save)
    folders.refuse_unwritable(picture)
    return picture


def _show(answer: "Answer", *, as_json: bool) -> None:
    if as_json:
        from justright.cli.machine import text

        print(text(answer.to_dict()))
        return
    from justright.cli.terminal import columns
    from justright.report.answer import answer_text

    print(answer_text(answer.reply, columns()))


def _list(*, as_json: bool) -> None:
    """Every question in a line: its name, and what it asks."""
    from justright.designer.questions import QUESTIONS

    if as_json:
        from dataclasses import asdict

        from justright.cli.machine import text

        print(text([asdict(one) for one in QUESTIONS]))
        return
    wide = max(len(one.name) for one in QUESTIONS)
    for one in QUESTIONS:
        print(f"{one.name:<{wide}}  {one.asked} ({one.values or one.line})")
