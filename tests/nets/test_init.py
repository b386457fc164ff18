import pytest
import torch

from justright.nets.family import initial_parameters, initial_statistics, parameter_slots
from justright.nets.family import statistic_slots as stat_slots
from justright.nets.init import draw
from justright.nets.slots import named
from justright.nets.spec import MAX_BINS
from tests.nets.specs import ACTIVATIONS, INITS, spec_with

FAN_IN, FAN_OUT = 300, 400  # 120,000 weights: a variance is known to about 0.5 %
VARIANCE = {"he": 2 / FAN_IN, "lecun": 1 / FAN_IN, "glorot": 2 / (FAN_IN + FAN_OUT)}


def start(spec, seed=3, prior=None):
    prior = torch.zeros(spec.n_outputs) if prior is None else prior
    flat = initial_parameters(spec, seed, prior)
    return {name: v[0] for name, v in named(parameter_slots(spec), flat.unsqueeze(0)).items()}


def wide(**changes):
    return spec_with(n_numeric=FAN_IN, n_plain=0, width=FAN_OUT, depth=1, **changes)


@pytest.mark.parametrize("init", INITS)
def test_variance_and_law_of_the_hidden_weights(init):
    family, law = init.split("_")
    weight = start(wide(init=init))["hidden.0.weight"]
    spread = VARIANCE[family] ** 0.5
    assert weight.mean().abs() < 0.02 * spread
    assert weight.var().item() == pytest.approx(VARIANCE[family], rel=0.02)
    # The fourth moment over the squared variance: 3 for a normal law, 9/5 for a uniform one.
    kurtosis = (weight**4).mean() / weight.var() ** 2
    assert kurtosis.item() == pytest.approx(3 if law == "normal" else 1.8, rel=0.04)
    if law == "uniform":
        assert weight.abs().max() <= 3**0.5 * spread


@pytest.mark.parametrize("init", INITS)
@pytest.mark.parametrize(("last", "scale"), [("plain", 1.0), ("prior", 0.1)])
def test_the_output_is_lecuns_or_a_tenth_of_it(init, last, scale):
    spec = wide(init=init, last_layer_init=last, n_outputs=300)
    weight = start(spec)["output.weight"]
    assert weight.var().item() == pytest.approx(scale**2 / FAN_OUT, rel=0.03)


def test_the_output_bias_starts_at_the_prior():
    prior = torch.tensor([1.0, 2.0, 3.0])
    assert torch.equal(start(spec_with(), prior=prior)["output.bias"], prior)


def test_a_plain_last_layer_ignores_the_prior():
    prior = torch.full((3,), 4.0)
    assert not start(spec_with(last_layer_init="plain"), prior=prior)["output.bias"].any()


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_constants(activation):
    values = start(spec_with(activation=activation, normalisation="layer"))
    for name, value in values.items():
        part = name.rpartition(".")[2]
        expected = {"gain": 1.0, "bias": 0.0, "slope": 0.25}.get(part)
        if expected is not None:
            assert (value == expected).all(), name


def test_a_members_start_depends_on_its_seed_alone():
    spec = spec_with(cardinalities=(7,), numeric_embedding="periodic", init="glorot_uniform")
    prior = torch.arange(3.0)
    first = initial_parameters(spec, 5, prior)
    torch.manual_seed(1)
    assert torch.equal(first, initial_parameters(spec, 5, prior))
    assert not torch.equal(first, initial_parameters(spec, 6, prior))


def test_starts_leave_torchs_own_generator_alone():
    before = torch.get_rng_state()
    initial_parameters(spec_with(), 5, torch.zeros(3))
    assert torch.equal(torch.get_rng_state(), before)


def test_periodic_embeddings_start_as_realmlps():
    spec = spec_with(
        n_numeric=500, numeric_embedding="periodic", embedding_size=4, frequency_scale=0.3
    )
    values = start(spec)
    assert values["numbers.frequency"].std().item() == pytest.approx(0.3, rel=0.03)
    assert values["numbers.phase"].abs().max() <= torch.pi
    assert values["numbers.phase"].std().item() == pytest.approx(torch.pi / 3**0.5, rel=0.03)
    assert values["numbers.weight"].abs().max() <= 0.25  # 1 / sqrt(16 frequencies)
    assert not values["numbers.bias"].any()


def test_piecewise_linear_starts_as_a_straight_line():
    values = start(spec_with(n_numeric=3_000, numeric_embedding="piecewise_linear"))
    assert not values["numbers.weight"].any()
    assert not values["numbers.bias"].any()
    assert values["numbers.linear"].std().item() == pytest.approx(1.0, rel=0.03)


def test_categories_start_with_norm_1():
    table = start(spec_with(cardinalities=(3_000,)))["category.0.table"]
    assert table.square().sum(-1).mean().item() == pytest.approx(1.0, rel=0.03)


def test_draw_has_the_dtype_asked_for():
    assert draw((2,), 1.0, "uniform", torch.Generator(), torch.float64).dtype == torch.float64


def test_statistics_start_at_mean_0_and_variance_1():
    spec = spec_with(normalisation="batch", numeric_embedding="piecewise_linear")
    edges = torch.arange(3 * (MAX_BINS + 1.0)).view(3, MAX_BINS + 1)
    flat = initial_statistics(spec, edges, torch.float64)
    values = named(stat_slots(spec), flat.unsqueeze(0))
    assert torch.equal(values["numbers.edges"][0], edges.double())
    for i in range(spec.depth):
        assert not values[f"norm.{i}.mean"].any()
        assert (values[f"norm.{i}.variance"] == 1).all()


def test_missing_edges_are_named():
    spec = spec_with(numeric_embedding="piecewise_linear")
    with pytest.raises(ValueError, match="need the bin edges"):
        initial_statistics(spec, None, torch.float32)
