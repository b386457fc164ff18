import torch
from torch import nn
from torch.distributions import Categorical

torch.manual_seed(0)
ARMS, CONTEXTS, BATCH = 4, 3, 64
pay = torch.tensor([[0.1, 0.9, 0.3, 0.2], [0.8, 0.1, 0.2, 0.3], [0.2, 0.3, 0.1, 0.9]])

policy = nn.Sequential(nn.Linear(CONTEXTS, 16), nn.Tanh(), nn.Linear(16, ARMS))
optimizer = torch.optim.Adam(policy.parameters(), lr=1e-2)
baseline = 0.0
rewards = []
for step in range(1, 601):
    context = torch.randint(0, CONTEXTS, (BATCH,))
    dist = Categorical(logits=policy(nn.functional.one_hot(context, CONTEXTS).float()))
    arm = dist.sample()
    reward = torch.bernoulli(pay[context, arm])
    advantage = reward - baseline
    loss = -(dist.log_prob(arm) * advantage).mean() - 0.01 * dist.entropy().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    baseline = 0.95 * baseline + 0.05 * reward.mean().item()
    rewards.append(reward.mean().item())
    if step % 60 == 0:
        print(f"step {step} loss {loss.item():+.3f} reward {sum(rewards[-60:]) / 60:.3f}")
