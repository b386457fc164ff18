"""The main journey: from a table to a trained, explained network."""

import time
from collections.abc import Mapping, Sequence
from itertools import chain
from operator import index
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from justright.designer.levers import check
from justright.errors import BudgetError, JustrightError
from justright.kinds import Value
from justright.nets.family import parameter_slots
from justright.nets.slots import total
from justright.recipes.checkpoint import SAVE_EVERY_S, Keeper, begun, refuse_unfinished
from justright.recipes.doubt import doubts
from justright.recipes.doubt import findings as doubted
from justright.recipes.evaluation import evaluate
from justright.recipes.first import First, train_first
from justright.recipes.folder import refuse_taken
from justright.recipes.ground import Ground, lay_ground
from justright.recipes.journey import Journey
from justright.recipes.lab_place import Place
from justright.recipes.ledger import opened
from justright.recipes.machine import machine_memory
from justright.recipes.model import Model
from justright.recipes.outcome import calibrated, predictor_of, training_findings
from justright.recipes.predictor import Predictor
from justright.recipes.progress import Progress, Silent
from justright.recipes.run_record import record
from justright.recipes.search_wish import refuse_search
from justright.recipes.searching import Found, is_wanted
from justright.recipes.searching import search as search_designs
from justright.recipes.single import Student, distil, refuse_single, reserve_s
from justright.recipes.stopwatch import Stopwatch
from justright.recipes.wish import FOREVER_S, SAMPLER, STRATEGY, TEST_SHARE, Wish, apart

TIME_S = 60.0  # of a fit whose time nobody sets
MIN_TIME_S = 1.0  # below it not even the smallest table is read, trained on and scored
RESERVE_SHARE, RESERVE_S = 0.06, 1.0  # of the time, and seconds: kept for scoring and the report


def fit(
    data: Any,
    target: Any = None,
    *,
    out: str | Path | None = None,
    time_s: float | None = None,
    seed: int = 0,
    metric: str | None = None,
    design: str | None = None,
    overrides: Mapping[str, Value] | None = None,
    drop: Sequence[str] = (),
    group: str | None = None,
    order: str | None = None,
    weight: str | None = None,
    test: Any = None,
    test_share: float = TEST_SHARE,
    task: str | None = None,
    search: bool | None = None,
    trials: int | None = None,
    sampler: str = SAMPLER,
    storage: str | Path | None = None,
    strategy: str = STRATEGY,
    single: bool = False,
    save_every_s: float = SAVE_EVERY_S,
    lab: Place = None,
    progress: Progress | None = None,
) -> Model:
    """Design, check, train and score a network for a table or for images.

    Args:
        data: A path (CSV, TSV, Parquet, Arrow, JSON lines, also .csv.gz), a polars or pandas
            frame, a dict of columns, or a 2-D array. Images: a folder with a folder for each
            class, a table with a column of paths, or an array (images, channels, height, width).
        target: Name of the column to predict; or the labels of the rows or images, which then
            are the column "label". None is "label", as folders of images have it.
        out: Folder to save the model in; must not exist. None to save nothing.
        time_s: Time for all of it, in seconds, at least 1. None is 60, or with `trials` no limit.
        seed: Same seed, same result on the same machine, as far as the time does not cut in.
        metric: The metric to report first, in place of the rule book's.
        design: Name of a design to start from ("realmlp", "classic", ...; `justright rules
            --designs` lists them), in place of the rule book's own.
        overrides: Levers to set, by name: `{"dropout": 0.3}`.
        drop: Columns to leave out.
        group: Column whose equal values must not cross a split (a patient, a user).
        order: Column that orders the rows (a date): the last rows are the test part.
        weight: Column that tells how much each row counts, 0 or more: 2 is the row twice. It is
            no input, and weighs in training and calibration, not in the scores reported.
        test: Rows for the final score, in a table apart; else a share of the rows is held out.
        test_share: That share, 0 to 1. 0 holds no row out: the scores are then of validation
            rows, which choices looked at, and there are no baselines beside them.
        task: "binary", "multiclass" or "regression", where the guess is wrong.
        search: Whether to search for designs beside the rule book's, and to average the best.
            None: where time is left when the rule book's is trained.
        trials: Configurations that the search tries, in place of a time: the same seed then comes
            to the same result.
        sampler: Who proposes them: "quasi-random", or "optuna" (`pip install justright[optuna]`).
        storage: Where Optuna keeps its study: an SQLite file.
        strategy: "population": many at once, the worst cut early; "classic": a network is grown
            until it over-fits, and then regularised, as the guides tell it.
        single: Whether what the ensemble knows is taught to one network in the end.
        save_every_s: Seconds between two saves of all that is needed to go on after a kill: see
            `resume`. Where saving would take more than 2 % of the time, it is done less often.
            What is saved lies beside `out`, and goes when the model is there.
        lab: Where the run and its networks are kept, for `justright lab`: a file or a
            `justright.lab.Lab`. None is what `JUSTRIGHT_LAB` names, or `.justright/runs.db`;
            False keeps nothing.
        progress: Who listens, and may ask to stop soon.

    Returns:
        The model, scored on rows that no choice has seen, as far as some were held out.

    Raises:
        DataError: If the table cannot be used.
        DesignError: If an override or a design cannot work.
        PreflightError: If the network fails a check before training.
        TrainingError: If every network diverged.
        ModelError: If the folder exists or cannot be written.
        CheckpointError: If an unfinished fit to the same folder is there.

    Example:
        >>> rows = range(60)
        >>> model = fit({"x": [i % 20 for i in rows], "y": [i % 20 * 2.0 for i in rows]}, "y",
        ...             time_s=3)
        >>> model.run.scores[0].metric
        'rmse'
    """
    begin = time.monotonic()
    time_s = _time(time_s, trials)
    seed = index(seed)  # numpy's numbers are welcome, but not recorded
    data, target = apart(data, target)
    wish = Wish(
        data=data,
        target=target,
        time_s=time_s,
        seed=seed,
        metric=metric,
        design=design,
        overrides={name: check(name, value) for name, value in (overrides or {}).items()},
        drop=tuple(drop),
        group=group,
        order=order,
        weight=weight,
        test=test,
        test_share=float(test_share),
        task=task,
        search=search,
        trials=trials,
        sampler=sampler,
        storage=None if storage is None else str(storage),
        strategy=strategy,
        single=single,
    )
    refuse_search(wish)
    _refuse_used(out)
    with opened(lab, "fit") as ledger:
        watch = Stopwatch(progress or Silent(), ledger)
        ground = lay_ground(wish, watch)
        refuse_single(wish, ground)
        ledger.begin(wish, ground)
        kept_s = RESERVE_S + RESERVE_SHARE * time_s + reserve_s(wish)
        journey = Journey(deadline_s=begin + time_s - kept_s)
        keeper = None
        if out is not None:
            keeper = Keeper(Path(out), begun(wish, ground, save_every_s, ledger.uid), watch)
        return arrive(ground, wish, watch, journey, keeper, out=out)


def _refuse_used(out: str | Path | None) -> None:
    """Refuse a folder that has a model, or an unfinished fit beside it."""
    if out is not None:
        refuse_taken(Path(out))
        refuse_unfinished(Path(out))


def _time(time_s: float | None, trials: int | None) -> float:
    """The time of a fit in seconds: as given, or as is usual.

    Raises:
        BudgetError: If it is too short.
    """
    if time_s is None:
        return TIME_S if trials is None else FOREVER_S
    if not time_s >= MIN_TIME_S:
        raise BudgetError(
            f"{time_s:g} s were given",
            f"at least {MIN_TIME_S:g} s",
            try_="--time 60s",
        )
    return float(time_s)


def arrive(
    ground: Ground,
    wish: Wish,
    watch: Stopwatch,
    journey: Journey,
    keeper: Keeper | None,
    *,
    out: str | Path | None,
) -> Model:
    """Everything after the design, up to the model folder.

    Args:
        ground: The table and its design.
        wish: What the user asks for.
        watch: Takes the time of each stage.
        journey: How far the fit has come.
        keeper: Who keeps it; None for nobody.
        out: The model folder; None to save nothing.
    """
    journey.keep = keeper
    try:
        with machine_memory():
            model = _trained(ground, wish, watch, journey)
    except JustrightError:
        if keeper is not None:
            keeper.remove()  # it would come to the same again
        raise
    if out is not None:
        watch.stage("saving")
        model.save(out)
        watch.end()
    if keeper is not None:
        keeper.remove()
    watch.ledger.arrived(model.run, out)
    return model


def _trained(ground: Ground, wish: Wish, watch: Stopwatch, journey: Journey) -> Model:
    first = train_first(ground, wish, watch, journey)
    seen = training_findings(first.outcome)
    watch.ledger.diagnosed(first.outcome.traces, seen)
    found, predictor = _search(ground, first, wish, watch, journey)
    predictor, out_of_fold = calibrated(ground, first.encoded, predictor)
    doubt, suspects = doubts(ground, first.encoded.targets, predictor.finish(out_of_fold))
    student = _single(ground, first, found, predictor, out_of_fold, wish, watch, journey)
    watch.stage("evaluation")
    scored, n_parameters = first.encoded, total(parameter_slots(first.spec))
    if student is not None:
        predictor, out_of_fold, scored = student.predictor, student.out_of_fold, student.encoded
        n_parameters = student.told.n_parameters
    result = evaluate(ground, scored, predictor, out_of_fold, seed=wish.seed)
    watch.end()
    found_wrong = (*journey.findings, *chain.from_iterable(seen), *doubted(doubt))
    run = record(
        ground,
        first.encoded,
        wish,
        design=first.design,
        n_parameters=n_parameters,
        findings=(*ground.findings, *found_wrong),
        sweep=journey.sweep,
        contest=journey.contest,
        outcome=first.outcome,
        evaluation=result,
        doubt=doubt,
        search=None if found is None else found.search,
        single=None if student is None else student.told,
        timings_s=watch.spent_s,
        hurried=watch.deaf,
    )
    for warning in run.warnings:
        watch.warn(warning)
    errors = result.measured.conformals
    return Model(ground.schema, predictor, run, suspects=suspects, conformals=errors)


def _search(
    ground: Ground, first: First, wish: Wish, watch: Stopwatch, journey: Journey
) -> tuple[Found | None, Predictor]:
    """Search for designs beside the first, where that is wanted; and what predicts then."""
    own = predictor_of(ground, first.spec, first.encoded, first.outcome)
    if not is_wanted(wish, journey):
        return None, own
    watch.stage("search")
    found = search_designs(
        ground,
        first.design,
        first.encoded,
        first.outcome,
        own,
        wish=wish,
        journey=journey,
        watch=watch,
    )
    return found, own if found is None else found.predictor


def _single(
    ground: Ground,
    first: First,
    found: Found | None,
    predictor: Predictor,
    out_of_fold: NDArray[np.float64],
    wish: Wish,
    watch: Stopwatch,
    journey: Journey,
) -> Student | None:
    """One network in the place of all, where that is wanted."""
    if not wish.single:
        return None
    watch.stage("one network")
    return distil(
        ground,
        first.design if found is None else found.design,
        predictor,
        out_of_fold,
        reported=first.design,
        wish=wish,
        deadline_s=journey.deadline_s + reserve_s(wish),
        watch=watch,
    )
