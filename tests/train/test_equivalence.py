"""A member trained in a population equals the same network trained alone in plain PyTorch.

This test guards everything: it runs optimizers, activations, normalisations, schedules, clipping,
losses, embeddings and noise against `torch.nn` and `torch.optim`, in float64, over 50 steps.
"""

import dataclasses

import numpy as np
import pytest
import torch

from justright.nets.family import statistic_slots
from justright.nets.plain import DenseNet, load_member
from justright.nets.slots import named
from justright.train.pack import initial_states
from justright.train.population import Population
from tests.train.alone import train_alone
from tests.train.mixed import (
    ACTIVATIONS,
    CLIPS,
    NORMS,
    OPTIMIZERS,
    SCHEDULES,
    STEPS,
    TOLERANCE,
    data_of,
    members_of,
    mixed,
    spec_with,
)  # fmt: skip

#: torch.optim.NAdam keeps the product of its momenta in the default dtype.
pytestmark = pytest.mark.usefixtures("float64")


def trained(members, data, together=64):
    """The newest weights and statistics of every member after its last step."""
    population, newest = Population(members, data, together=together), {}
    for numbers, pack in zip(population.numbers, population.packs, strict=True):
        while pack.n_steps < max(m.total_steps for m in pack.members):
            pack.step_and_look()
        newest |= {number: pack.team.own(k) for k, number in enumerate(numbers)}
    return [newest[i] for i in range(len(members))]


def net_of(spec, values):
    net = DenseNet(spec).double()
    load_member(net, spec, *values)
    return net


def assert_equal_to_alone(members, data, who=None):
    together = trained(members, data)
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
    # Plateau waits on scores: those of classes are calibrated, so it has its own test.
    schedules = tuple(s for s in SCHEDULES if s != "plateau")
    members = []
    for i, norm in enumerate(NORMS):
        turn = i + OPTIMIZERS.index(optimizer) + ACTIVATIONS.index(activation)
        spec = spec_with(activation=activation, normalisation=norm)
        schedule, clip = schedules[turn % len(schedules)], CLIPS[turn % 3]
        three = members_of(optimizer, spec=spec, schedule=schedule, clip=clip, total_steps=20)
        members.append(three[turn % 3])
    assert_equal_to_alone(members, data_of())


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_optimizer_with_every_schedule_and_clipping(optimizer, schedule):
    members = []
    total = STEPS if schedule == "plateau" else 30  # its first drop takes longest
    for i, clip in enumerate(CLIPS):
        spec = spec_with(activation="tanh", normalisation=NORMS[i], n_outputs=1)
        three = members_of(
            optimizer, spec=spec, schedule=schedule, clip=clip, loss="mse", total_steps=total
        )
        members.append(three[(i + len(schedule)) % 3])
    assert_equal_to_alone(members, data_of("regression"))


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


#: Each ingredient of RealMLP by itself, as changes to the spec and to the member.
REALMLP = {
    "input scaling": ({"input_scaling": True}, {"scaling_rate": 6.0}),
    "input scaling at the plain rate": ({"input_scaling": True}, {}),
    "activation blend": ({"activation_blend": True}, {"blend_rate": 0.1}),
    "ntk": ({"parametrisation": "ntk"}, {}),
    "bias rate": ({}, {"bias_rate": 0.1}),
    "embedding rate": ({"numeric_embedding": "periodic"}, {"embedding_rate": 0.1}),
    "category size": ({"category_size": 8}, {}),
    "decay schedule": ({}, {"weight_decay_schedule": "flat_cosine"}),
    "dropout schedule": ({}, {"dropout_schedule": "flat_cosine", "dropout": 0.3}),
    "start by data": ({"init": "data_normal", "bias_init": "hull"}, {}),
}
WHOLE = {k: v for own in REALMLP.values() for part in own for k, v in part.items()}


def with_ingredient(member, changes):
    shape = {k: v for k, v in changes.items() if k in member.spec.__dataclass_fields__}
    own = {k: v for k, v in changes.items() if k not in shape}
    spec = dataclasses.replace(member.spec, **shape)
    return dataclasses.replace(member, spec=spec, **own)


@pytest.mark.parametrize(
    ("name", "optimizer"),
    [(name, o) for name in REALMLP for o in (OPTIMIZERS if name == "ntk" else ("sgd", "adamw"))],
)
def test_each_ingredient_of_realmlp_beside_ordinary_members(name, optimizer):
    spec = spec_with(cardinalities=(12,), activation="silu", last_layer_init="plain")
    members = members_of(optimizer, spec=spec, total_steps=30, schedule="cosine_cycles")
    changes = REALMLP[name][0] | REALMLP[name][1]
    own = with_ingredient(members[1], changes)
    other = with_ingredient(own, {"learning_rate": 0.02})
    assert_equal_to_alone([members[0], own, other, members[2]], data_of(n_codes=1))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_realmlp_whole_with_every_activation(activation):
    shape = {"activation": activation, "normalisation": NORMS[ACTIVATIONS.index(activation) % 3]}
    ordinary = members_of("adamw", spec=spec_with(width=9, **shape), dropout=0.1)
    whole = [with_ingredient(m, WHOLE | {"numeric_embedding": "none"}) for m in ordinary[1:]]
    narrow = with_ingredient(whole[0], {"width": 5, "depth": 1, "input_dropout": 0.2})
    assert_equal_to_alone([ordinary[0], *whole, ordinary[1], narrow], data_of())


def test_realmlps_that_share_their_rates_step_at_once():
    for optimizer in ("adamw", "sgd"):
        one, other, _ = members_of(optimizer, schedule="cosine_cycles")
        same = {"learning_rate": 0.01, "weight_decay": 0.02, "momentum": 0.9, "beta2": 0.95}
        members = [with_ingredient(m, WHOLE | same) for m in (one, other)]
        assert_equal_to_alone(members, data_of())


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


@pytest.mark.parametrize(
    ("task", "loss"),
    [
        ("multiclass", "cross_entropy"),
        ("binary", "binary_cross_entropy"),
        ("regression", "mse"),
    ],
)
def test_what_is_taught_in_the_place_of_the_target(task, loss):
    n_outputs = 3 if task == "multiclass" else 1
    members = mixed(7, 4, n_outputs=n_outputs, losses=[loss])
    members = [dataclasses.replace(m, total_steps=20) for m in members]
    data = data_of(task)
    said = torch.randn(len(data.y), 3, generator=torch.Generator().manual_seed(8)).double()
    taught = said.softmax(-1) if task != "regression" else said
    data = dataclasses.replace(data, taught=taught if n_outputs == 3 else taught[:, 0])
    assert_equal_to_alone(members, data)
    # Scores are of the target itself.
    plain = dataclasses.replace(data, taught=None)
    assert Population(members, data).scores() == Population(members, plain).scores()


@pytest.mark.parametrize("seed", range(6))
def test_members_that_differ_in_every_lever_equal_plain_torch(seed):
    members = [dataclasses.replace(m, total_steps=STEPS) for m in mixed(seed, 9)]
    assert_equal_to_alone(members, data_of())


@pytest.mark.parametrize("embedding", ["periodic", "piecewise_linear"])
def test_mixed_members_with_embeddings_equal_plain_torch(embedding):
    # None has batch norm: before it, a shift has no gradient but rounding, which Adam blows up.
    members = mixed(24, 5, numeric_embedding=embedding, cardinalities=(12,))
    members = [dataclasses.replace(m, total_steps=STEPS) for m in members]
    assert_equal_to_alone(members, data_of(n_codes=1))


def test_mixed_losses_equal_plain_torch():
    members = mixed(2, 6, n_outputs=1, losses=["mse", "mae", "huber"])
    members = [dataclasses.replace(m, total_steps=STEPS) for m in members]
    assert_equal_to_alone(members, data_of("regression"))


VIEWS = {
    "weighted": ("weights",),
    "shuffled": ("targets",),
    "weighted and shuffled": ("weights", "targets"),
}


def with_views(members, names, n=60):
    """Each with row weights or moved targets of its own; every third as it was."""
    changed = []
    for i, m in enumerate(members):
        draw = np.random.default_rng(i)
        train, moved = m.view.train, np.arange(n)
        weights = draw.exponential(size=n)
        moved[train] = draw.permutation(train)
        own = {"weights": weights / weights[train].mean(), "targets": moved}
        view = dataclasses.replace(m.view, **{name: own[name] for name in names})
        changed.append(m if i % 3 == 2 else dataclasses.replace(m, view=view))
    return changed


@pytest.mark.parametrize("names", VIEWS.values(), ids=VIEWS)
@pytest.mark.parametrize(
    ("task", "losses"),
    [
        ("multiclass", ["cross_entropy"]),
        ("binary", ["binary_cross_entropy"]),
        ("regression", ["mse", "mae", "huber"]),
    ],
)
def test_views_with_weights_and_moved_targets(task, losses, names):
    members = mixed(4, 4, losses=losses, n_outputs=3 if task == "multiclass" else 1)
    members = [dataclasses.replace(m, total_steps=20) for m in with_views(members, names)]
    assert_equal_to_alone(members, data_of(task))


def test_moved_targets_are_as_data_whose_targets_are_moved():
    data = data_of()
    [moved], [plain] = (with_views(mixed(5, 1), names) for names in (("targets",), ()))
    rows = torch.from_numpy(moved.view.targets)
    assert not torch.equal(data.y[rows], data.y), "the case must move some"
    found = Population([moved], data, together=1).run()
    expected = Population([plain], dataclasses.replace(data, y=data.y[rows]), together=1).run()
    assert torch.equal(found.thetas[0], expected.thetas[0])
    assert found.scores == expected.scores


def test_batch_norm_statistics_are_recomputed_after_averaging():
    """With every row in the statistics, they are those of a pass in training mode."""
    spec = spec_with(normalisation="batch", n_outputs=1)
    # A plain signal and a slow rate, so that the loss still falls while weights are averaged.
    data = data_of("regression")
    data = dataclasses.replace(data, y=data.x[:, 0])
    for averaging in ("ema", "swa", "last_k"):
        member, other, _ = members_of("adam", spec=spec, loss="mse", averaging=averaging)
        member = dataclasses.replace(member, learning_rate=2e-3)
        outcome = Population([member, other], data, together=2).run()
        net, seen = net_of(spec, (outcome.thetas[0], outcome.statistics[0])), {}
        net.hidden[0].norm.register_forward_pre_hook(
            lambda _, args, seen=seen: seen.update(h=args[0])
        )
        net.eval()(data.x[member.view.train])
        kept = named(statistic_slots(spec), outcome.statistics[0].unsqueeze(0))
        assert outcome.traces[0].best_step > 0.75 * STEPS, "it must end in the averaged part"
        mean, variance = kept["norm.0.mean"][0], kept["norm.0.variance"][0]
        torch.testing.assert_close(mean, seen["h"].mean(0))
        torch.testing.assert_close(variance, seen["h"].var(0, unbiased=False))
