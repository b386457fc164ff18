"""Watching neither breaks nor repeats what torch compiles, traces and exports."""

import io

import pytest
import torch
from torch import nn
from torch._dynamo.utils import counters
from torch.nn import functional as F

from justright.doctor.record.recorder import Recorder

STEPS = 6


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.norm, self.last = nn.Linear(6, 8), nn.BatchNorm1d(8), nn.Linear(8, 2)

    def forward(self, x):
        return self.last(torch.relu(self.norm(self.first(x))))


def whole_model(net, backend):
    compiled = torch.compile(net, backend=backend)
    return lambda x, y: F.cross_entropy(compiled(x), y)


def in_place(net, backend):
    net.compile(backend=backend)
    return lambda x, y: F.cross_entropy(net(x), y)


def with_loss(net, backend):
    return torch.compile(lambda x, y: F.cross_entropy(net(x), y), backend=backend)


def trained(make, backend, door, *, late):
    """Weights in the end, what was compiled and broken, and what was recorded."""
    torch._dynamo.reset()
    counters.clear()
    torch.manual_seed(0)
    net = Net()
    optimizer = torch.optim.Adam(net.parameters())
    recorder = Recorder(door=door or "check")

    def begin():
        if door == "watch":
            recorder.watch([net], [optimizer])
        elif door:
            recorder.attach()

    if not late:
        begin()
    loss = make(net, backend)
    for place in range(STEPS):
        if late and place == 2:
            begin()
        optimizer.zero_grad()
        loss(torch.randn(8, 6), torch.randint(0, 2, (8,))).backward()
        optimizer.step()
    recorder.detach()
    graphs = counters["stats"]["unique_graphs"], dict(counters["graph_break"])
    weights = torch.cat([value.detach().flatten() for value in net.parameters()])
    return weights, graphs, recorder.evidence(stopped="end")


@pytest.mark.parametrize("backend", ["eager", "aot_eager"])
@pytest.mark.parametrize("make", [whole_model, in_place, with_loss])
def test_the_same_graphs_and_weights(make, backend):
    plain, graphs, _ = trained(make, backend, None, late=False)
    for door, late in (("check", False), ("watch", False), ("watch", True)):
        weights, ours, evidence = trained(make, backend, door, late=late)
        assert torch.equal(weights, plain)
        # A compiled function with the loss inside is compiled anew, once, when the watching begins.
        assert ours == (graphs[0] + (late and make is with_loss), graphs[1])
        assert evidence.conduct.steps == STEPS - 2 * late
        assert not [why for why in evidence.because.values() if "failed" in why]
        if make is whole_model:
            assert evidence.conduct.learned_in_training_mode > 0


@pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")
def test_tracing_scripting_and_export_see_nothing_of_ours():
    net, x = Net().eval(), torch.randn(4, 6)
    plain = [node.kind() for node in torch.jit.trace(net, x).graph.nodes()]
    recorder = Recorder(door="check")
    recorder.attach()
    try:
        traced = torch.jit.trace(net, x)
        exported = [torch.export.export(net, (x,), strict=strict) for strict in (True, False)]
        scripted = torch.jit.script(nn.CrossEntropyLoss())
        mapped = torch.func.vmap(lambda row: net(row[None]))(x)
        symbolic = torch.fx.symbolic_trace(net)
    finally:
        recorder.detach()
    assert [node.kind() for node in traced.graph.nodes()] == plain
    for found in (traced, symbolic, *(own.module() for own in exported)):
        assert torch.equal(found(x), net(x))
    assert torch.allclose(mapped[:, 0], net(x))
    assert scripted(net(x), torch.zeros(4, dtype=torch.long)).isfinite()
    torch.jit.save(traced, io.BytesIO())
    assert "failed" not in str(recorder.evidence(stopped="end").because)


@pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")
def test_scripted_parts_are_watched_from_outside():
    net = nn.Sequential(
        nn.Linear(3, 4), torch.jit.script(nn.Sequential(nn.ReLU(), nn.Linear(4, 1)))
    )
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    recorder = Recorder(door="watch")
    recorder.watch([net], [optimizer])
    for _ in range(3):
        optimizer.zero_grad()
        F.mse_loss(net(torch.ones(4, 3)), torch.ones(4, 1)).backward()
        optimizer.step()
    recorder.detach()
    evidence = recorder.evidence(stopped="end")
    assert evidence.tracks[0].n_steps == 3 and evidence.layers[0].calls == 1
