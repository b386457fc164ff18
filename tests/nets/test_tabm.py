import dataclasses

import pytest
import torch

from justright.nets.family import initial_parameters, initial_statistics
from justright.nets.plain_tabm import TabmNet, build_tabm, load_tabm_member
from justright.nets.pooling import pooled
from justright.nets.slots import named, total
from justright.nets.spec import DenseSpec
from justright.nets.tabm_spec import TabmSpec
from justright.train.team import Team

BODY = DenseSpec(n_numeric=3, n_plain=1, cardinalities=(), n_outputs=2, depth=3, width=16)
INVERSE = {
    "none": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "exp": lambda z: z,  # logarithms of the target: their mean is what the loss asks for
    "softplus": torch.nn.functional.softplus,
    "softmax": lambda z: z.softmax(-1),
}


def spec_with(heads=4, pooling="softmax", **changes):
    return TabmSpec(body=dataclasses.replace(BODY, **changes), heads=heads, pooling=pooling)


def start_of(spec, seed=3, prior=None):
    prior = torch.zeros(spec.n_outputs) if prior is None else prior
    theta = initial_parameters(spec, seed, prior)
    return {k: v[0] for k, v in named(spec.parameter_slots(), theta[None]).items()}


@pytest.mark.parametrize("how", INVERSE)
def test_pooled_outputs_predict_the_mean_of_the_predictions(how):
    z = torch.randn(7, 5, 3, dtype=torch.float64)
    predict = INVERSE[how]
    torch.testing.assert_close(predict(pooled(z, how, dim=0)), predict(z).mean(0))


@pytest.mark.parametrize("how", INVERSE)
def test_pooled_outputs_and_their_slopes_stay_finite_where_all_are_sure(how):
    z = torch.tensor([[200.0, -200.0], [90.0, -300.0]], requires_grad=True)
    found = pooled(z, how, dim=0)
    found.sum().backward()
    assert found.isfinite().all()
    assert z.grad.isfinite().all()


def test_a_column_has_one_factor_for_each_submodel():
    spec = spec_with(numeric_embedding="periodic", cardinalities=(9,), n_plain=2)
    r = start_of(spec)["hidden.0.r"]
    assert spec.chunks == (4, 4, 4, 1, 1, *spec.body.embedding_sizes)
    for chunk in r.split(spec.chunks, dim=1):
        assert torch.equal(chunk, chunk[:, :1].expand_as(chunk))
    assert len(r.unique()) == 4 * 6


def test_submodels_start_from_one_body_and_differ_in_signs_and_heads():
    prior = torch.tensor([1.0, 2.0])
    values = start_of(spec_with(heads=64), prior=prior)
    assert set(values["hidden.0.r"].unique().tolist()) == {-1.0, 1.0}
    assert abs(values["hidden.0.r"].mean().item()) < 0.3
    ones = ["hidden.0.s", "hidden.1.r", "hidden.1.s", "hidden.2.r", "hidden.2.s"]
    assert all(torch.equal(values[n], torch.ones_like(values[n])) for n in ones)
    assert not torch.equal(values["output.weight"][0], values["output.weight"][1])
    assert torch.equal(values["output.bias"], prior.expand(64, 2))


@pytest.mark.parametrize("embedding", ["none", "periodic", "piecewise_linear"])
def test_side_by_side_they_put_out_what_the_plain_network_does(embedding):
    spec = spec_with(numeric_embedding=embedding, cardinalities=(5,))
    edges = torch.linspace(-2, 2, 49).expand(3, 49)
    thetas = [initial_parameters(spec, seed, torch.zeros(2)) for seed in (1, 2)]
    kept = [initial_statistics(spec, edges, torch.float32)] * 2
    x = torch.cat([torch.randn(6, 4), torch.arange(6.0)[:, None] % 5], dim=1)
    outputs = Team.of([spec, spec], thetas, kept).outputs(x[None])
    for theta, found in zip(thetas, outputs, strict=True):
        net = TabmNet(spec, dropout=0.5).eval()
        load_tabm_member(net, spec, theta, kept[0])
        torch.testing.assert_close(net(x), found)


def test_building_depends_on_its_seed_alone_and_leaves_others_alone():
    before = torch.get_rng_state()
    a, b, c = (build_tabm(spec_with(), seed=seed) for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(x, y) for x, y in zip(a.parameters(), b.parameters(), strict=True))
    assert not torch.equal(a.output.weight, c.output.weight)


def published(spec, **settings):
    """The network of the authors' package, of the same shape."""
    tabm = pytest.importorskip("tabm")
    embeddings = None
    if spec.body.embeds_numbers:
        bins = [torch.linspace(-2, 2, 49) for _ in range(spec.body.n_numeric)]
        embeddings = pytest.importorskip("rtdl_num_embeddings").PiecewiseLinearEmbeddings(
            bins, spec.body.embedding_size, activation=False, version="B"
        )
    return tabm.TabM.make(
        n_num_features=spec.body.n_numeric,
        d_out=spec.n_outputs,
        k=spec.heads,
        n_blocks=spec.depth,
        d_block=spec.body.width,
        num_embeddings=embeddings,
        **settings,
    ).eval()


PEERS = {
    "plain numbers": {"n_plain": 0},
    "one layer": {"n_plain": 0, "depth": 1},
    "embedded numbers": {"n_plain": 0, "numeric_embedding": "piecewise_linear", "depth": 2},
}


@pytest.mark.parametrize("changes", PEERS.values(), ids=PEERS)
def test_parameters_and_outputs_are_those_of_the_authors_package(changes):
    spec = spec_with(**changes)
    peer, net = published(spec), build_tabm(spec, seed=1).eval()
    n = sum(p.numel() for p in peer.parameters())
    assert n == total(spec.parameter_slots()) == sum(p.numel() for p in net.parameters())
    with torch.no_grad():
        for name, parameter in peer.named_parameters():
            if name.endswith((".r", ".s")):  # at the start most are 1
                parameter.normal_()
        for ours, (linear, *_) in zip(net.hidden, peer.backbone.blocks, strict=True):
            ours.linear.weight.copy_(linear.weight)
            for name in ("r", "s", "bias"):
                getattr(ours, name).copy_(getattr(linear, name))
        net.output.weight.copy_(peer.output.weight)
        net.output.bias.copy_(peer.output.bias)
        if spec.body.embeds_numbers:
            theirs = peer.num_module
            net.numbers.edges.copy_(torch.linspace(-2, 2, 49).expand(3, 49))
            net.numbers.linear.copy_(theirs.linear0.weight)
            net.numbers.bias.copy_(theirs.linear0.bias)
            net.numbers.weight.copy_(theirs.linear.weight)
        x = torch.randn(9, 3)
        torch.testing.assert_close(net.submodels(x).transpose(0, 1), peer(x))
