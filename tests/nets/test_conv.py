import dataclasses

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from justright.nets.conv_spec import ConvSpec
from justright.nets.init import fans, initial_row
from justright.nets.plain_conv import ConvNet, build_conv, load_conv_member
from justright.nets.slots import named, total
from tests.nets.specs import ACTIVATIONS, INITS

BASE = ConvSpec(image=(1, 8, 8), n_outputs=3, depth=2, width=4)

conv_specs = st.builds(
    ConvSpec,
    image=st.tuples(st.sampled_from((1, 3)), st.integers(1, 13), st.integers(1, 13)),
    n_outputs=st.integers(1, 3),
    depth=st.integers(1, 6),
    width=st.integers(1, 6),
    kernel=st.sampled_from((1, 3, 5)),
    shape=st.sampled_from(("same", "double")),
    pool=st.sampled_from(("max", "average", "none")),
    activation=st.sampled_from(ACTIVATIONS),
    init=st.sampled_from(INITS),
    last_layer_init=st.sampled_from(("prior", "plain")),
    normalisation=st.sampled_from(("none", "batch")),
    residual=st.booleans(),
    head_width=st.sampled_from((0, 5)),
)


def spec_with(**changes):
    return dataclasses.replace(BASE, **changes)


def parts(spec, seed=3, prior=None):
    prior = torch.zeros(spec.n_outputs) if prior is None else prior
    slots = spec.parameter_slots()
    return {k: v[0] for k, v in named(slots, initial_row(slots, spec, seed, prior)[None]).items()}


SHAPES = {
    "28 pixels, three layers": (
        {"image": (1, 28, 28), "depth": 3, "width": 16},
        ((1, 28, 28), (16, 14, 14), (32, 7, 7), (64, 3, 3)),
    ),
    "pooling ends under 4 pixels, and doubling with it": (
        {"depth": 5},
        ((1, 8, 8), (4, 4, 4), (8, 2, 2), (16, 2, 2), (16, 2, 2), (16, 2, 2)),
    ),
    "the shorter side decides": (
        {"image": (3, 4, 32)},
        ((3, 4, 32), (4, 2, 16), (8, 2, 16)),
    ),
    "same channels": ({"shape": "same"}, ((1, 8, 8), (4, 4, 4), (4, 2, 2))),
    "no pooling": ({"pool": "none"}, ((1, 8, 8), (4, 8, 8), (4, 8, 8))),
    "doubling ends at 128": (
        {"image": (1, 64, 64), "depth": 4, "width": 48},
        ((1, 64, 64), (48, 32, 32), (96, 16, 16), (128, 8, 8), (128, 4, 4)),
    ),
    "a wider start stays as wide": (
        {"image": (1, 16, 16), "depth": 2, "width": 200},
        ((1, 16, 16), (200, 8, 8), (200, 4, 4)),
    ),
}


@pytest.mark.parametrize(("changes", "shapes"), SHAPES.values(), ids=SHAPES)
def test_shapes_layer_by_layer(changes, shapes):
    assert spec_with(**changes).shapes == shapes


def test_slots_of_a_network_with_everything():
    spec = spec_with(normalisation="batch", activation="prelu", head_width=5, depth=1)
    assert [(slot.name, slot.shape, slot.decays) for slot in spec.parameter_slots()] == [
        ("conv.0.weight", (4, 1, 3, 3), True),
        ("norm.0.gain", (4,), False),
        ("norm.0.bias", (4,), False),
        ("activation.0.slope", (1,), False),
        ("head.weight", (64, 5), True),
        ("head.bias", (5,), False),
        ("activation.head.slope", (1,), False),
        ("output.weight", (5, 3), True),
        ("output.bias", (3,), False),
    ]
    assert [slot.name for slot in spec.statistic_slots()] == ["norm.0.mean", "norm.0.variance"]


def test_a_convolution_without_batch_norm_has_a_bias():
    assert [slot.name for slot in spec_with(depth=1).parameter_slots()] == [
        "conv.0.weight", "conv.0.bias", "output.weight", "output.bias",
    ]  # fmt: skip
    assert spec_with().statistic_slots() == ()


@settings(max_examples=60, deadline=None)
@given(conv_specs)
def test_the_network_agrees_with_its_spec(spec):
    net = ConvNet(spec)
    assert sum(p.numel() for p in net.parameters()) == total(spec.parameter_slots())
    x = torch.randn(4, *spec.image)
    sizes = [x.shape[1:]]
    h = x
    for layer in net.layers:
        h = layer(h)
        sizes.append(h.shape[1:])
    assert tuple(map(tuple, sizes)) == spec.shapes
    assert net(x).shape == (4, spec.n_outputs)
    assert torch.equal(net.eval()(x), net(x.flatten(1)))


@settings(max_examples=60, deadline=None)
@given(conv_specs, st.integers(0, 2**31))
def test_a_row_comes_back_from_the_network_that_it_filled(spec, seed):
    generator = torch.Generator().manual_seed(seed)
    theta = torch.randn(total(spec.parameter_slots()), generator=generator)
    statistics = torch.rand(total(spec.statistic_slots()), generator=generator)
    net = ConvNet(spec)
    load_conv_member(net, spec, theta, statistics)
    filled = torch.cat([p.flatten() for p in net.parameters()])
    assert torch.equal(filled.sort().values, theta.sort().values)
    kept = [b.flatten() for n, b in net.named_buffers() if "running" in n]
    assert torch.equal(torch.cat([*kept, torch.zeros(0)]), statistics)


def test_loaded_values_stand_where_their_names_say():
    spec = spec_with(normalisation="batch", activation="prelu", head_width=5)
    theta = torch.arange(float(total(spec.parameter_slots())))
    statistics = torch.arange(float(total(spec.statistic_slots())))
    net, values = ConvNet(spec), named(spec.parameter_slots(), theta[None])
    load_conv_member(net, spec, theta, statistics)
    assert torch.equal(net.layers[1].conv.weight, values["conv.1.weight"][0])
    assert torch.equal(net.layers[1].norm.weight, values["norm.1.gain"][0])
    assert torch.equal(net.head.linear.weight, values["head.weight"][0].T)
    assert torch.equal(net.head.activation.weight, values["activation.head.slope"][0])
    assert torch.equal(net.output.weight, values["output.weight"][0].T)
    assert torch.equal(net.layers[1].norm.running_var, statistics[-8:])


@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize("pool", ["max", "average"])
def test_a_layer_is_conv_norm_activation_residual_pool(residual, pool):
    spec = spec_with(shape="same", normalisation="batch", residual=residual, pool=pool)
    net = build_conv(spec, seed=1).eval()
    x, layer = torch.randn(2, 4, 4, 4), net.layers[1]
    h = torch.relu(layer.norm(torch.conv2d(x, layer.conv.weight, padding=1)))
    h = h + x if residual else h
    pooled = torch.max_pool2d(h, 2) if pool == "max" else torch.nn.functional.avg_pool2d(h, 2)
    torch.testing.assert_close(layer(x), pooled)


def test_the_first_layer_never_adds_its_input():
    assert spec_with(image=(4, 8, 8), shape="same", residual=True).adds_input == (False, True)
    assert spec_with(shape="double", residual=True).adds_input == (False, False)


def test_fans_count_every_pixel_of_the_kernel():
    assert fans((16, 8, 5, 5)) == (200, 400)


@pytest.mark.parametrize("init", INITS)
def test_variance_and_law_of_the_kernels(init):
    spec = spec_with(image=(48, 8, 8), width=80, depth=1, init=init)  # 34,560 weights
    fan_in, fan_out = 48 * 9, 80 * 9
    expected = {"he": 2 / fan_in, "lecun": 1 / fan_in, "glorot": 2 / (fan_in + fan_out)}
    family, law = init.split("_")
    weight = parts(spec)["conv.0.weight"]
    assert weight.var().item() == pytest.approx(expected[family], rel=0.03)
    kurtosis = (weight**4).mean() / weight.var() ** 2
    assert kurtosis.item() == pytest.approx(3 if law == "normal" else 1.8, rel=0.06)


def test_he_keeps_the_spread_through_relu_layers():
    spec = spec_with(image=(16, 16, 16), width=64, depth=4, shape="same", pool="none")
    net = build_conv(spec, seed=2)
    x = torch.randn(8, 16, 16, 16)
    with torch.no_grad():
        squares = [x.square().mean()]
        for layer in net.layers:
            x = layer(x)
            squares.append(x.square().mean())
    # Half the square passes ReLU and He doubles it; what is lost is the padding at the border.
    assert 0.5 < squares[-1] / squares[0] < 1.5


def test_the_output_starts_at_the_prior_with_small_weights():
    prior = torch.tensor([1.0, 2.0, 3.0])
    values = parts(spec_with(width=64), prior=prior)
    assert torch.equal(values["output.bias"], prior)
    assert values["output.weight"].var().item() == pytest.approx(0.01 / 512, rel=0.1)


def test_building_depends_on_its_seed_alone_and_leaves_others_alone():
    before = torch.get_rng_state()
    a, b, c = (build_conv(BASE, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(x, y) for x, y in zip(a.parameters(), b.parameters(), strict=True))
    assert not torch.equal(a.output.weight, c.output.weight)


def test_dropout_acts_in_training_only():
    net = build_conv(spec_with(width=16, head_width=8), seed=1, dropout=0.5, input_dropout=0.2)
    x = torch.randn(3, 1, 8, 8)
    assert torch.equal(net.eval()(x), net(x))
    torch.manual_seed(0)
    assert not torch.equal(net.train()(x), net(x))
