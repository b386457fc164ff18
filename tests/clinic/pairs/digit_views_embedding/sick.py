import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from torch import nn
from torch.nn.functional import cosine_similarity, normalize

torch.manual_seed(0)


class Siamese(nn.Module):
    def __init__(self, dim: int = 32) -> None:
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(64, 128, bias=False),
            nn.BatchNorm1d(128),
            nn.ReLU(),
            nn.Linear(128, dim),
        )
        self.predictor = nn.Sequential(nn.Linear(dim, 64), nn.ReLU(), nn.Linear(64, dim))

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        z = self.encoder(x)
        return z, self.predictor(z)


def augment(x: torch.Tensor) -> torch.Tensor:
    keep = (torch.rand_like(x) > 0.2).float()
    return x * keep + 0.1 * torch.randn_like(x)


def main() -> None:
    digits = load_digits()
    X_train, X_test, y_train, y_test = train_test_split(
        digits.data / 8.0 - 1.0, digits.target, test_size=0.25, random_state=0
    )
    X_train = torch.tensor(X_train, dtype=torch.float32)
    X_test = torch.tensor(X_test, dtype=torch.float32)

    model = Siamese()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-4)
    batch_size = 128

    for epoch in range(40):
        model.train()
        order = torch.randperm(len(X_train))
        losses = []
        for idx in order.split(batch_size):
            x = X_train[idx]
            z1, p1 = model(augment(x))
            z2, p2 = model(augment(x))
            loss = -0.5 * (cosine_similarity(p1, z2).mean() + cosine_similarity(p2, z1).mean())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        if (epoch + 1) % 5 == 0:
            print(f"epoch {epoch + 1} loss {sum(losses) / len(losses):.4f}")

    model.eval()
    with torch.no_grad():
        e_train = normalize(model.encoder(X_train), dim=1)
        e_test = normalize(model.encoder(X_test), dim=1)
    knn = KNeighborsClassifier(5).fit(e_train.numpy(), y_train)
    print(f"embedding std {e_train.std(dim=0).mean():.4f}")
    print(f"kNN accuracy {knn.score(e_test.numpy(), y_test):.3f}")


if __name__ == "__main__":
    main()
