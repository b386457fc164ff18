"""A member trained in a population equals the same network trained alone in plain PyTorch.

This test guards everything: it runs optimizers, activations, normalisations, schedules, clipping,
losses, embeddings and noise against `torch.nn` and `torch.optim`, in float64, over 50 steps.
"""

import dataclasses

import numpy as np
import pytest
import torch

from justright.kinds import View
from justright.nets.dense import statistic_slots
from justright.nets.plain import DenseNet, load_member
from justright.nets.slots import named
from justright.nets.spec import DenseSpec
from justright.train.dataset import Dataset
from justright.train.member import Member
from justright.train.pack import initial_states
from justright.train.population import Population
from tests.train.alone import train_alone

OPTIMIZERS = ("sgd", "sgd_nesterov", "rmsprop", "adam", "adamw", "nadam", "adamax")
ACTIVATIONS = (
    "logistic", "tanh", "relu", "leaky_relu", "prelu", "rrelu", "elu", "selu", "gelu", "silu",
    "mish",
)  # fmt: skip
NORMS = ("none", "batch", "layer")
SCHEDULES = ("constant", "step", "exponential", "plateau", "one_cycle", "cosine", "linear")
CLIPS = ("none", "norm", "value")
STEPS, TOLERANCE = 50, 1e-9  # steps; relative
RATE = {"sgd": 0.05, "sgd_nesterov": 0.05, "rmsprop": 0.002}  # others 0.01

BASE = DenseSpec(n_numeric=4, n_plain=2, cardinalities=(), n_outputs=3, depth=2, width=6)


@pytest.fixture(autouse=True)
def float64():
    """torch.optim.NAdam keeps the product of its momenta in the default dtype."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def data_of(task="multiclass", n_codes=0, n=60):
    generator = torch.Generator().manual_seed(5)
    x = torch.randn(n, 6 + n_codes, generator=generator, dtype=torch.float64)
    for i in range(n_codes):
        x[:, 6 + i] = torch.randint(0, 12, (n,), generator=generator).double()
    signal = x[:, 0] + x[:, 1] * x[:, 2] + 0.3 * x[:, 4]
    if task == "regression":
        return Dataset(task=task, x=x, y=signal)
    edges = torch.tensor([0.0] if task == "binary" else [-0.5, 0.6], dtype=torch.float64)
    return Dataset(task=task, x=x, y=torch.bucketize(signal, edges), n_classes=len(edges) + 1)


def members_of(optimizer, n=60, dropout=0.0, spec=BASE, **settings):
    """Three members that differ in everything a member may differ in, folds among it."""
    rate = RATE.get(optimizer, 0.01)
    views = [
        View(
            train=np.flatnonzero(np.arange(n) % 3 != fold),
            validation=np.flatnonzero(np.arange(n) % 3 == fold),
            fold=fold,
        )
        for fold in range(2)
    ]
    schedule = settings.get("schedule", "constant")
    common = {
        "spec": spec, "loss": "cross_entropy", "optimizer": optimizer, "schedule": schedule,
        "batch_size": 16, "epoch_steps": 5, "total_steps": STEPS,
        "warmup_share": 0.1 if schedule == "linear" else 0.0,
    } | settings  # fmt: skip
    return [
        Member(
            seed=11 + i,
            order_seed=i,
            view=views[i % 2],
            learning_rate=rate * (1 + i),
            weight_decay=0.01 * i,
            dropout=dropout and dropout + 0.1 * i,
            label_smoothing=0.05 * i,
            clip_threshold=0.1 * (i + 1),
            momentum=0.9 - 0.05 * i,
            beta2=0.99 - 0.01 * i,
            **common,
        )
        for i in range(3)
    ]


def trained(members, data, **how):
    """The newest weights and statistics of every member after its last step."""
    population, newest = Population(members, data, **how), {}
    for numbers, pack in zip(population.numbers, population.packs, strict=True):
        while pack.n_steps < max(m.total_steps for m in pack.members):
            pack.step_and_look()
        newest |= {number: pack.team.own(k) for k, number in enumerate(numbers)}
    return [newest[i] for i in range(len(members))]


def net_of(spec, values):
    net = DenseNet(spec).double()
    load_member(net, spec, *values)
    return net


def assert_equal_to_alone(members, data, who=None, **how):
    together = trained(members, data, **how)
    for k in range(len(members)) if who is None else (who,):
        start = initial_states([members[k]], data)[0]
        start = (start["theta"], start["statistics"])
        alone = train_alone(members[k], data, *start)
        compare(members[k].spec, together[k], alone, start)


def compare(spec, values, alone, start):
    for (name, a), b, before in zip(
        net_of(spec, values).state_dict().items(),
        alone.state_dict().values(),
        net_of(spec, start).state_dict().values(),
        strict=True,
    ):
        if name.endswith("num_batches_tracked"):
            continue
        scale = b.abs().max().clamp(min=1e-3)
        assert ((a - b).abs().max() / scale).item() < TOLERANCE, name
        assert name.endswith("edges") or (b - before).abs().max() > 0, f"{name} never moved"


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_optimizer_with_every_activation_and_norm(optimizer, activation):
    for i, norm in enumerate(NORMS):
        turn = i + OPTIMIZERS.index(optimizer) + ACTIVATIONS.index(activation)
        # Plateau waits on scores: those of classes are calibrated, so it has its own test.
        schedule = tuple(s for s in SCHEDULES if s != "plateau")[turn % 6]
        spec = spec_with(activation=activation, normalisation=norm)
        members = members_of(optimizer, spec=spec, schedule=schedule, clip=CLIPS[turn % 3])
        assert_equal_to_alone(members, data_of(), turn % 3)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_optimizer_with_every_schedule_and_clipping(optimizer, schedule):
    for i, clip in enumerate(CLIPS):
        spec = spec_with(activation="tanh", normalisation=NORMS[i], n_outputs=1)
        members = members_of(optimizer, spec=spec, schedule=schedule, clip=clip, loss="mse")
        assert_equal_to_alone(members, data_of("regression"), (i + len(schedule)) % 3)


def spec_with(**changes):
    return dataclasses.replace(BASE, **changes)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_members_that_share_their_rates_step_at_once(optimizer):
    members = [
        dataclasses.replace(m, learning_rate=0.01, weight_decay=0.02, momentum=0.9, beta2=0.99)
        for m in members_of(optimizer, schedule="cosine")
    ]
    assert_equal_to_alone(members, data_of())


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_members_that_differ_in_rates_alone_step_at_once(optimizer):
    members = members_of(optimizer, schedule="linear")
    members = [dataclasses.replace(m, momentum=0.9, beta2=0.99) for m in members]
    assert_equal_to_alone(members, data_of())


@pytest.mark.parametrize("activation", ["relu", "selu", "rrelu"])
@pytest.mark.parametrize("normalisation", NORMS)
def test_dropout_draws_from_the_members_own_stream(activation, normalisation):
    spec = spec_with(activation=activation, normalisation=normalisation)
    members = members_of("adamw", dropout=0.2, spec=spec, schedule="cosine", input_dropout=0.1)
    assert_equal_to_alone(members, data_of())


@pytest.mark.parametrize("embedding", ["none", "periodic", "piecewise_linear"])
@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize("shape", ["same", "funnel"])
def test_embeddings_residuals_and_shapes(embedding, residual, shape):
    spec = spec_with(
        numeric_embedding=embedding,
        cardinalities=(12, 12),
        residual=residual,
        shape=shape,
        width=32,
        depth=4,
        activation="silu",
    )
    members = members_of("adamw", spec=spec, schedule="linear", clip="norm")
    assert_equal_to_alone(members, data_of(n_codes=2), 1)


@pytest.mark.parametrize("depth", [0, 1, 8])
def test_every_depth(depth):
    assert_equal_to_alone(members_of("adam", spec=spec_with(depth=depth)), data_of(), 2)


@pytest.mark.parametrize(
    ("task", "loss"),
    [
        ("binary", "binary_cross_entropy"),
        ("regression", "mse"),
        ("regression", "mae"),
        ("regression", "huber"),
    ],
)
def test_every_loss(task, loss):
    spec = spec_with(n_outputs=1, activation="gelu")
    assert_equal_to_alone(members_of("nadam", spec=spec, loss=loss), data_of(task), 1)


def mixed(seed, n, **settings):
    """Members that differ in every lever at random."""
    draw = np.random.default_rng(seed).choice
    members = []
    for i in range(n):
        spec = spec_with(
            depth=int(draw([0, 1, 2, 4])),
            width=int(draw([8, 11, 16, 40])),
            shape=str(draw(["same", "funnel"])),
            activation=str(draw(ACTIVATIONS)),
            normalisation=str(draw(NORMS)),
            residual=bool(draw([False, True])),
            **{k: v for k, v in settings.items() if k in BASE.__dataclass_fields__},
        )
        optimizer = str(draw(OPTIMIZERS))
        [member, *_] = members_of(
            optimizer,
            spec=spec,
            schedule=str(draw([s for s in SCHEDULES if s != "plateau"])),
            clip=str(draw(CLIPS)),
            input_dropout=float(draw([0.0, 0.2])),
            dropout=float(draw([0.0, 0.3])),
            loss=str(draw(settings.get("losses", ["cross_entropy"]))),
            batch_size=int(draw([16, 16, 10])),
        )
        total = int(draw([30, STEPS]))
        members.append(dataclasses.replace(member, seed=i, order_seed=i % 3, total_steps=total))
    return members


@pytest.mark.parametrize("seed", range(6))
def test_members_that_differ_in_every_lever_equal_plain_torch(seed):
    members = [dataclasses.replace(m, total_steps=STEPS) for m in mixed(seed, 9)]
    assert_equal_to_alone(members, data_of(), together=64)


@pytest.mark.parametrize("embedding", ["periodic", "piecewise_linear"])
def test_mixed_members_with_embeddings_equal_plain_torch(embedding):
    members = mixed(1, 5, numeric_embedding=embedding, cardinalities=(12,))
    members = [dataclasses.replace(m, total_steps=STEPS) for m in members]
    assert_equal_to_alone(members, data_of(n_codes=1), together=64)


def test_mixed_losses_equal_plain_torch():
    members = mixed(2, 6, n_outputs=1, losses=["mse", "mae", "huber"])
    members = [dataclasses.replace(m, total_steps=STEPS) for m in members]
    assert_equal_to_alone(members, data_of("regression"), together=64)


def test_a_member_does_not_depend_on_its_neighbours():
    spec = spec_with(activation="rrelu", normalisation="batch", cardinalities=(12,))
    recipe = recipe_of("adamw", "one_cycle", "norm", averaging="ema", input_dropout=0.2)
    members, data = members_of("adamw", dropout=0.1), data_of(n_codes=1)
    together = Population(spec, recipe, members, data).run()
    for k, member in enumerate(members):
        alone = Population(spec, recipe, [member], data).run()
        torch.testing.assert_close(together.theta[k], alone.theta[0], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(together.scores[k], alone.scores[0], rtol=1e-9)


def test_a_diverging_member_never_harms_its_neighbours():
    spec, recipe = spec_with(normalisation="batch"), recipe_of("sgd", "constant", "none")
    good, *_ = members_of("sgd")
    bad = Member(seed=1, order_seed=0, view=good.view, learning_rate=1e200)
    together = Population(spec, recipe, [bad, good], data_of()).run()
    alone = Population(spec, recipe, [good], data_of()).run()
    assert together.traces[0].stopped == "diverged"
    assert together.traces[1].stopped == "epochs"
    torch.testing.assert_close(together.theta[1], alone.theta[0], rtol=1e-9, atol=1e-12)


def test_batch_norm_statistics_are_recomputed_after_averaging():
    """With every row in the statistics, they are those of a pass in training mode."""
    spec = spec_with(normalisation="batch", n_outputs=1)
    recipe = recipe_of("adam", "constant", "none", loss="mse", averaging="swa")
    # A plain signal and a slow rate, so that the loss still falls while weights are averaged.
    data = data_of("regression")
    data = dataclasses.replace(data, y=data.x[:, 0])
    members = [dataclasses.replace(members_of("adam")[0], learning_rate=2e-3)]
    outcome = Population(spec, recipe, members, data).run()
    net = DenseNet(spec).double()
    load_member(net, spec, outcome.theta[0], outcome.statistics[0])
    seen = {}
    net.hidden[0].norm.register_forward_pre_hook(lambda _, args: seen.update(h=args[0]))
    net.eval()(data.x[members[0].view.train])
    kept = named(statistic_slots(spec), outcome.statistics)
    assert outcome.traces[0].best_step > 0.75 * STEPS, "the case must end in the averaged part"
    torch.testing.assert_close(kept["norm.0.mean"][0], seen["h"].mean(0))
    torch.testing.assert_close(kept["norm.0.variance"][0], seen["h"].var(0, unbiased=False))
