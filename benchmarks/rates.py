"""How close to the best constant learning rate do the finders come?

Ten sets of `datasets.py` × three optimizers, on one plain network: two hidden layers of 64 ReLU
units, no dropout, no decay, batches of 32, a constant rate. The truth of a case is a grid: 25 rates
from 1e-5 to 10, a quarter of a decade apart, each trained five times (once on each fold, with seeds
and folds that no finder has) and scored by its lowest validation score; the best rate is the lowest
of the means smoothed 1 : 2 : 1. "As good" are the rates around it whose score is within the noise,
by a paired t-test at 5 %.

The finders: `justright.learning_rate` by its sweep and by its ramp, and the question
`justright.ask("learning-rate")`; Lightning, torch-lr-finder and fastai with their own defaults
(`rate_finders.py`) on the training rows of one fold.

    OMP_NUM_THREADS=1 python benchmarks/rates.py --keep rates.jsonl
    OMP_NUM_THREADS=1 python benchmarks/rates.py --quick

Prints each case, in bold what is off by more than a factor 3, and for each finder the share of
cases within it.
"""

import argparse
import json
import math
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import CASES, Case
from rate_finders import FINDERS, OPTIMIZERS, Training
from rate_tables import Found, report
from results import keep
from scipy.stats import t as student
from tables import names
from torch import nn

from justright.kinds import Value
from justright.nets.plain import DenseNet
from justright.recipes.ask import ask
from justright.recipes.encoded import Encoded, encode
from justright.recipes.ground import Ground, lay_ground
from justright.recipes.learning_rate import learning_rate
from justright.recipes.members import epoch_of, member_of
from justright.recipes.network import spec_of, untrained
from justright.recipes.training import MIN_LOOK_STEPS
from justright.recipes.wish import Wish
from justright.train.budget import Budget
from justright.train.population import Population

RATES = tuple(float(f"{rate:.4g}") for rate in np.geomspace(1e-5, 10.0, 25))
N_FOLDS, EPOCHS, MOST_STEPS = 5, 60, 1_500  # of a training of the grid; the fewer steps count
GRID_SEED = 1_000  # finders have 0
TIME_S = 20.0  # of our answer at most
QUICK = 3  # sets
ASKED = "best constant rate"  # of the question's figures
LEVEL = 0.05  # of the paired t-test

#: Numbers and few levels only, so that the network is of plain linear layers; kinds in turn.
SETS = (
    "german",
    "digits",
    "concrete",
    "breast-cancer",
    "contraceptive",
    "airfoil",
    "phishing",
    "maternal",
    "insurance",
    "diabetes",
)

#: The network, and a training with nothing but a constant rate.
PLAIN: Mapping[str, Value] = {
    "evaluation": "k-fold",
    "folds": N_FOLDS,
    "scaler": "standard",
    "numeric_embedding": "none",
    "depth": 2,
    "width": 64,
    "shape": "same",
    "activation": "relu",
    "normalisation": "none",
    "residual": False,
    "dropout": 0.0,
    "weight_decay": 0.0,
    "label_smoothing": 0.0,
    "batch_size": 32,
    "momentum": 0.9,
    "epochs": EPOCHS,
    "schedule": "constant",
    "warmup_share": 0.0,
    "clip": "none",
    "averaging": "none",
    "ensemble_size": N_FOLDS,
}
#: What the optimizers of `rate_finders.py` have besides.
OWN: Mapping[str, Mapping[str, Value]] = {
    "adamw": {"beta2": 0.999},
    "sgd_nesterov": {},
    "rmsprop": {"beta2": 0.99, "momentum": 0.0},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What the grid says.

    Attributes:
        best: The best constant rate.
        low: Lowest rate that is as good, within the noise.
        high: Highest such rate.
    """

    best: float
    low: float
    high: float


# ---------------------------------------------------------------- the truth


def read_grid(rates: Sequence[float], scores: np.ndarray) -> Truth:
    """The best rate of a grid, and those that are as good.

    Args:
        rates: Rising.
        scores: Lowest validation score of each training, shape (folds, rates); infinite where none
            was finite. Column by column the same folds and seeds.
    """
    means = scores.mean(0)
    padded = np.concatenate([means[:1], means, means[-1:]])
    with np.errstate(invalid="ignore"):
        smooth = (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4
    smooth = np.where(np.isfinite(smooth), smooth, np.inf)
    best = int(np.argmin(smooth if np.isfinite(smooth).any() else means))
    good = [_as_good(scores[:, i] - scores[:, best]) for i in range(len(rates))]
    low = high = best
    while low > 0 and good[low - 1]:
        low -= 1
    while high < len(rates) - 1 and good[high + 1]:
        high += 1
    return Truth(best=rates[best], low=rates[low], high=rates[high])


def _as_good(worse: np.ndarray) -> bool:
    """Whether paired differences leave it open which of two is lower."""
    if not np.isfinite(worse).all():
        return False
    error = worse.std(ddof=1) / math.sqrt(len(worse))
    return bool(worse.mean() <= student.ppf(1 - LEVEL, len(worse) - 1) * error)


def grid(ground: Ground, optimizer: str) -> Truth:
    """Train every rate on every fold, all in one population."""
    encoded = encode(ground, GRID_SEED)
    spec = spec_of(ground.design, encoded.layout)
    batch = ground.design.count("batch_size")
    epoch = epoch_of(encoded, batch)
    steps = min(MOST_STEPS, EPOCHS * epoch)
    look = max(epoch, MIN_LOOK_STEPS)
    members = [
        replace(
            member_of(ground.design, spec, view, GRID_SEED + fold, batch=batch),
            learning_rate=rate,
            total_steps=steps // look * look,
            epoch_steps=look,
        )
        for fold, view in enumerate(encoded.views)
        for rate in RATES
    ]
    outcome = Population(members, encoded.data).run(Budget(math.inf))
    lowest = [
        min((score for score in trace.validation_score if score is not None), default=math.inf)
        for trace in outcome.traces
    ]
    return read_grid(RATES, np.array(lowest).reshape(-1, len(RATES)))


# ---------------------------------------------------------------- the finders


def training_of(ground: Ground, encoded: Encoded, optimizer: str) -> Training:
    """The same network and rows for other finders: fold 0."""
    view, task = encoded.views[0], ground.schema.task
    spec = spec_of(ground.design, encoded.layout)
    rows = torch.from_numpy(view.train)
    y = encoded.data.y[rows]
    loss = {"binary": "binary", "multiclass": "classes"}.get(task.kind, "numbers")
    return Training(
        net=plain_net(untrained(spec, seed=0)),
        loss=loss,
        x=encoded.data.x[rows],
        y=y if loss == "classes" else y.float(),
        batch=ground.design.count("batch_size"),
        optimizer=optimizer,
        seed=0,
    )


def plain_net(net: nn.Module) -> nn.Sequential:
    """The same network of torch's own modules alone, so that it can be sent elsewhere."""
    assert isinstance(net, DenseNet) and not len(net.category), "numbers and few levels only"
    layers: list[nn.Module] = []
    for hidden in net.hidden:
        layers += [hidden.linear, hidden.activation]
    layers.append(net.output)
    if net.output.out_features == 1:
        layers.append(nn.Flatten(0))
    return nn.Sequential(*layers)


def ours(case: Case, overrides: Mapping[str, Value]) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Our answers by name."""
    frame = case.frame()
    for how in ("sweep", "ramp"):
        yield (
            f"justright {how}",
            lambda how=how: (
                learning_rate(
                    frame, case.target, how=how, time_s=TIME_S, overrides=overrides
                ).chosen
            ),
        )
    yield (
        "justright ask",
        lambda: ask(
            "learning-rate", frame, case.target, time_s=TIME_S, overrides=overrides
        ).reply.numbers[ASKED],
    )


def examine(case: Case, optimizer: str) -> Found:
    """One case: the grid, and all finders."""
    overrides = {**PLAIN, "optimizer": optimizer, **OWN[optimizer]}
    ground = lay_ground(Wish(data=case.frame(), target=case.target, overrides=overrides))
    training = training_of(ground, encode(ground, 0), optimizer)
    seconds: dict[str, float] = {}
    begin = time.perf_counter()
    truth = grid(ground, optimizer)
    seconds["grid"] = time.perf_counter() - begin
    said: dict[str, float | None] = {}
    errors: dict[str, str] = {}
    works: list[tuple[str, Callable[[], Any]]] = list(ours(case, overrides))
    works += [(finder.__name__, lambda finder=finder: finder(training)) for finder in FINDERS]
    for name, work in works:
        begin = time.perf_counter()
        try:
            answer = work()
        except Exception as error:  # whatever a library raises is its answer
            traceback.print_exc()
            errors[name] = f"{type(error).__name__}: {error}"
            continue
        answers = answer if isinstance(answer, dict) else {name: answer}
        said |= answers
        seconds |= dict.fromkeys(answers, time.perf_counter() - begin)
    return Found(
        set=case.name,
        optimizer=optimizer,
        **asdict(truth),
        said=said,
        errors=errors,
        seconds=seconds,
    )


# ---------------------------------------------------------------- the command line


def kept(path: Path | None) -> dict[tuple[str, str], Found]:
    """The cases in a file."""
    if path is None or not path.exists():
        return {}
    found = [Found(**json.loads(line)) for line in path.read_text().splitlines() if line]
    return {(case.set, case.optimizer): case for case in found}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    every = [case.name for case in CASES if len(case.targets) == 1]
    parser.add_argument("--sets", type=names(every), default=list(SETS), help="default: the ten")
    words = list(OPTIMIZERS)
    parser.add_argument("--optimizers", type=names(words), default=words, help="default: all")
    parser.add_argument("--quick", action="store_true", help=f"the first {QUICK} sets only")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="go on from there")
    options = parser.parse_args(arguments)
    done, found = kept(options.keep), []
    for name in options.sets[:QUICK] if options.quick else options.sets:
        for optimizer in options.optimizers:
            case = done.get((name, optimizer))
            if case is None:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    case = examine(next(own for own in CASES if own.name == name), optimizer)
                keep(options.keep, case)
                took = ", ".join(f"{who} {s:.1f} s" for who, s in case.seconds.items())
                print(f"{time.strftime('%H:%M:%S')} {name} {optimizer}: {took}", file=sys.stderr)
            found.append(case)
    print(report(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
