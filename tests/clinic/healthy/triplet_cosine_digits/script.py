import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier
from torch import nn

torch.manual_seed(0)
X, y = load_digits(return_X_y=True)
X = torch.tensor(X, dtype=torch.float32) / 8 - 1
y = torch.tensor(y)
perm = torch.randperm(len(X))
tr, te = perm[:1300], perm[1300:]
by_class = [tr[y[tr] == c] for c in range(10)]


def pick(classes):
    return torch.stack([by_class[c][torch.randint(len(by_class[c]), ())] for c in classes.tolist()])


embed = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 16))
triplet = nn.TripletMarginWithDistanceLoss(
    distance_function=lambda a, b: 1 - F.cosine_similarity(a, b), margin=0.4
)
optimizer = torch.optim.Adam(embed.parameters(), lr=1e-3)

for epoch in range(8):
    embed.train()
    total = 0.0
    order = tr[torch.randperm(len(tr))]
    for anchor in order.split(50):
        pos_class = y[anchor]
        neg_class = (pos_class + torch.randint(1, 10, pos_class.shape)) % 10
        pos, neg = pick(pos_class), pick(neg_class)
        loss = triplet(embed(X[anchor]), embed(X[pos]), embed(X[neg]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(anchor)
    embed.eval()
    with torch.no_grad():
        z_tr, z_te = F.normalize(embed(X[tr])).numpy(), F.normalize(embed(X[te])).numpy()
    acc = KNeighborsClassifier(5).fit(z_tr, y[tr]).score(z_te, y[te])
    print(f"epoch {epoch} triplet {total / len(tr):.4f} 5-nn accuracy {acc:.3f}")
