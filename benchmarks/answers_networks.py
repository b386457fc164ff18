"""The answers of `justright ask` about real networks on tables whose truth is known.

Levers that do nothing tell how often an answer is a false alarm. Levers that do something tell how
often the interval of one table holds the mean gain over many tables of the same size and kind,
which is measured on blocks of one long table, a network pair for each block.
"""

import math
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import torch
from scipy.stats import binomtest

from justright.designer.levers import words
from justright.designer.questions import topic
from justright.kinds import Design, Effect, Value, View
from justright.recipes import rounds as rounds_home
from justright.recipes.arena import Arena
from justright.recipes.asking import Asking
from justright.recipes.ground import lay_ground
from justright.recipes.judging import Entry
from justright.recipes.population_data import Parted, Without
from justright.recipes.progress import Silent
from justright.recipes.questions import lever as lever_home
from justright.recipes.rounds import compete, rounds_of
from justright.recipes.stopwatch import Stopwatch
from justright.recipes.views import Part
from justright.recipes.wish import Wish

KINDS = ("binary", "multiclass", "regression")
NAMES = {"multiclass": ("low", "mid", "top"), "binary": ("no", "yes")}
FEWEST_ROWS, MOST_ROWS = 100, 500  # of a table
N_NUMBERS = 4  # columns that tell something
NOISE = 0.7  # standard deviation of the target around what can be known; 1.7 is that itself
FOREVER_S = 3600.0  # seconds; epochs and rounds end long before
LEVERS: Mapping[str, Value] = {
    "epochs": 8, "depth": 1, "width": 16, "learning_rate": 0.02, "dropout": 0.0, "batch_size": 32,
}  # fmt: skip
TRUTH_PAIRS = 240  # blocks of the long table; the error of a true gain is counted in its figure
NONE = "no clear effect"

Drawn = Callable[[int, str, np.random.Generator], pl.DataFrame]


def drawn(n_rows: int, kind: str, rng: np.random.Generator) -> pl.DataFrame:
    """A table: numbers, a category, two columns of noise, and a target."""
    x = rng.normal(size=(n_rows, N_NUMBERS))
    group = rng.integers(3, size=n_rows)
    known = x[:, 0] + x[:, 1] * x[:, 2] + 0.7 * (group == 1) * x[:, 3]
    y = known + NOISE * rng.normal(size=n_rows)
    columns: dict[str, object] = {f"x{i}": x[:, i] for i in range(N_NUMBERS)}
    columns["group"] = np.array(["p", "q", "r"])[group]
    columns |= {name: rng.normal(size=n_rows) for name in ("noise_a", "noise_b")}
    if kind == "regression":
        return pl.DataFrame(columns | {"y": y})
    cuts = [0.3] if kind == "binary" else [-0.7, 0.9]
    return pl.DataFrame(columns | {"y": np.array(NAMES[kind])[np.digitize(y, cuts)]})


def asking(
    frame: pl.DataFrame,
    question: str = "any",
    *,
    seed: int,
    time_s: float | None,
    levers: Mapping[str, Value] = LEVERS,
    values: Sequence[Value] | None = None,
) -> Asking:
    """A question about a table, before any network is trained."""
    within_s = time_s or FOREVER_S
    wish = Wish(data=frame, target="y", time_s=within_s, seed=seed, overrides=levers)
    ground = lay_ground(wish)
    begin_s = time.monotonic()
    found = Asking(
        topic=topic(question),
        wish=wish,
        ground=ground,
        values=None if values is None else tuple(values),
        begin_s=begin_s,
        deadline_s=begin_s + within_s,
        watch=Stopwatch(Silent()),
    )
    found.sharp()
    return found


class Shifted(Arena):
    """An arena in which each design but the first has seeds of its own: no pairs, no effect."""

    def entries(
        self,
        names: Sequence[str] | None = None,
        parts: Sequence[Part] | None = None,
        seeds: Sequence[int] = (0,),
    ) -> tuple[Entry, ...]:
        """Those of an arena, on other starts and batches."""
        order = list(self.designs)
        return tuple(
            replace(
                entry,
                member=replace(
                    entry.member,
                    seed=entry.member.seed ^ order.index(entry.name),
                    order_seed=entry.member.order_seed ^ order.index(entry.name),
                ),
            )
            for entry in super().entries(names, parts, seeds)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One answer.

    Attributes:
        effects: Its effects.
        ended: Why it ended.
        n_rounds: Rounds of networks; 0 where the answer does not tell.
        base: Mean score of the base.
    """

    effects: tuple[Effect, ...]
    ended: str
    n_rounds: int
    base: float


def asked(one: Asking, designs: Mapping[str, Design], make: type[Arena] = Arena, **more: object
) -> Found:  # fmt: skip
    """Compare designs as a question does."""
    without: Mapping[str, Without] | None = more.get("without")  # type: ignore[assignment]
    arena = make(one.parted(), designs, one.seed, calibrated=True, without=without)
    base = next(iter(designs))
    found = compete(arena, one, base, rounds_of(arena, one), lever_home.MARGIN)
    return Found(
        effects=found.effects,
        ended=found.ended,
        n_rounds=found.n_rounds,
        base=found.means[base],
    )


# ---------------------------------------------------------------- levers that do nothing


def _named(one: Asking, n: int) -> dict[str, Design]:
    return {f"design {i}": one.ground.design for i in range(n)}


def inert(frame: pl.DataFrame, seed: int, time_s: float | None) -> Found:
    """A lever that is switched off by another one, asked as a user would."""
    question, levers, values = (
        ("clip_threshold", {"clip": "none"}, (0.1, 1.0, 10.0)),
        ("beta2", {"optimizer": "sgd"}, (0.9, 0.99, 0.999)),
        ("patience", {"patience": 50}, (50, 100, 200)),
    )[seed % 3]
    one = asking(
        frame, question, seed=seed, time_s=time_s, levers={**LEVERS, **levers}, values=values
    )
    reply = lever_home.answer(one)
    base = float(next(iter(reply.numbers.values())))
    return Found(effects=reply.effects, ended=reply.ended, n_rounds=0, base=base)


def another_seed(frame: pl.DataFrame, seed: int, time_s: float | None) -> Found:
    """A design against itself from other starts."""
    one = asking(frame, seed=seed, time_s=time_s)
    return asked(one, _named(one, 2), Shifted)


def four_seeds(frame: pl.DataFrame, seed: int, time_s: float | None) -> Found:
    """A design against itself from four other starts."""
    one = asking(frame, seed=seed, time_s=time_s)
    return asked(one, _named(one, 5), Shifted)


def other_noise(frame: pl.DataFrame, seed: int, time_s: float | None) -> Found:
    """A column of noise in place of another: on one table one of them helps by luck."""
    one = asking(frame, seed=seed, time_s=time_s)
    without = {"design 0": ("noise_b",), "design 1": ("noise_a",)}
    return asked(one, _named(one, 2), without=without)


NULLS = {
    "a lever that another one switches off": inert,
    "another seed, one choice": another_seed,
    "another seed, four choices": four_seeds,
    "another column of noise": other_noise,
}


# ---------------------------------------------------------------- levers that do something


@dataclass(frozen=True, slots=True, kw_only=True)
class Real:
    """A lever whose mean gain is measured on many tables.

    Attributes:
        lever: The lever.
        value: Compared with that of `levers`.
        levers: The other levers.
        n_rows: Rows of a table.
        kind: Its task.
    """

    lever: str
    value: Value
    levers: Mapping[str, Value]
    n_rows: int
    kind: str

    @property
    def name(self) -> str:
        """What it is called in the table."""
        base = self.levers[self.lever]
        return f"{self.lever} {words(self.value)} against {words(base)}, {self.kind}"

    def designs(self, one: Asking) -> dict[str, Design]:
        """The base, and the design at the other value."""
        base = one.ground.design
        return {"base": base, "other": one.with_value(base, self.lever, self.value)}


REAL = (
    Real(lever="width", value=8, levers={**LEVERS, "width": 64}, n_rows=200, kind="regression"),
    Real(lever="dropout", value=0.4, levers={**LEVERS, "width": 64}, n_rows=200, kind="regression"),
    Real(lever="dropout", value=0.4, levers={**LEVERS, "width": 64}, n_rows=300, kind="binary"),
)


def truth(real: Real, time_s: float | None, n_pairs: int = TRUTH_PAIRS) -> tuple[float, float]:
    """The mean gain over tables of this size, and its standard error.

    The designs are those of one table. Each block of the long table has as many rows to train on
    and to validate on as a fold of a table has, and shares none with the others.
    """
    rng = np.random.default_rng(1)
    small = asking(drawn(real.n_rows, real.kind, rng), seed=0, time_s=time_s, levers=real.levers)
    fold = small.parted().parts[0].view
    n_train, n_validation = len(fold.train), len(fold.validation)
    size = n_train + n_validation
    long = asking(drawn(n_pairs * size * 5 // 4 + 10, real.kind, rng), seed=0, time_s=time_s)
    starts = np.arange(n_pairs) * size
    parts = tuple(
        Part(
            view=View(
                train=np.arange(start, start + n_train),
                validation=np.arange(start + n_train, start + size),
                name=f"block {i}",
            ),
            place=i,
        )
        for i, start in enumerate(starts.tolist())
    )
    data = Parted(ground=long.ground, parts=parts)
    arena = Arena(data, real.designs(small), 0, calibrated=True)
    trained = arena.train(arena.entries(), long.watch, share=1.0)
    scores = arena.scores([trained])
    tables = rounds_home.tables_of(scores)
    gains = (tables["other"] - tables["base"])[:, 0] * (1 if scores.higher_is_better else -1)
    return float(gains.mean()), float(gains.std(ddof=1) / math.sqrt(n_pairs))


# ---------------------------------------------------------------- the tables


def share(hits: Sequence[bool]) -> str:
    """A share with its own 95 % interval (Wilson), in percent."""
    if not hits:
        return "none"
    own = binomtest(sum(hits), len(hits)).proportion_ci(method="wilson")
    return f"{np.mean(hits):.1%} ({own.low:.1%} to {own.high:.1%})"


def _width(found: Sequence[Found]) -> str:
    widths = [
        (effect.high - effect.low) / 2 / abs(one.base)
        for one in found
        for effect in one.effects
        if math.isfinite(effect.low)
    ]
    return f"±{np.mean(widths):.1%}" if widths else "none"


def _ended(found: Sequence[Found]) -> str:
    counts = Counter(one.ended for one in found)
    rounds = [one.n_rounds for one in found if one.n_rounds]
    said = ", ".join(f"{why} {count}" for why, count in counts.most_common())
    return f"{said}; {np.mean(rounds):.1f} rounds" if rounds else said


def false_alarms(n_tables: int, time_s: float | None) -> Iterator[str]:
    """A line for each lever that does nothing, and one for all."""
    yield "| do nothing | answers | false “useful” | any false verdict | interval | ended |"
    yield "|---|---|---|---|---|---|"
    every: list[Found] = []
    for name, answer in NULLS.items():
        found = []
        for seed in range(n_tables):
            rng = np.random.default_rng([2, seed])
            n_rows = int(rng.integers(FEWEST_ROWS, MOST_ROWS + 1))
            frame = drawn(n_rows, KINDS[seed % len(KINDS)], rng)
            found.append(answer(frame, seed, time_s))
        every += found
        yield _alarm_line(name, found)
    yield _alarm_line("all", every)


def _alarm_line(name: str, found: Sequence[Found]) -> str:
    useful = [any(e.verdict == "useful" for e in one.effects) for one in found]
    any_ = [any(e.verdict != NONE for e in one.effects) for one in found]
    return (
        f"| {name} | {len(found)} | {share(useful)} | {share(any_)} | {_width(found)} |"
        f" {_ended(found)} |"
    )


def coverages(n_tables: int, time_s: float | None) -> Iterator[str]:
    """A line for each lever that does something."""
    yield "| lever | answers | true gain | covered | clear | wrong side | interval | ended |"
    yield "|---|---|---|---|---|---|---|---|"
    every: list[bool] = []
    for real in REAL:
        true, error = truth(real, time_s)
        found = []
        for seed in range(n_tables):
            frame = drawn(real.n_rows, real.kind, np.random.default_rng([3, seed]))
            one = asking(frame, seed=seed, time_s=time_s, levers=real.levers)
            found.append(asked(one, real.designs(one)))
        effects = [one.effects[0] for one in found]
        held = [e.low <= true <= e.high for e in effects]
        every += held
        clear = [e.verdict != NONE for e in effects]
        wrong = [e.verdict != NONE and (e.value > 0) != (true > 0) for e in effects]
        yield (
            f"| {real.name} | {len(found)} | {true:+.4f} ± {error:.4f} | {share(held)} |"
            f" {np.mean(clear):.1%} | {np.mean(wrong):.1%} | {_width(found)} | {_ended(found)} |"
        )
    yield f"| all | {len(every)} | | {share(every)} | | | | |"


@contextmanager
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def report(n_tables: int, time_s: float | None) -> Iterator[str]:
    """All figures, line by line as they are known, as tables in Markdown."""
    with _one_thread():
        yield from coverages(n_tables, time_s)
        yield ""
        yield from false_alarms(n_tables, time_s)
