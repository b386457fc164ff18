import math

import torch
from torch import Tensor, nn

torch.manual_seed(7)

KINDS = ["sine", "square", "saw", "noise"]
SAMPLES = 48


def make_waves(n: int) -> tuple[Tensor, Tensor]:
    t = torch.linspace(0, 1, SAMPLES)
    kind = torch.randint(0, len(KINDS), (n,))
    freq = 1.0 + 2.0 * torch.rand(n, 1)
    phase = 0.3 * torch.rand(n, 1)
    sine = torch.sin(2 * math.pi * (freq * t + phase))
    square = torch.sign(sine)
    saw = 2.0 * ((freq * t + phase) % 1.0) - 1.0
    noise = torch.randn(n, SAMPLES)
    waves = torch.stack([sine, square, saw, noise], dim=1)[torch.arange(n), kind]
    return waves + 0.15 * torch.randn(n, SAMPLES), kind


def build(depth: int, width: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    size = SAMPLES
    for _ in range(depth - 1):
        linear = nn.Linear(size, width)
        nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
        nn.init.zeros_(linear.bias)
        layers += [linear, nn.ReLU()]
        size = width
    layers.append(nn.Linear(size, len(KINDS)))
    return nn.Sequential(*layers)


def evaluate(model: nn.Module, x: Tensor, y: Tensor) -> tuple[float, float]:
    model.eval()
    with torch.no_grad():
        logits = model(x)
    loss = nn.functional.cross_entropy(logits, y).item()
    return loss, (logits.argmax(1) == y).float().mean().item()


def main() -> None:
    x_train, y_train = make_waves(4000)
    x_val, y_val = make_waves(800)
    model = build(depth=8, width=64)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    for epoch in range(10):
        model.train()
        for idx in torch.randperm(len(x_train)).split(64):
            loss = nn.functional.cross_entropy(model(x_train[idx]), y_train[idx])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        val_loss, val_acc = evaluate(model, x_val, y_val)
        print(f"epoch {epoch} train {loss.item():.3f} val {val_loss:.3f} acc {val_acc:.3f}")


if __name__ == "__main__":
    main()
