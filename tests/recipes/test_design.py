"""Only the design, and why."""

import json

import msgspec
import pytest
import torch
from torch import nn

from justright.kinds import Design, InputLayout, LogEntry, Profile
from justright.nets.dense import parameter_slots
from justright.nets.slots import total
from justright.nets.spec import DenseSpec
from justright.recipes.design import PlannedDesign, design
from justright.recipes.ground import lay_ground
from justright.recipes.wish import Wish
from tests.recipes.small import EPOCHS, KINDS, table


@pytest.fixture(scope="module", params=KINDS)
def planned(request):
    return design(table(request.param), "y", overrides={"depth": 2, "normalisation": "batch"})


def test_every_lever_is_explained(planned):
    said = " ".join(planned.explain(width=80).split())
    for decision in planned.design.decisions:
        assert decision.lever in said
        assert decision.reason in said, decision.lever
    assert "you set it" in said


def test_five_lines(planned):
    assert len(planned.summary()) == 5
    assert repr(planned) == "\n".join(planned.summary())


def test_html_stands_alone(planned):
    html = planned._repr_html_()
    assert html.lstrip().startswith("<") and "http" not in html.split("arxiv")[0][:200]
    assert "depth" in html and "<script src" not in html


def test_build_gives_a_plain_module(planned):
    net = planned.build()
    assert isinstance(net, nn.Module) and net.training
    n_columns = planned.layout.n_columns
    outputs = net(torch.zeros(4, n_columns))
    assert outputs.shape == (4, planned.design.task.n_outputs)
    n_weights = sum(parameter.numel() for parameter in net.parameters())
    assert n_weights == total(parameter_slots(DenseSpec.of(planned.design, planned.layout)))
    outputs.sum().backward()
    assert all(p.grad is not None for p in net.parameters() if p.requires_grad)


def test_build_leaves_the_global_generator_untouched(planned):
    torch.manual_seed(5)
    before = torch.get_rng_state()
    planned.build(seed=1)
    assert torch.equal(before, torch.get_rng_state())


def test_build_of_a_seed(planned):
    def weights(seed):
        return torch.cat([p.detach().flatten() for p in planned.build(seed=seed).parameters()])

    assert torch.equal(weights(1), weights(1)) and not torch.equal(weights(1), weights(2))


def test_the_plain_data_come_back_from_json(planned):
    read = json.loads(json.dumps(planned.to_dict()))
    kinds = {"design": Design, "profile": Profile, "layout": InputLayout}
    for name, kind in kinds.items():
        assert msgspec.convert(read[name], kind) == getattr(planned, name)
    assert msgspec.convert(read["logbook"], tuple[LogEntry, ...]) == planned.log


def test_the_design_of_a_fit_is_this_one(fitted):
    found = design(table("binary"), "y", time_s=5, overrides=EPOCHS).design
    run = fitted("binary").run
    assert run.profile == design(table("binary"), "y", time_s=5, overrides=EPOCHS).profile
    measured = {d.lever for d in run.design.decisions if d.origin == "measurement"}
    assert "learning_rate" in measured
    for decision in found.decisions:
        if decision.lever not in measured:
            assert decision == run.design.decision(decision.lever)


def test_the_profile_is_of_the_development_rows():
    ground = lay_ground(Wish(data=table(), target="y", time_s=60))
    planned = PlannedDesign(ground)
    assert planned.profile.n_rows == len(ground.development) == 96
    assert planned.layout.n_columns > 5


@pytest.mark.parametrize("time_s", [10.0, 600.0])
def test_the_time_is_a_fact(time_s):
    assert design(table(), "y", time_s=time_s).profile.budget_s == time_s
