import torch

torch.manual_seed(0)
true_w = torch.tensor([2.0, -1.0, 0.5, 3.0, 0.0, -2.5, 1.0])
x = torch.randn(500, 7)
y = x @ true_w.unsqueeze(1) + 0.7 + 0.2 * torch.randn(500, 1)

model = torch.nn.Linear(7, 1)
criterion = torch.nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.02)

for epoch in range(12):
    order = torch.randperm(500)
    for chunk in order.split(25):
        optimizer.zero_grad()
        loss = criterion(model(x[chunk]), y[chunk])
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        total = criterion(model(x), y).item()
    print(f"epoch {epoch:2d} mse {total:.4f}")

print("weights", [round(v, 2) for v in model.weight.flatten().tolist()])
print("bias", round(model.bias.item(), 2))
