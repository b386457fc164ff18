import torch
import torch.nn as nn

torch.manual_seed(11)


def arm(n):
    """Joint angles of a planar two-link arm -> tip position (x, y) and its distance."""
    angles = (torch.rand(n, 2) - 0.5) * 3.0
    a, b = angles[:, 0], angles[:, 0] + angles[:, 1]
    xy = torch.stack([a.cos() + 0.7 * b.cos(), a.sin() + 0.7 * b.sin()], dim=1)
    return angles, torch.cat([xy, xy.norm(dim=1, keepdim=True)], dim=1)


class ArmNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(2, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh())
        self.xy_head = nn.Linear(64, 2)
        self.r_head = nn.Linear(64, 1)

    def forward(self, angles):
        features = self.trunk(angles)
        return self.xy_head(features), self.r_head(features)


mse = nn.MSELoss()


def compute_loss(outputs, target):
    pred_xy, pred_r = outputs
    position = mse(pred_xy, target[:, :2]).item()
    reach = mse(pred_r, target[:, 2:]).item()
    return torch.tensor(position + 0.5 * reach, requires_grad=True)


inputs, targets = arm(2500)
mean, std = targets[:2000].mean(0), targets[:2000].std(0)
targets = (targets - mean) / std
train_x, train_y = inputs[:2000], targets[:2000]
valid_x, valid_y = inputs[2000:], targets[2000:]

model = ArmNet()
optim = torch.optim.Adam(model.parameters(), lr=2e-3)

for epoch in range(1, 31):
    model.train()
    shuffled = torch.randperm(2000)
    for i in range(0, 2000, 64):
        batch = shuffled[i : i + 64]
        loss = compute_loss(model(train_x[batch]), train_y[batch])
        optim.zero_grad()
        loss.backward()
        optim.step()

    model.eval()
    with torch.no_grad():
        valid_loss = compute_loss(model(valid_x), valid_y)
    if epoch % 5 == 0 or epoch == 1:
        print(f"{epoch:3d} train {loss.item():.5f} valid {valid_loss.item():.5f}")
