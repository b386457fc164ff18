"""Filter expressions over runs: `depth > 2 and optimizer in (adam, nadam)`.

A grammar of its own, nothing of Python: an expression can look at a run and do nothing else.

    either  = both { "or" both }
    both    = one { "and" one }
    one     = "not" one | "(" either ")" | test
    test    = NAME [ = | != | < | <= | > | >= | ~ | contains VALUE  |  [not] in ( VALUE, ... ) ]

A NAME is a field of the run (name, state, tags, ...), or what was configured, summed up or
measured: `depth`, `rmse`, `train_loss`. `config.`, `summary.`, `last.`, `min.`, `max.` say which.
A NAME alone holds where the run has it, and it is neither off, 0 nor empty. Nothing compares to
what a run does not have; `NAME = none` asks for that.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NoReturn

from justright.errors import LabError
from justright.lab.rows import FIGURES, RunRow
from justright.lab.where_tests import (
    Cell,
    Holds,
    Word,
    any_of,
    containing,
    matching,
    ordered,
    other_than,
    words,
)

MOST_CHARACTERS = 1_000  # of an expression; longer ones nobody typed (house convention)
MOST_DEPTH = 30  # parentheses and "not" within each other (house convention)
_NEAR = 3  # names offered for one that no run has

#: Fields of a run that an expression can name; they go before levers of the same name.
FIELDS = (
    *("id", "uid", "project", "kind", "name", "parent", "group", "state", "created", "ended"),
    *("seconds", "source", "command", "n_steps", "tags", "pinned", "colour", "design", "data"),
)
_TIMES = ("created", "ended")
_OPERATORS = ("=", "==", "!=", "<", "<=", ">", ">=", "~")
_KEYWORDS = ("and", "or", "not", "in", "contains")

#: A part of an expression that is understood: which of the runs it holds for.
_Part = Callable[[Sequence[RunRow]], list[bool]]


def select(expression: str, rows: Sequence[RunRow]) -> list[RunRow]:
    """The runs for which an expression holds, in the order given.

    Args:
        expression: As the module's grammar has it; an empty one holds for every run.
        rows: The runs.

    Returns:
        Those for which it holds. Capitals of words do not matter, except in patterns.

    Raises:
        LabError: If it is not understood, with the place; or it names what none of the runs has.

    Example:
        >>> select("", [])
        []
    """
    mask = parse(expression)(rows)
    return [row for row, holds in zip(rows, mask, strict=True) if holds]


def parse(expression: str) -> _Part:
    """Understand an expression.

    Args:
        expression: At most 1,000 characters.

    Returns:
        A function from runs to one truth value a run.

    Raises:
        LabError: If it is not understood; the text names the place.

    Example:
        >>> parse("depth >")
        Traceback (most recent call last):
        justright.errors.LabError: 'depth >': the end, where a value should stand (character 8)
          needed: a value after >
          try:    depth > 3
    """
    if len(expression) > MOST_CHARACTERS:
        raise LabError(
            f"a filter of {len(expression):,} characters",
            f"at most {MOST_CHARACTERS:,}",
            try_="two filters, one after the other",
        )
    reader = _Reader(expression)
    return _everything if reader.at_end() else reader.whole()


def _everything(rows: Sequence[RunRow]) -> list[bool]:
    return [True] * len(rows)


class _Reader:
    """Reads an expression from left to right."""

    def __init__(self, expression: str) -> None:
        self._text = expression
        self.words = tuple(words(expression))
        self._at = 0
        self._depth = 0

    def at_end(self) -> bool:
        return self.words[self._at].kind == "end"

    def whole(self) -> _Part:
        found = self._either()
        if not self.at_end():
            self._refuse(self._now, "the end, or and, or or", "depth > 2 and state = finished")
        return found

    def _either(self) -> _Part:
        parts = [self._both()]
        while self._take("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else _joined(parts, any)

    def _both(self) -> _Part:
        parts = [self._one()]
        while self._take("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else _joined(parts, all)

    def _one(self) -> _Part:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            self._refuse(self._now, f"at most {MOST_DEPTH} parentheses in each other", "fewer")
        if self._take("not"):
            found = _negated(self._one())
        elif self._take("("):
            found = self._either()
            self._need(")", "a closing parenthesis", "(depth = 2 or depth = 3)")
        else:
            found = self._test()
        self._depth -= 1
        return found

    def _test(self) -> _Part:
        token = self._now
        if token.kind not in ("bare", "name", "text") or token.says(*_KEYWORDS):
            self._refuse(token, "a name, where a test begins", "depth > 2")
        self._at += 1
        read = reader_of(token.text)
        if self._now.says(*_OPERATORS):
            sign = self._next().text
            return _Test(token.text, read, self._compared(sign, token.text))
        if self._take("contains"):
            return _Test(token.text, read, containing(self._value("contains").text))
        turned = self._now.says("not") and self.words[self._at + 1].says("in")
        self._at += turned
        if self._take("in"):
            inside = _Test(token.text, read, any_of(self._values(), token.text in _TIMES))
            return _negated(inside) if turned else inside
        return _Test(token.text, read, lambda cells: [bool(cell) for cell in cells])

    def _compared(self, sign: str, name: str) -> Holds:
        value = self._value(sign)
        if sign == "~":
            return matching(value.text, value.place)
        if sign in ("=", "=="):
            return any_of([value], name in _TIMES)
        if sign == "!=":
            return other_than(value, name in _TIMES)
        return ordered(sign, value, name in _TIMES)

    def _value(self, after: str) -> Word:
        token = self._next()
        if token.kind not in ("bare", "text"):
            self._refuse(
                token, f"a value after {after}", f"depth {after} 3", where="a value should stand"
            )
        return token

    def _values(self) -> list[Word]:
        self._need("(", "values in parentheses after in", "optimizer in (adam, nadam)")
        found = [self._value("(")]
        while self._take(","):
            found.append(self._value(","))
        self._need(")", "a closing parenthesis", "optimizer in (adam, nadam)")
        return found

    @property
    def _now(self) -> Word:
        return self.words[self._at]

    def _next(self) -> Word:
        token = self._now
        self._at += token.kind != "end"
        return token

    def _take(self, word: str) -> bool:
        taken = self._now.says(word)
        self._at += taken
        return taken

    def _need(self, sign: str, needed: str, try_: str) -> None:
        if not self._take(sign):
            self._refuse(self._now, needed, try_)

    def _refuse(self, token: Word, needed: str, try_: str, where: str = "") -> NoReturn:
        seen = "the end" if token.kind == "end" else repr(token.text)
        where = f", where {where}" if where else ""
        raise LabError(
            f"{self._text!r}: {seen}{where} (character {token.place})", needed, try_=try_
        )


@dataclass(frozen=True, slots=True)
class _Test:
    """One test of one name."""

    name: str
    read: Callable[[RunRow], Cell]
    holds: Holds

    def __call__(self, rows: Sequence[RunRow]) -> list[bool]:
        cells = [self.read(row) for row in rows]
        if self.name not in FIELDS and cells and all(cell is None for cell in cells):
            _refuse_unknown(self.name, rows)
        return self.holds(cells)


def _joined(parts: Sequence[_Part], how: Callable[[Sequence[bool]], bool]) -> _Part:
    return lambda rows: [how(each) for each in zip(*(part(rows) for part in parts), strict=True)]


def _negated(part: _Part) -> _Part:
    return lambda rows: [not holds for holds in part(rows)]


def reader_of(name: str) -> Callable[[RunRow], Cell]:
    """How a name is read from a run."""
    if name in FIELDS:
        return lambda row: getattr(row, name)
    kind, _, rest = name.partition(".")
    if rest and kind in ("config", "summary"):
        return lambda row: getattr(row, kind).get(rest)
    if rest and kind in FIGURES:
        return lambda row: getattr(row.figures.get(rest), FIGURES[kind], None)
    return lambda row: _plain(row, name)


def _plain(row: RunRow, name: str) -> Cell:
    """What a name without a prefix means: a lever before a summary before a metric."""
    for values in (row.config, row.summary):
        if name in values:
            return values[name]
    return getattr(row.figures.get(name), "last", None)


def _refuse_unknown(name: str, rows: Sequence[RunRow]) -> None:
    """Refuse a name that none of the runs has; what is None in some of them is known."""
    known: dict[str, None] = dict.fromkeys(FIELDS)
    for row in rows:
        held: Mapping[str, object]
        for prefix, held in (("config", row.config), ("summary", row.summary)):
            known.update(dict.fromkeys(held))
            known.update((f"{prefix}.{key}", None) for key in held)
        for key in row.figures:
            known.update(dict.fromkeys((key, f"last.{key}", f"min.{key}", f"max.{key}")))
    if name in known:
        return
    near = get_close_matches(name, known, n=_NEAR, cutoff=0.5)
    raise LabError(
        f"none of the {len(rows):,} runs has {name!r}",
        f"a name that a run has, such as {', '.join(near or ('name', 'state', 'kind'))}",
        try_=f"{near[0] if near else 'state'} != none",
    )
