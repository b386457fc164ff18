import torch

torch.manual_seed(2)

# a chirp with a little noise
x = torch.rand(1500, 1) * 2 - 1
y = torch.sin(6 * x + 5 * x**2) + 0.05 * torch.randn_like(x)
x_train, y_train = x[:1200], y[:1200]
x_valid, y_valid = x[1200:], y[1200:]

hidden = 3
model = torch.nn.Sequential(
    torch.nn.Linear(1, hidden),
    torch.nn.Tanh(),
    torch.nn.Linear(hidden, hidden),
    torch.nn.Tanh(),
    torch.nn.Linear(hidden, 1),
)
mse = torch.nn.MSELoss()
optim = torch.optim.Adam(model.parameters(), lr=5e-3)
epochs, batch_size = 100, 60
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optim, T_max=epochs)

for epoch in range(epochs):
    model.train()
    order = torch.randperm(len(x_train))
    train_loss = 0.0
    for k in range(0, len(order), batch_size):
        pick = order[k : k + batch_size]
        pred = model(x_train[pick])
        loss = mse(pred, y_train[pick])
        optim.zero_grad()
        loss.backward()
        optim.step()
        train_loss += loss.item() * len(pick)
    schedule.step()

    model.eval()
    with torch.no_grad():
        valid_loss = mse(model(x_valid), y_valid).item()
    if (epoch + 1) % 10 == 0:
        print("epoch", epoch + 1, "train", train_loss / len(order), "valid", valid_loss)
