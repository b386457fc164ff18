"""`justright runs tag`, `note` and `rm`: edit what the lab keeps."""

import argparse
import sys
from typing import Any

from justright.cli.parser_words import MINUS
from justright.cli.runs_place import add_verb, named, opened, title


def arguments(verbs: Any) -> None:
    """Declare the verbs."""
    words = add_verb(verbs, "tag", "put tags on runs, and take tags off", tag)
    words.usage = "%(prog)s RUN [RUN ...] +TAG -TAG [--db FILE]"
    words.own_minus = True
    words.add_argument(
        "words", metavar="RUN, +TAG, -TAG", nargs="+", help="runs, then +good to add, -bad to drop"
    )
    text = add_verb(verbs, "note", "put a note on a run, in the place of the last one", note)
    text.add_argument("name", metavar="RUN", help="its number, the beginning of its uid, or a name")
    text.add_argument("text", metavar="TEXT", help="Markdown; an empty one takes the note off")
    gone = add_verb(verbs, "rm", "remove runs, and all that belongs to them", remove)
    gone.add_argument("names", metavar="RUN", nargs="+", help="numbers, uids or names")
    gone.add_argument("--yes", action="store_true", help="do not ask")


def tag(options: argparse.Namespace) -> int:
    """Add tags and take tags off."""
    signs = ("+", MINUS)
    names = [word for word in options.words if not word.startswith(signs)]
    add = [word[1:] for word in options.words if word.startswith("+")]
    drop = [word[1:] for word in options.words if word.startswith(MINUS)]
    if not names or not (add or drop) or "" in add + drop:
        options.refuse(
            "runs, then tags with + or - before them: justright runs tag 3f2a +good -bad"
        )
    with opened(options) as store:
        rows = named(store, names)
        store.tag([row.id for row in rows], add, drop)
        for row in named(store, [row.uid for row in rows]):
            print(f"{title(row)}: {' '.join(row.tags) or 'no tags'}")
    return 0


def note(options: argparse.Namespace) -> int:
    """Put a note on a run."""
    with opened(options) as store:
        row = store.run(options.name)
        store.note(row.id, options.text)
    print(f"{title(row)}: {'noted' if options.text else 'the note is off'}")
    return 0


def remove(options: argparse.Namespace) -> int:
    """Remove runs; asks first, and refuses where nobody can answer."""
    with opened(options) as store:
        rows = named(store, options.names)
        n_inside = sum(len(store.runs(parent=row.uid)) for row in rows)
        what = ", ".join(title(row) for row in rows)
        inside = f" and {n_inside:,} runs inside" if n_inside else ""
        if not options.yes and not _agreed(f"remove {what}{inside}? [y/N] ", options):
            print("nothing was removed")
            return 0
        n_gone = store.remove([row.id for row in rows])
    print(f"removed {n_gone:,} {'run' if n_gone == 1 else 'runs'}")
    return 0


def _agreed(question: str, options: argparse.Namespace) -> bool:
    if not sys.stdin.isatty():
        options.refuse("rm removes for good: say --yes where nobody can be asked")
    return input(question).strip().lower() in ("y", "yes")
