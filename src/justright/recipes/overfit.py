"""Whether a network can over-fit: a few rows, no regularisation, and what the loss falls to."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from justright.kinds import Rows, View
from justright.recipes.contender import Contender, Ended
from justright.recipes.crew import Crew, trained
from justright.recipes.members import batch_size_of, epoch_of, member_of
from justright.recipes.search_round import Field, crew_of
from justright.report.words import plural
from justright.train.budget import Budget
from justright.train.dataset import Dataset
from justright.train.losses import row_losses
from justright.train.member import Member
from justright.train.outputs import logits_of
from justright.train.population import Epoch, Outcome, Population
from justright.train.threads import threads

FEW_ROWS = 512  # that are learnt by heart; a network of too little capacity cannot (house)
FEW_BATCH = 64  # rows behind a step of it
FEW_STEPS = 600  # 75 passes of 512 rows (house convention)
RATES = (1.0, 0.25)  # times the design's: its rate may be too high for a larger network (house)
LOOKS = 10  # evaluations: the training loss that counts is the mean of the last tenth


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """What the best constant prediction loses.

    Attributes:
        train: On the few rows.
        floor: The least that can be lost there: more than 0 where targets are shares.
        validation: On the validation rows.
        n_rows: The few rows.
    """

    train: float
    floor: float
    validation: float
    n_rows: int


def overfit(field: Field, contenders: Sequence[Contender], fold: int) -> Constant:
    """Train contenders on a few rows of a fold; each is told how much of the loss is left.

    Args:
        field: The data and the time.
        contenders: Who takes part. Their `fit` is the training loss as a share of the best
            constant's, 0 for all learnt by heart; None for one that diverged.
        fold: The fold.

    Returns:
        What the best constant loses.
    """
    begin_s, encoded = time.monotonic(), field.encoded
    view = _few(encoded.views[fold], encoded.data, field.seed)
    rates = (1.0,) if contenders[0].design.decision("learning_rate").is_given else RATES
    members = [_member(c, field, view, rate) for c in contenders for rate in rates]
    pairs = [(c, fold) for c in contenders for _ in rates]
    outcome = _trained(field, members, crew_of(pairs, "grow"))
    spent_s = (time.monotonic() - begin_s) / len(contenders)
    constant = _constant(encoded.data, view, members[0])
    scale = max(constant.train - constant.floor, 1e-12)
    for k, contender in enumerate(contenders):
        own = range(k * len(rates), (k + 1) * len(rates))
        left = {i: (_last_loss(outcome, i) - constant.floor) / scale for i in own}
        best = min(own, key=lambda i: left[i])
        contender.ended[fold] = _ended(contender, field, outcome, best, members[best])
        contender.fit = max(0.0, left[best]) if math.isfinite(left[best]) else None
        contender.fate = "grown" if contender.fit is not None else "diverged"
        contender.cost_s += spent_s
        contender.at_s = time.monotonic() - field.begin_s
    return constant


def _few(view: View, data: Dataset, seed: int) -> View:
    """The view with few training rows; queries stay whole."""
    rng, rows = np.random.default_rng(seed), np.unique(view.train)
    if len(rows) > FEW_ROWS:
        rows = rng.permutation(rows)
        if data.query is not None:
            query = data.query.numpy()[rows]
            place = rng.permutation(int(query.max()) + 1)[query]
            rows = rows[np.argsort(place, kind="stable")]
        rows = np.sort(rows[:FEW_ROWS])
    return replace(view, train=rows)


def _last_loss(outcome: Outcome, i: int) -> float:
    """A member's training loss in the end; infinite where it diverged."""
    losses = outcome.traces[i].train_loss
    last = losses[-1] if losses and math.isfinite(outcome.scores[i]) else None
    return math.inf if last is None else last


def _member(contender: Contender, field: Field, view: View, rate: float) -> Member:
    design, encoded = contender.design, field.encoded
    own = np.random.SeedSequence([field.seed, contender.number]).generate_state(1)[0]
    batch = max(1, min(batch_size_of(design, encoded), FEW_BATCH, len(view.train)))
    member = member_of(design, contender.spec, view, int(own), batch=batch)
    return replace(
        member,
        learning_rate=rate * member.learning_rate,
        total_steps=FEW_STEPS,
        epoch_steps=FEW_STEPS // LOOKS,
        patience=FEW_STEPS,
        label_smoothing=0.0,  # it would lift the loss of what is learnt by heart
    )


def _trained(field: Field, members: Sequence[Member], crew: Crew) -> Outcome:
    population = Population(members, field.encoded.data, workers=field.pace.n_workers)

    def tell(epoch: Epoch) -> None:
        field.progress.training(
            done_share=epoch.done_share,
            best=f"search: {plural(epoch.running, 'network')} learning a few rows by heart",
            left_s=max(0.0, field.deadline_s - time.monotonic()),
        )

    budget = Budget(field.deadline_s, field.progress.should_stop)
    with threads(field.pace.n_threads):
        return trained(population, crew, field.progress, budget, tell)


def _ended(contender: Contender, field: Field, outcome: Outcome, i: int, member: Member) -> Ended:
    """What it came to, its steps as a share of those of a whole training."""
    batch = batch_size_of(contender.design, field.encoded)
    epochs = field.horizon * contender.design.count("epochs")
    planned = epochs * epoch_of(field.encoded, batch) * batch
    steps = outcome.traces[i].steps
    made = (steps[-1] if steps else 0) * member.batch_size / planned
    return Ended(
        fold=member.view.fold,
        theta=outcome.thetas[i],
        statistics=outcome.statistics[i],
        score=outcome.scores[i],
        share=min(1.0, made),
        whole=False,
    )


def _constant(data: Dataset, view: View, member: Member) -> Constant:
    """What the best constant of the few rows loses, there and in validation."""
    prior = data.prior(view, member.output)

    def lost(rows: Rows, logits: Tensor | None = None) -> float:
        rows = _in_order(rows, data)
        y = data.y[torch.from_numpy(rows)].unsqueeze(0)
        weight = data.class_weight() if member.loss == "weighted_cross_entropy" else None
        shown = prior.expand(1, len(rows), -1) if logits is None else logits
        losses = row_losses(
            member.loss, shown, y, class_weight=weight, output=member.output
        ).squeeze(0)
        own = np.ones(len(rows)) if view.weights is None else view.weights[rows]
        return float(np.average(losses.double().numpy(), weights=own))

    floor = 0.0
    if member.loss == "binary_cross_entropy" and data.task == "bounded":
        y = data.y[torch.from_numpy(_in_order(view.train, data))]
        floor = lost(view.train, logits_of(member.output, y.reshape(1, len(y), -1)))
    return Constant(
        train=lost(view.train),
        floor=floor,
        validation=lost(view.validation),
        n_rows=len(view.train),
    )


def _in_order(rows: Rows, data: Dataset) -> Rows:
    """Rows with those of a query together, as the loss of pairs needs them."""
    return rows if data.query is None else rows[np.argsort(data.query.numpy()[rows], kind="stable")]
