import statistics

import torch
from sklearn.datasets import make_moons
from torch import nn

features, target = make_moons(1600, noise=0.2, random_state=0)
features = torch.tensor(features, dtype=torch.float32)
features = (features - features[:1200].mean(0)) / features[:1200].std(0)
target = torch.tensor(target, dtype=torch.float32)


def experiment(seed: int) -> float:
    torch.manual_seed(seed)
    net = nn.Sequential(
        nn.Linear(2, 16), nn.LeakyReLU(), nn.Linear(16, 16), nn.LeakyReLU(), nn.Linear(16, 1)
    )
    opt = torch.optim.NAdam(net.parameters(), lr=5e-3)
    bce = nn.BCEWithLogitsLoss()
    for epoch in range(12):
        net.train()
        losses = []
        for idx in torch.randperm(1200).split(40):
            opt.zero_grad()
            loss = bce(net(features[idx]).squeeze(1), target[idx])
            loss.backward()
            opt.step()
            losses.append(loss.item())
        if epoch % 3 == 2:
            print(f"seed {seed} epoch {epoch + 1:2d} loss {statistics.mean(losses):.4f}")
    net.eval()
    with torch.no_grad():
        guess = net(features[1200:]).squeeze(1) > 0
    return (guess == (target[1200:] > 0.5)).float().mean().item()


accuracies = [experiment(seed) for seed in (0, 1, 2)]
print("test accuracy", [round(a, 3) for a in accuracies])
