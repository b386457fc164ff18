"""Solve u'' + 0.4 u' + 4 u = 0 with u(0) = 1, u'(0) = 0 on [0, 3]."""

import math

import torch
from torch import nn

torch.manual_seed(0)
net = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 1))


def derivative(u, t):
    return torch.autograd.grad(u, t, torch.ones_like(u), create_graph=True)[0]


def solution(t):
    # t^2 makes both initial conditions hold exactly
    return 1.0 + t**2 * net(t / 1.5 - 1.0)


def exact(t):
    w = math.sqrt(4 - 0.04)
    return torch.exp(-0.2 * t) * (torch.cos(w * t) + 0.2 / w * torch.sin(w * t))


optimizer = torch.optim.Adam(net.parameters(), lr=5e-3)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=800)
grid = torch.linspace(0, 3, 101).unsqueeze(1)
for step in range(1, 801):
    t = (torch.rand(64, 1) * 3).requires_grad_()
    u = solution(t)
    du = derivative(u, t)
    residual = derivative(du, t) + 0.4 * du + 4 * u
    loss = (residual**2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    scheduler.step()
    if step % 100 == 0:
        with torch.no_grad():
            error = (solution(grid) - exact(grid)).abs().max().item()
        print(f"step {step} residual {loss.item():.5f} largest error {error:.4f}")
