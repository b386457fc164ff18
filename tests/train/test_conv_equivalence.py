"""Convolutional members trained by grouped convolution equal plain `torch.nn`, one at a time."""

import dataclasses

import numpy as np
import pytest
import torch
from torch import nn

from justright.kinds import View
from justright.nets.conv_spec import ConvSpec
from justright.nets.plain_conv import ConvNet, load_conv_member
from justright.train.dataset import Dataset
from justright.train.member import Member
from justright.train.pack import initial_states
from justright.train.population import Population
from tests.train.alone import Mask, batches, loss_of

STEPS, TOLERANCE = 30, 1e-9  # steps; relative
BASE = ConvSpec(image=(2, 8, 6), n_outputs=3, depth=2, width=4, head_width=6)


@pytest.fixture(autouse=True)
def float64():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def data():
    generator = torch.Generator().manual_seed(3)
    x = torch.randn(60, 96, generator=generator, dtype=torch.float64)
    return Dataset(task="multiclass", x=x, y=(x[:, 0] > 0).long() + (x[:, 1] > 0), n_classes=3)


def members_of(spec, n=3, **settings):
    views = [View(train=np.arange(40), validation=np.arange(40, 60)),
             View(train=np.arange(20, 60), validation=np.arange(20))]  # fmt: skip
    return [
        Member(
            spec=spec,
            view=views[i % 2],
            seed=5 + i,
            order_seed=i,
            batch_size=8,
            epoch_steps=10,
            total_steps=STEPS,
            loss="cross_entropy",
            optimizer="adam",
            learning_rate=0.004 * (1 + i),
            **settings,
        )
        for i in range(n)
    ]


def own_noise(net, spec, m):
    generator = np.random.SFC64(m.seed ^ 0x5BD1E995)
    if m.input_dropout:
        net.input_dropout = Mask("dropout", generator, m.input_dropout)
    for layer in [*net.layers, *([net.head] if spec.head_width else [])]:
        if spec.activation == "rrelu":
            layer.activation = Mask("rrelu", generator)
        if m.dropout:
            layer.dropout = Mask(
                "alpha" if spec.activation == "selu" else "dropout", generator, m.dropout
            )


def alone(m, data, start):
    net = ConvNet(m.spec).double()
    load_conv_member(net, m.spec, *start)
    own_noise(net, m.spec, m)
    optimizer = torch.optim.Adam(net.parameters(), m.learning_rate, (m.momentum, m.beta2))
    for rows in batches(m):
        net.train()
        optimizer.zero_grad()
        loss_of(m, net, data, rows).backward()
        if m.clip == "norm":
            nn.utils.clip_grad_norm_(net.parameters(), m.clip_threshold)
        optimizer.step()
    return net


def trained(members, data, together):
    population, newest = Population(members, data, together=together), {}
    for numbers, pack in zip(population.numbers, population.packs, strict=True):
        while pack.n_steps < STEPS:
            pack.step_and_look()
        newest |= {number: pack.team.own(k) for k, number in enumerate(numbers)}
    return newest


def assert_equal_to_alone(members, together=8):
    held = data()
    newest = trained(members, held, together)
    for k, member in enumerate(members):
        start = initial_states([member], held)[0]
        start = (start["theta"], start["statistics"])
        mine, before = (ConvNet(member.spec).double() for _ in range(2))
        load_conv_member(mine, member.spec, *newest[k])
        load_conv_member(before, member.spec, *start)
        for (name, a), b, c in zip(
            mine.state_dict().items(),
            alone(member, held, start).state_dict().values(),
            before.state_dict().values(),
            strict=True,
        ):
            if name.endswith("num_batches_tracked"):
                continue
            scale = b.abs().max().clamp(min=1e-3)
            assert ((a - b).abs().max() / scale).item() < TOLERANCE, name
            assert (b - c).abs().max() > 0, f"{name} never moved"


@pytest.mark.parametrize("activation", ["relu", "tanh", "prelu", "rrelu", "selu", "gelu"])
@pytest.mark.parametrize("normalisation", ["none", "batch"])
def test_activations_and_norms_with_dropout(activation, normalisation):
    spec = dataclasses.replace(BASE, activation=activation, normalisation=normalisation)
    assert_equal_to_alone(members_of(spec, dropout=0.2, input_dropout=0.1))


@pytest.mark.parametrize("pool", ["max", "average", "none"])
@pytest.mark.parametrize("head_width", [0, 5])
def test_shapes(pool, head_width):
    spec = dataclasses.replace(
        BASE, pool=pool, head_width=head_width, depth=3, residual=True, shape="same"
    )
    assert_equal_to_alone(members_of(spec, clip="norm", clip_threshold=0.1))


def test_shapes_that_differ_train_in_buckets_of_their_own():
    members = members_of(BASE) + members_of(dataclasses.replace(BASE, depth=1, width=3))
    assert len(Population(members, data(), together=8).buckets) == 2
    assert_equal_to_alone(members)


def test_who_drops_out_and_who_does_not_share_a_step():
    some = [dataclasses.replace(m, dropout=0.3) for m in members_of(BASE)[:2]]
    assert_equal_to_alone([members_of(BASE)[2], *some])


def test_result_depends_neither_on_company_nor_on_order():
    members, held = members_of(BASE, n=5, dropout=0.1, averaging="ema"), data()
    together = Population(members, held, together=8).run()
    apart = Population(members[::-1], held, together=2).run()
    for k in range(5):
        torch.testing.assert_close(together.thetas[k], apart.thetas[4 - k], rtol=1e-9, atol=1e-12)
