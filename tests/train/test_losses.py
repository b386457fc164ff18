import pytest
import torch
from torch.nn import functional as F

from justright.train.losses import losses_and_gradient, row_losses

MEMBERS, BATCH, CLASSES = 3, 7, 4


def logits(outputs):
    generator = torch.Generator().manual_seed(1)
    return torch.randn(MEMBERS, BATCH, outputs, generator=generator, dtype=torch.float64) * 3


def codes(n_classes):
    generator = torch.Generator().manual_seed(2)
    return torch.randint(0, n_classes, (MEMBERS, BATCH), generator=generator)


def numbers():
    generator = torch.Generator().manual_seed(3)
    return torch.randn(MEMBERS, BATCH, generator=generator, dtype=torch.float64) * 3


def assert_rows(found, alone):
    assert found.shape == (MEMBERS, BATCH)
    torch.testing.assert_close(found, torch.stack([alone(k) for k in range(MEMBERS)]))


@pytest.mark.parametrize(
    ("name", "torchs"), [("mse", F.mse_loss), ("mae", F.l1_loss), ("huber", F.huber_loss)]
)
def test_losses_of_numbers_are_torchs(name, torchs):
    x, y = logits(1), numbers()
    assert_rows(row_losses(name, x, y), lambda k: torchs(x[k, :, 0], y[k], reduction="none"))


def test_huber_is_a_parabola_up_to_1_and_a_line_beyond():
    x = torch.tensor([[[0.5], [1.0], [-3.0]]])
    found = row_losses("huber", x, torch.zeros(1, 3))
    assert found.tolist() == [[0.125, 0.5, 2.5]]


SMOOTHINGS = {"none": None, "one per member": torch.tensor([0.0, 0.1, 0.4], dtype=torch.float64)}


@pytest.mark.parametrize("smoothing", SMOOTHINGS.values(), ids=SMOOTHINGS)
def test_cross_entropy_is_torchs(smoothing):
    x, y = logits(CLASSES), codes(CLASSES)
    share = (lambda k: 0.0) if smoothing is None else (lambda k: smoothing[k].item())
    assert_rows(
        row_losses("cross_entropy", x, y, smoothing=smoothing),
        lambda k: F.cross_entropy(x[k], y[k], reduction="none", label_smoothing=share(k)),
    )


@pytest.mark.parametrize("smoothing", SMOOTHINGS.values(), ids=SMOOTHINGS)
def test_binary_cross_entropy_is_torchs(smoothing):
    x, y = logits(1), codes(2)
    share = torch.zeros(MEMBERS, dtype=torch.float64) if smoothing is None else smoothing
    assert_rows(
        row_losses("binary_cross_entropy", x, y, smoothing=smoothing),
        lambda k: F.binary_cross_entropy_with_logits(
            x[k, :, 0], y[k] * (1 - share[k]) + share[k] / 2, reduction="none"
        ),
    )


@pytest.mark.parametrize("smoothing", SMOOTHINGS.values(), ids=SMOOTHINGS)
@pytest.mark.parametrize("name", ["cross_entropy", "binary_cross_entropy"])
def test_probabilities_as_targets_lose_as_in_torch(name, smoothing):
    soft = logits(CLASSES).softmax(-1).roll(1, dims=1)
    share = torch.zeros(MEMBERS, dtype=torch.float64) if smoothing is None else smoothing
    if name == "cross_entropy":
        x, y = logits(CLASSES), soft
    else:
        x, y = logits(1), soft[..., 0]

    def alone(k):
        if name == "cross_entropy":
            s = share[k].item()
            return F.cross_entropy(x[k], y[k], reduction="none", label_smoothing=s)
        truth = y[k] * (1 - share[k]) + share[k] / 2
        return F.binary_cross_entropy_with_logits(x[k, :, 0], truth, reduction="none")

    assert_rows(row_losses(name, x, y, smoothing=smoothing), alone)
    slow = x.clone().requires_grad_()
    losses = torch.stack([row_losses(name, slow, y, smoothing=smoothing)]).sum()
    (back,) = torch.autograd.grad(losses, slow)
    _, grad = losses_and_gradient(name, x, y, smoothing=smoothing)
    torch.testing.assert_close(grad, back, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("share", [0.0, 0.2])
def test_one_logit_loses_as_two_that_differ_by_it(share):
    x, y = logits(1), codes(2)
    two = torch.cat([torch.zeros_like(x), x], dim=-1)
    smoothing = torch.full((MEMBERS,), share, dtype=torch.float64)
    for name in ("cross_entropy", "focal"):
        one = row_losses(name, x, y, smoothing=smoothing)
        torch.testing.assert_close(one, row_losses(name, two, y, smoothing=smoothing))


def test_focal_scales_the_loss_by_how_unsure_the_network_is():
    x, y = logits(CLASSES), codes(CLASSES)

    def alone(k):
        loss = F.cross_entropy(x[k], y[k], reduction="none")
        return (1 - (-loss).exp()) ** 2 * loss

    assert_rows(row_losses("focal", x, y), alone)


def test_focal_known_answer():
    """At even odds: (1 - 1/2) squared times ln 2."""
    found = row_losses("focal", torch.zeros(1, 1, 2), torch.tensor([[1]]))
    assert found.item() == pytest.approx(0.25 * 0.6931472)


@pytest.mark.parametrize("outputs", [1, 2, CLASSES])
def test_weighted_cross_entropy_is_torchs(outputs):
    n = max(2, outputs)
    x, y = logits(outputs), codes(n)
    weight = torch.arange(1.0, n + 1, dtype=torch.float64)
    full = torch.cat([torch.zeros_like(x), x], dim=-1) if outputs == 1 else x
    assert_rows(
        row_losses("weighted_cross_entropy", x, y, class_weight=weight),
        lambda k: F.cross_entropy(full[k], y[k], weight=weight, reduction="none"),
    )


@pytest.mark.parametrize(
    ("name", "outputs"),
    [
        ("binary_cross_entropy", 1),
        *(
            (name, n)
            for name in ("cross_entropy", "focal", "weighted_cross_entropy")
            for n in (1, 2)
        ),
    ],
)
def test_losses_and_gradients_stay_finite_where_the_network_is_sure(name, outputs):
    """Straight from logits: sure and right loses nothing, sure and wrong loses the logit."""
    sure = torch.tensor([[200.0], [-200.0]]).expand(2, outputs).clone()
    sure[:, 0] *= 1 if outputs == 1 else -1
    x = sure.unsqueeze(0).requires_grad_()
    for target, per_row in ((torch.tensor([[1, 0]]), 0.0), (torch.tensor([[0, 1]]), 200.0)):
        weight = torch.ones(2)
        loss = row_losses(name, x, target, class_weight=weight)
        expected = per_row * outputs  # two logits differ by twice as much
        torch.testing.assert_close(loss, torch.full((1, 2), expected), atol=1e-5, rtol=1e-5)
        (gradient,) = torch.autograd.grad(loss.sum(), x)
        assert gradient.isfinite().all()


def test_an_unknown_loss_is_named():
    with pytest.raises(ValueError, match="not a loss: name='hinge'"):
        row_losses("hinge", torch.zeros(1, 1, 1), torch.zeros(1, 1))


def test_missing_class_weights_are_named():
    with pytest.raises(ValueError, match="weighted_cross_entropy needs class_weight"):
        row_losses("weighted_cross_entropy", torch.zeros(1, 1, 2), torch.tensor([[0]]))


GRADIENTS = {  # loss and outputs
    "mse": ("mse", 1),
    "mae": ("mae", 1),
    "huber": ("huber", 1),
    "binary": ("binary_cross_entropy", 1),
    "classes": ("cross_entropy", CLASSES),
    "two classes": ("cross_entropy", 2),
    "focal": ("focal", CLASSES),
    "focal, one logit": ("focal", 1),
    "weighted": ("weighted_cross_entropy", CLASSES),
    "weighted, one logit": ("weighted_cross_entropy", 1),
}


@pytest.mark.parametrize("smoothing", SMOOTHINGS.values(), ids=SMOOTHINGS)
@pytest.mark.parametrize(("name", "outputs"), GRADIENTS.values(), ids=GRADIENTS)
def test_gradients_are_autograds(name, outputs, smoothing):
    x = logits(outputs).requires_grad_()
    is_number = name in ("mse", "mae", "huber")
    y = numbers() if is_number else codes(max(2, outputs))
    weight = torch.arange(1.0, max(2, outputs) + 1, dtype=torch.float64)
    options = {"smoothing": smoothing, "class_weight": weight}
    expected = row_losses(name, x, y, **options)
    (back,) = torch.autograd.grad(expected.sum(), x)
    before = x.detach().clone()
    losses, grad = losses_and_gradient(name, x.detach(), y, **options)
    assert torch.equal(losses, expected.detach())
    torch.testing.assert_close(grad, back, rtol=1e-12, atol=1e-14)
    assert torch.equal(x.detach(), before), "the outputs stay as they are"


@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("name", ["cross_entropy", "focal", "weighted_cross_entropy"])
def test_gradients_stay_finite_where_the_network_is_sure(name, outputs):
    x = torch.tensor([[[300.0], [-300.0]]]).expand(1, 2, outputs).clone()
    x[..., 1:] = 0
    for y in ([[0, 1]], [[1, 0]]):
        _, grad = losses_and_gradient(name, x, torch.tensor(y), class_weight=torch.ones(3))
        assert grad.isfinite().all()


def test_one_members_lost_outputs_spare_the_others():
    x, y = logits(CLASSES), codes(CLASSES)
    _, expected = losses_and_gradient("focal", x, y)
    x[0] = torch.nan
    losses, grad = losses_and_gradient("focal", x, y)
    assert grad[0].isnan().all()
    assert losses[1:].isfinite().all()
    assert torch.equal(grad[1:], expected[1:])
