"""Rare misspellings of frequent words, merged one by one."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import polars as pl

from justright.kinds import LogEntry

_TIMES_RARER = 10  # how much rarer than the right word a misspelling is (house convention)
_SHORTEST = 5  # letters; a slip in a shorter word often makes another word (house convention)
_LONGER = 6  # letters of the longer of the two (house convention)
_LONGEST = 60  # letters; longer cells are sentences, not names of kinds (house convention)
_JOINTS = re.compile(r"[\s\-_.'/]")  # what may stand between the parts of a word
_MOST_LEVELS = 20_000  # levels compared, most frequent first: keeps the cost below a second
#: Keys beside each other in a row of the keyboard, and in the row below (ISO/IEC 9995, QWERTY;
#: on QWERTZ, y and z change places).
_KEY_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def _neighbours() -> frozenset[frozenset[str]]:
    beside = {frozenset(pair) for row in _KEY_ROWS for pair in pairwise(row)}
    for upper, lower in pairwise(_KEY_ROWS):
        beside |= {frozenset(pair) for pair in zip(upper, lower, strict=False)}
        beside |= {frozenset(pair) for pair in zip(upper[1:], lower, strict=False)}
    return frozenset(beside | {frozenset("tz"), frozenset("zu")})


_BESIDE = _neighbours()


def find_misspellings(text: pl.Series) -> tuple[tuple[str, str, int], ...]:
    """Rare words that are one slip away from a word at least 10 times as frequent.

    A slip is a letter left out, doubled or added, two letters swapped, the key beside the right
    one, a lost accent, or a space or hyphen between letters. The first letter stays. Words with a
    digit and words of fewer than 5 letters are never merged; of words of several parts, one part
    may differ, and the rules hold for that part.

    Args:
        text: Categories, null where missing, spellings that differ only in case already merged.

    Returns:
        The misspelling, the word it stands for and its count, the most frequent first.

    Source:
        Slips of one letter are 80 % of misspellings: Damerau 1964, doi:10.1145/363958.363994.
        Found through words with one letter deleted, in linear time: SymSpell (Garbe 2012).

    Example:
        >>> find_misspellings(pl.Series(["Germany"] * 30 + ["Grmany", "France"]))
        (('Grmany', 'Germany', 1),)
    """
    counts = text.drop_nulls().alias("word").value_counts()
    counts = counts.sort("count", "word", descending=[True, False]).head(_MOST_LEVELS)
    if counts.height < 2 or counts["count"][0] < _TIMES_RARER * counts["count"][-1]:
        return ()
    able = counts.filter(
        pl.col("word").str.len_chars().is_between(_SHORTEST, _LONGEST)
        & ~pl.col("word").str.contains(r"\d")
    )
    words: dict[str, int] = dict(able.iter_rows())
    if not words:
        return ()
    rarest = min(words.values())
    frequent = {word: n for word, n in words.items() if n >= _TIMES_RARER * rarest}
    index = _index(frequent)
    found = []
    for word, n in words.items():
        right = _right_word(word, n, index, frequent)
        if right is not None:
            found.append((word, right, n))
    return tuple(found)


def merge_spellings(text: pl.Series, merged: Sequence[tuple[str, str]]) -> pl.Series:
    """Give each misspelling, in any case, the word that it stands for.

    Args:
        text: Words, null where missing.
        merged: Misspellings and the words that they stand for.

    Example:
        >>> merge_spellings(pl.Series(["GRMANY", "France"]), [("Grmany", "Germany")]).to_list()
        ['Germany', 'France']
    """
    if not merged:
        return text
    words = [wrong.lower() for wrong, _ in merged]
    right = [word for _, word in merged]
    found = text.str.to_lowercase().replace_strict(
        words, right, default=None, return_dtype=pl.String
    )
    return found.zip_with(found.is_not_null(), text).alias(text.name)


def merge_log(name: str, found: Sequence[tuple[str, str, int]]) -> tuple[LogEntry, ...]:
    """One line for each merge.

    Example:
        >>> merge_log("land", [("Grmany", "Germany", 2)])[0].action
        "merged 'Grmany' into 'Germany'"
    """
    reason = f"one slip away from a word at least {_TIMES_RARER} times as frequent"
    return tuple(
        LogEntry(
            room="data",
            subject=name,
            action=f"merged {wrong!r} into {right!r}",
            reason=reason,
            count=n,
        )
        for wrong, right, n in found
    )


def _index(frequent: Mapping[str, int]) -> Mapping[str, list[str]]:
    """Frequent words by everything that one slip can leave of them."""
    index: dict[str, list[str]] = defaultdict(list)
    for word in frequent:
        for rest in _rests(word):
            index[rest].append(word)
    return index


def _rests(word: str) -> Iterator[str]:
    """A word without accents and joints, and that with each letter but the first deleted."""
    bare = _bare(word)
    yield bare
    for place in range(1, len(bare)):
        if bare[place] != bare[place - 1]:
            yield bare[:place] + bare[place + 1 :]


def _bare(word: str) -> str:
    """Lower case, without accents, and without spaces and hyphens between letters."""
    letters = unicodedata.normalize("NFKD", word.lower())
    plain = [letter for letter in letters if not unicodedata.combining(letter)]
    kept = [
        letter
        for place, letter in enumerate(plain)
        if not (
            _JOINTS.match(letter)
            and 0 < place < len(plain) - 1
            and plain[place - 1].isalpha()
            and plain[place + 1].isalpha()
        )
    ]
    return "".join(kept)


def _right_word(
    word: str, n: int, index: Mapping[str, list[str]], frequent: Mapping[str, int]
) -> str | None:
    """The one frequent word that a rare word stands for; None without any or with several."""
    near = {
        right
        for rest in _rests(word)
        for right in index.get(rest, ())
        if frequent[right] >= _TIMES_RARER * n and is_slip(word, right)
    }
    return near.pop() if len(near) == 1 else None


def is_slip(wrong: str, right: str) -> bool:
    """Whether two different words are one slip of a typist apart.

    Example:
        >>> is_slip("Grmany", "Germany"), is_slip("female", "male"), is_slip("Iceland", "Ireland")
        (True, False, False)
        >>> is_slip("type A", "type B"), is_slip("new-york", "New York")
        (False, True)
    """
    if _bare(wrong) == _bare(right):
        return len(_bare(wrong)) >= _SHORTEST
    parts, goals = _JOINTS.split(wrong.lower()), _JOINTS.split(right.lower())
    if len(parts) != len(goals):
        return False
    apart = [
        (_bare(a), _bare(b)) for a, b in zip(parts, goals, strict=True) if _bare(a) != _bare(b)
    ]
    return len(apart) == 1 and _one_letter(*apart[0])


def _one_letter(wrong: str, right: str) -> bool:
    if max(len(wrong), len(right)) < _LONGER:
        return False
    if wrong[0] != right[0] or not (wrong + right).isalpha():
        return False
    start = next((n for n, (a, b) in enumerate(zip(wrong, right, strict=False)) if a != b), None)
    if start is None:
        return abs(len(wrong) - len(right)) == 1
    here, there = wrong[start:], right[start:]
    if len(here) != len(there):
        return here[1:] == there or here == there[1:]
    swapped = len(here) > 1 and here[:2] == there[1::-1] and here[2:] == there[2:]
    key_beside = here[1:] == there[1:] and frozenset((here[0], there[0])) in _BESIDE
    return swapped or key_beside
