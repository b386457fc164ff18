import torch
from torch import nn
from torch.func import functional_call

torch.manual_seed(0)
net = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 1))
mse = nn.MSELoss()
INNER_LR, TASKS, SHOTS = 0.1, 4, 10


def sine_task():
    amp = torch.rand(()) * 1.5 + 0.5
    phase = torch.rand(()) * 3.14

    def draw():
        x = torch.rand(SHOTS, 1) * 6 - 3
        return x / 1.7, amp * torch.sin(x + phase)

    return draw


def adapted_loss(draw, create_graph):
    params = dict(net.named_parameters())
    x, y = draw()
    grads = torch.autograd.grad(
        mse(functional_call(net, params, (x,)), y), params.values(), create_graph=create_graph
    )
    fast = {k: p - INNER_LR * g for (k, p), g in zip(params.items(), grads, strict=True)}
    x, y = draw()
    return mse(functional_call(net, fast, (x,)), y)


outer = torch.optim.Adam(net.parameters(), lr=4e-3)
history = []
for step in range(1, 351):
    losses = [adapted_loss(sine_task(), create_graph=True) for _ in range(TASKS)]
    loss = torch.stack(losses).mean()
    outer.zero_grad()
    loss.backward()
    outer.step()
    history.append(loss.item())
    if step % 50 == 0:
        new = [adapted_loss(sine_task(), create_graph=False).item() for _ in range(50)]
        print(f"step {step} outer {sum(history[-50:]) / 50:.3f} new tasks {sum(new) / 50:.3f}")
