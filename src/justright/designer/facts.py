"""The words that conditions are made of: facts of the profile, and levers decided before."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from justright.designer.levers import words
from justright.designer.rule import Case, Condition, Supposition
from justright.kinds.decision import Value
from justright.kinds.task import CLASSED

EMBEDDING_S = 0.04  # seconds to embed a text of 80 words on one core (house run)

#: How far away a word is that could be another: further than any number. House convention.
NO_NUMBER = 2.0


@dataclass(frozen=True, slots=True)
class Number:
    """A number that conditions compare.

    Attributes:
        name: How it is called in print.
        read: Where it comes from.
        form: How it is printed: a format, or "%" for a share.
        unit: What follows it in print.
    """

    name: str
    read: Callable[[Case], float]
    form: str = ",g"
    unit: str = ""

    def below(self, bound: float) -> Condition:
        """Less than the bound.

        Example:
            >>> ROWS.below(3_000).text
            'rows < 3,000'
        """
        return self._compare("<", "≥", bound, lambda value: value < bound, _before(bound), bound)

    def at_least(self, bound: float) -> Condition:
        """The bound or more."""
        return self._compare("≥", "<", bound, lambda value: value >= bound, bound, _before(bound))

    def above(self, bound: float) -> Condition:
        """More than the bound."""
        return self._compare(">", "≤", bound, lambda value: value > bound, _after(bound), bound)

    def is_(self, bound: float) -> Condition:
        """Just that number."""
        return self._compare("=", "≠", bound, lambda value: value == bound, bound, _after(bound))

    def _compare(
        self,
        sign: str,
        opposite: str,
        bound: float,
        holds: Callable[[float], bool],
        inside: float,
        outside: float,
    ) -> Condition:
        """A condition; `inside` and `outside` are the nearest numbers on its two sides."""
        text, opposed = (f"{self.name} {each} {self._words(bound)}" for each in (sign, opposite))

        def seen(case: Case) -> str:
            return f"{self.name} = {self._words(self._of(case))}"

        def suppose(case: Case) -> tuple[Supposition, ...]:
            value = self._of(case)
            return (
                Supposition(
                    fact=self.name,
                    value=outside if holds(value) else inside,
                    text=opposed if holds(value) else text,
                    seen=seen(case),
                    distance=abs(bound - value) / (max(abs(bound), abs(value)) or 1.0),
                ),
            )

        return Condition(text, lambda case: holds(self._of(case)), seen, opposed, suppose)

    def _of(self, case: Case) -> float:
        """The number in this case, or as it is supposed to be."""
        return float(case.supposed[self.name]) if self.name in case.supposed else self.read(case)

    def _words(self, value: float) -> str:
        """A value as print has it: whole numbers in full, others rounded."""
        if self.form == "%":
            return f"{100 * value:.3g} %"
        whole = self.form == ",g" and float(value).is_integer()
        return f"{value:,.0f}{self.unit}" if whole else f"{value:{self.form}}{self.unit}"


def _before(bound: float) -> float:
    """The nearest smaller number."""
    return math.nextafter(bound, -math.inf)


def _after(bound: float) -> float:
    """The nearest larger number."""
    return math.nextafter(bound, math.inf)


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or a switch, that conditions compare.

    Attributes:
        name: How it is called in print.
        read: Where it comes from.
        is_given: Whether it comes with the data, so that nobody could choose another.
    """

    name: str
    read: Callable[[Case], Value]
    is_given: bool = False

    def is_(self, *values: Value) -> Condition:
        """One of these.

        Example:
            >>> decided_word("clip").is_("norm", "value").text
            'clip is norm or value'
        """
        text = " or ".join(words(value) for value in values)

        def suppose(case: Case) -> tuple[Supposition, ...]:
            seen = f"{self.name} is {words(self.read(case))}"
            return tuple(
                Supposition(
                    fact=self.name,
                    value=value,
                    text=f"{self.name} is {words(value)}",
                    seen=seen,
                    distance=NO_NUMBER,
                )
                for value in values
                if not self.is_given and value != self.read(case)
            )

        return Condition(
            f"{self.name} is {text}",
            lambda case: self._of(case) in values,
            lambda case: f"{self.name} is {words(self._of(case))}",
            f"{self.name} is not {text}",
            suppose,
        )

    def _of(self, case: Case) -> Value:
        """The word in this case, or as it is supposed to be."""
        return case.supposed[self.name] if self.name in case.supposed else self.read(case)


def decided_number(lever: str) -> Number:
    """The value of a numeric lever that an earlier chapter decided.

    Example:
        >>> decided_number("batch_size").below(16).text
        'batch size < 16'
    """
    return Number(lever.replace("_", " "), lambda case: float(case.decided[lever]))


def decided_word(lever: str) -> Word:
    """The word of a lever that an earlier chapter decided."""
    return Word(lever.replace("_", " "), lambda case: case.decided[lever])


def _yes(name: str, read: Callable[[Case], bool], *, is_given: bool = False) -> Condition:
    """Something that is so or not; `is_given` as in `Word`."""

    def holds(case: Case) -> bool:
        return bool(case.supposed.get(name, read(case)))

    def seen(case: Case) -> str:
        return name if read(case) else f"no: {name}"

    def suppose(case: Case) -> tuple[Supposition, ...]:
        text = f"no: {name}" if read(case) else name
        flipped = not read(case)
        one = Supposition(fact=name, value=flipped, text=text, seen=seen(case), distance=NO_NUMBER)
        return () if is_given else (one,)

    return Condition(name, holds, seen, suppose=suppose)


def _imbalance(case: Case) -> float:
    """Share of the rarest class over the share it would have if all were alike; 1 is balanced."""
    return case.profile.minority_share * case.profile.n_classes


def _target_ratio(case: Case) -> float:
    """Largest target over the smallest; 1 where a target is not positive."""
    low, high = case.profile.target_low, case.profile.target_high
    return high / low if low > 0 else 1.0


def _embedding_cost(case: Case) -> float:
    """Share of the budget that embedding every text would take."""
    n_texts = case.profile.n_rows * case.profile.n_text
    return n_texts * EMBEDDING_S / max(1e-9, case.profile.budget_s)


def _side(case: Case) -> int:
    """Pixels of the shorter side of the input images; 0 without images."""
    return min(case.profile.height, case.profile.width)


TASK = Word("task", lambda case: case.profile.task, is_given=True)
CLASSES = TASK.is_(*CLASSED)
ONE_CLASS = TASK.is_("binary", "multiclass")
ROWS = Number("rows", lambda case: case.profile.n_rows)
RAREST = Number("rows of the rarest class", lambda case: case.profile.n_rarest)
MINORITY = Number("minority share", lambda case: case.profile.minority_share, "%")
EVENNESS = Number("minority share × classes", _imbalance, ".2g")
NUMERIC = Number("numeric columns", lambda case: case.profile.n_numeric)
INPUTS = Number("encoded inputs", lambda case: case.profile.n_inputs)
SKEWED_INPUTS = Number("skewed share of numeric inputs", lambda c: c.profile.skewed_share, "%")
TARGET_OUTLIERS = Number("outlier share of target", lambda c: c.profile.target_outlier_share, "%")
TARGET_SKEW = Number("|skewness of target|", lambda c: abs(c.profile.target_skewness), ".2g")
TARGET_RATIO = Number("largest target / smallest", _target_ratio, ",.3g")
TARGET_LOW = Number("smallest target", lambda case: case.profile.target_low, ",.3g")
TARGET_SPREAD = Number(
    "95 % quantile of target / 5 % one", lambda case: case.profile.target_spread, ",.3g"
)
TEXTS = Number("free-text columns", lambda case: case.profile.n_text)
EMBEDS_TEXT = _yes("a sentence-embedding model is installed", lambda c: c.profile.embeds_text)
EMBEDDING_COST = Number("seconds to embed the text / budget", _embedding_cost, "%")
BUDGET = Number("budget", lambda case: case.profile.budget_s, ",g", " s")
HAS_GROUPS = _yes("a group column is named", lambda case: case.profile.has_groups)
HAS_ORDER = _yes("an order column is named", lambda case: case.profile.has_order)
IMAGES = _yes("the input is images", lambda case: case.profile.height > 0, is_given=True)
SIDE = Number("shorter side of the images", _side, ",g", " px")
FAMILY = Word("family", lambda case: case.decided["family"], is_given=True)
CONV, TABM = FAMILY.is_("conv"), FAMILY.is_("tabm")
