"""Pieces that the scripts of the case tables are made of."""

LOOP = """
model = Net()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(9):
    for x, y in loader:
{body}
"""


def loop(*lines):
    """A plain loop over batches with these lines inside."""
    return LOOP.format(body="\n".join(f"        {line}" for line in lines))


ZERO, LOSS, BACK, STEP = (
    "optimizer.zero_grad()",
    "loss = criterion(model(x), y)",
    "loss.backward()",
    "optimizer.step()",
)
DROP = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)
        self.drop = nn.Dropout(0.5)

    def forward(self, x):
        return self.fc(self.drop(x))
"""
GOOD = loop(ZERO, LOSS, BACK, STEP)
HEAD = "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
ADAM = "\noptimizer = torch.optim.Adam(Net().parameters())\n"
ITEM = "class D(Dataset):\n    def __getitem__(self, i):\n"
