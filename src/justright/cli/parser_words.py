"""Words that begin with a minus and are no options."""

from collections.abc import Iterable

#: What stands for the minus of such a word while argparse reads it.
MINUS = "\N{MINUS SIGN}"


def own_minus(words: Iterable[str]) -> list[str]:
    """Words in which `-bad` is no option: its minus is another sign.

    Args:
        words: As typed; those with two minuses, `-h` and what stands after `--db` stay.

    Example:
        >>> [ascii(word) for word in own_minus(["3f2a", "+good", "-bad", "--db", "runs.db", "-h"])]
        ["'3f2a'", "'+good'", "'\\\\u2212bad'", "'--db'", "'runs.db'", "'-h'"]
    """
    return [
        MINUS + word[1:] if word[:1] == "-" and word[:2] != "--" and word != "-h" else word
        for word in words
    ]
