import pytest
import torch
from torch import nn
from torch.nn import functional as F

from justright.doctor.checks import CHECKS
from justright.doctor.evidence import Evidence
from justright.doctor.examine import examine
from justright.doctor.trials.run import run
from justright.kinds import Severity
from tests.doctor.trials import patients as p

SGD, ADAM = torch.optim.SGD, torch.optim.Adam


def adam(model):
    return ADAM(model.parameters(), 1e-3)


def sgd(rate, **more):
    return lambda model: SGD(model.parameters(), rate, **more)


def case(make, batches, function=F.cross_entropy, optimizer=adam, made=lambda out: out):
    model = make()
    return p.replayed(model, batches, function, optimizer and optimizer(model), made)


def summed(outputs, targets):
    return F.mse_loss(outputs, targets, reduction="sum")


def steps_first():
    return [(x.transpose(0, 1).contiguous(), y) for x, y in p.series()]


def towers():
    torch.manual_seed(0)
    return [
        (torch.randint(30, (64,)), torch.randint(40, (64,)), torch.rand(64).round())
        for _ in range(3)
    ]


WELL = {
    "Adam": lambda: case(p.mlp, p.tables()),
    "slow SGD": lambda: case(p.mlp, p.tables(), optimizer=sgd(1e-3)),
    "bold SGD": lambda: case(p.mlp, p.tables(), optimizer=sgd(0.3, momentum=0.9)),
    "numbers": lambda: case(lambda: p.mlp(out=1), p.numbers(), F.mse_loss),
    "a straight line": lambda: case(lambda: nn.Linear(6, 1), p.numbers(), F.mse_loss, sgd(0.01)),
    "double": lambda: case(lambda: p.mlp().double(), [(x.double(), y) for x, y in p.tables()]),
    "softmax outside": lambda: case(
        p.mlp, p.tables(), F.nll_loss, made=lambda out: F.log_softmax(out, 1)
    ),
    "pictures": lambda: case(p.cnn, p.pictures()),
    "a series": lambda: case(p.Recurrent, p.series(), made=lambda out: out[0]),
    "time first": lambda: case(p.TimeFirst, steps_first()),
    "a word at each step, time first": lambda: case(
        p.Tagger,
        [(x.T.contiguous(), x.T.reshape(-1).roll(1)) for x, _ in p.words(size=12)],
        made=lambda out: out.reshape(-1, 20),
    ),
    "words": lambda: case(p.Transformer, p.words()),
    "autoencoder": lambda: case(
        p.Autoencoder, [(x, x) for x, _ in p.tables()], F.mse_loss, made=lambda out: out[0]
    ),
    "two inputs": lambda: case(p.TwoTowers, towers(), F.binary_cross_entropy),
    "a graph": lambda: case(lambda: p.Graph(32), p.tables()),
    "a last layer of zeros": lambda: case(p.zero_headed, p.tables()),
    "no optimizer": lambda: case(p.mlp, p.tables(), optimizer=None),
}
ILL = {  # a case, the check that must tell, how gravely
    "diverges": (
        lambda: case(p.mlp, p.tables(), optimizer=sgd(100.0)), "trial-rate", Severity.STOP,
    ),
    "Adam at 3": (
        lambda: case(p.mlp, p.tables(), optimizer=lambda m: ADAM(m.parameters(), 3.0)),
        "trial-rate", Severity.STOP,
    ),
    "hardly moves": (
        lambda: case(p.mlp, p.tables(), optimizer=sgd(1e-6)), "trial-rate", Severity.WARN,
    ),
    "broadcast": (
        lambda: case(
            lambda: p.mlp(out=1), [(x, y[:, 0]) for x, y in p.numbers()], F.mse_loss
        ),
        "trial-overfit", Severity.STOP,
    ),
    "sum and its rate": (
        lambda: case(lambda: p.mlp(out=1), p.numbers(), summed, sgd(0.1)),
        "trial-sum", Severity.WARN,
    ),
    "sum that Adam bears": (
        lambda: case(lambda: p.mlp(out=1), p.numbers(), summed), "trial-sum", Severity.NOTE,
    ),
    "batch taken for time": (
        lambda: case(lambda: p.Recurrent(batch_first=False), p.series(), made=lambda o: o[0]),
        "trial-leak", Severity.STOP,
    ),
    "attention over the batch": (
        lambda: case(lambda: p.Transformer(batch_first=False), p.words()),
        "trial-leak", Severity.STOP,
    ),
    "view for permute": (
        lambda: case(p.Leaky, p.series()), "trial-leak", Severity.STOP,
    ),
    "softmax over the batch": (
        lambda: case(p.CrossBatch, p.tables()), "trial-leak", Severity.STOP,
    ),
    "deaf": (lambda: case(p.Deaf, p.tables()), "trial-zero-inputs", Severity.STOP),
    "deaf, and told so": (lambda: case(p.Deaf, p.tables()), "trial-overfit", Severity.STOP),
    "half deaf": (lambda: case(p.HalfDeaf, p.tables()), "trial-unread-columns", Severity.WARN),
    "cut": (lambda: case(p.Cut, p.tables()), "trial-overfit", Severity.STOP),
}  # fmt: skip


def test_as_many_features_as_examples_are_no_graph():
    trials = run(case(lambda: p.mlp(width=8), p.tables(n=8, width=8)), seconds=60.0)
    assert trials.moved_rows == 0


def found(replay):
    seen = Evidence(door="check", trials=run(replay, seconds=60.0))
    return {finding.check: finding.severity for finding in examine(seen, CHECKS).findings}


@pytest.mark.parametrize("make", WELL.values(), ids=WELL)
def test_the_healthy_are_let_be(make):
    assert found(make()) == {}


@pytest.mark.filterwarnings("ignore:Using a target size")
@pytest.mark.parametrize(("make", "check", "severity"), ILL.values(), ids=ILL)
def test_the_sick_are_told(make, check, severity):
    assert found(make()).get(check) is severity
