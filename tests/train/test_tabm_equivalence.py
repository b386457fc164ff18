"""TabM members trained side by side equal plain `torch.nn`, one at a time, submodel by submodel."""

import dataclasses

import numpy as np
import pytest
import torch
from torch import nn

from justright.kinds import View
from justright.nets.plain_tabm import TabmNet, load_tabm_member
from justright.nets.spec import DenseSpec
from justright.nets.tabm_spec import TabmSpec
from justright.train.dataset import Dataset
from justright.train.member import Member
from justright.train.memory import memory_bytes
from justright.train.pack import Pack, initial_states
from justright.train.population import Population
from tests.train.alone import batches, loss_of, optimizer_of, own_noise

QUERIES = torch.arange(60) % 9
STEPS, TOLERANCE = 30, 1e-9  # steps; relative
BODY = DenseSpec(n_numeric=3, n_plain=1, cardinalities=(4,), n_outputs=3, depth=2, width=6)
BASE = TabmSpec(body=BODY, heads=4, pooling="softmax")


@pytest.fixture(autouse=True)
def float64():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def spec_with(heads=4, pooling="softmax", **changes):
    return TabmSpec(body=dataclasses.replace(BODY, **changes), heads=heads, pooling=pooling)


def data(task="multiclass"):
    generator = torch.Generator().manual_seed(3)
    x = torch.randn(60, 5, generator=generator, dtype=torch.float64)
    x[:, 4] = torch.randint(4, (60,), generator=generator)
    if task == "regression":
        return Dataset(task=task, x=x, y=x[:, 0] * x[:, 1])
    if task == "multilabel":
        return Dataset(task=task, x=x, y=(x[:, :2] > 0).double(), n_classes=2)
    if task == "ranking":  # relevance, and the query within which rows are compared
        return Dataset(task=task, x=x, y=torch.stack([x[:, 0].round(), x[:, 4] * 0 + QUERIES], 1))
    y = (x[:, 0] > 0).long() + (x[:, 1] > 0)
    n = 3 if task == "multiclass" else 2
    return Dataset(task=task, x=x, y=y.clamp(max=n - 1), n_classes=n)


def members_of(spec, n=3, **settings):
    weights = np.linspace(0.5, 1.5, 60)
    views = [View(train=np.arange(40), validation=np.arange(40, 60)),
             View(train=np.arange(20, 60), validation=np.arange(20), weights=weights)]  # fmt: skip
    return [
        Member(
            spec=spec,
            view=views[i % 2],
            seed=5 + i,
            order_seed=i,
            batch_size=8,
            epoch_steps=10,
            total_steps=STEPS,
            learning_rate=0.004 * (1 + i),
            **({"loss": "cross_entropy", "weight_decay": 0.01} | settings),
        )
        for i in range(n)
    ]


def mean_loss(m, net, data, rows):
    """By the definition: the mean of the submodels' own losses."""
    outputs = net.submodels(data.x[rows])
    losses = [loss_of(m, lambda _, own=own: own, data, rows, weighted=True) for own in outputs]
    return torch.stack(losses).mean()


def alone(m, data, start):
    net = TabmNet(m.spec).double()
    load_tabm_member(net, m.spec, *start)
    own_noise(net, m.spec, m.seed, m.dropout, m.input_dropout)
    optimizer = optimizer_of(net, m)
    for rows in batches(m, data.query):
        net.train()
        optimizer.zero_grad()
        mean_loss(m, net, data, rows).backward()
        if m.clip == "norm":
            nn.utils.clip_grad_norm_(net.parameters(), m.clip_threshold)
        optimizer.step()
    return net


def assert_equal_to_alone(members, held, still=()):
    population, newest = Population(members, held, together=8), {}
    for numbers, pack in zip(population.numbers, population.packs, strict=True):
        while pack.n_steps < STEPS:
            pack.step_and_look()
        newest |= {number: pack.team.own(k) for k, number in enumerate(numbers)}
    for k, member in enumerate(members):
        start = initial_states([member], held)[0]
        start = (start["theta"], start["statistics"])
        mine, before = (TabmNet(member.spec).double() for _ in range(2))
        load_tabm_member(mine, member.spec, *newest[k])
        load_tabm_member(before, member.spec, *start)
        for (name, a), b, c in zip(
            mine.named_parameters(),
            alone(member, held, start).parameters(),
            before.parameters(),
            strict=True,
        ):
            scale = b.abs().max().clamp(min=1e-3)
            assert ((a - b).abs().max() / scale).item() < TOLERANCE, name
            assert name in still or (b - c).abs().max() > 0, f"{name} never moved"


@pytest.mark.parametrize("activation", ["relu", "prelu", "rrelu", "selu", "silu"])
@pytest.mark.parametrize("embedding", ["none", "periodic", "piecewise_linear"])
def test_activations_and_embeddings_with_dropout(activation, embedding):
    spec = spec_with(activation=activation, numeric_embedding=embedding)
    assert_equal_to_alone(members_of(spec, dropout=0.2, input_dropout=0.1), data())


@pytest.mark.parametrize(
    ("task", "loss"), [("regression", "mae"), ("binary", "binary_cross_entropy")]
)
def test_losses_and_shapes(task, loss):
    spec = spec_with(heads=3, pooling="none", n_outputs=1, depth=3, shape="funnel", width=20)
    settings = {"clip": "norm", "clip_threshold": 0.1, "optimizer": "sgd"}
    assert_equal_to_alone(members_of(spec, loss=loss, **settings), data(task))


@pytest.mark.parametrize(
    ("task", "loss", "n"),
    [("multilabel", "binary_cross_entropy", 2), ("ranking", "pairwise_logistic", 1)],
)
def test_labels_and_pairs_stay_within_a_submodel(task, loss, n):
    spec = spec_with(heads=3, pooling="sigmoid" if n > 1 else "none", n_outputs=n)
    members = members_of(spec, loss=loss, optimizer="sgd", dropout=0.1)
    if task == "ranking":  # a pair has no row whose weight it could take
        members = [dataclasses.replace(m, view=members[0].view) for m in members]
    held = data(task)
    assert_equal_to_alone(members, held, still=("output.bias",) if task == "ranking" else ())


def test_others_shapes_train_in_buckets_of_their_own():
    members = members_of(BASE) + members_of(spec_with(heads=2)) + members_of(BODY)
    assert len(Population(members, data(), together=8).buckets) == 3
    assert_equal_to_alone(members[:6], data())


def test_the_score_is_that_of_the_mean_probability():
    members, held = members_of(BASE), data()
    pack = Pack(members, held)
    found, _ = pack.scores()
    for k, m in enumerate(members):
        net = TabmNet(m.spec).double().eval()
        load_tabm_member(net, m.spec, *pack.team.own(k))
        rows = torch.from_numpy(m.view.validation)
        p = net.submodels(held.x[rows]).softmax(-1).mean(0)
        losses = -p[torch.arange(len(rows)), held.y[rows]].log()
        weights = m.view.weights
        weight = torch.ones(len(rows)) if weights is None else torch.from_numpy(weights)[rows]
        expected = (losses * weight).sum() / weight.sum()
        torch.testing.assert_close(found[k], expected)


def test_the_memory_told_holds_what_autograd_keeps_of_a_step():
    spec = spec_with(heads=8, width=128, cardinalities=(), n_plain=2, depth=3)
    members = [dataclasses.replace(m, batch_size=16) for m in members_of(spec, dropout=0.1)]
    pack, kept = Pack(members, data()), {}

    def keep(tensor):
        storage = tensor.untyped_storage()
        kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        pack.step()
    kept.pop(pack.team.theta.untyped_storage().data_ptr())
    single = [dataclasses.replace(m, batch_size=1) for m in members]
    told = (memory_bytes(members, 8) - memory_bytes(single, 8)) * 16 / 15
    assert told == pytest.approx(sum(kept.values()), rel=0.25)
