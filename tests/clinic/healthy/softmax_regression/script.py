import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split


class SoftmaxRegression:
    def __init__(self, features, classes, lr=0.1, decay=1e-2):
        torch.manual_seed(0)
        self.linear = torch.nn.Linear(features, classes)
        self.loss = torch.nn.CrossEntropyLoss()
        self.opt = torch.optim.SGD(self.linear.parameters(), lr=lr, weight_decay=decay)

    def fit(self, X, y, X_val, y_val, epochs=25, batch=32):
        X, y = torch.as_tensor(X, dtype=torch.float32), torch.as_tensor(y)
        for epoch in range(epochs):
            perm = torch.randperm(len(X))
            total = 0.0
            for i in range(0, len(X), batch):
                idx = perm[i : i + batch]
                self.opt.zero_grad()
                loss = self.loss(self.linear(X[idx]), y[idx])
                loss.backward()
                self.opt.step()
                total += loss.item() * len(idx)
            print(f"epoch {epoch}: {total / len(X):.4f} val {self.score(X_val, y_val):.3f}")
        return self

    def score(self, X, y):
        with torch.no_grad():
            pred = self.linear(torch.as_tensor(X, dtype=torch.float32)).argmax(1)
        return float(np.mean(pred.numpy() == y))


X, y = load_digits(return_X_y=True)
X = (X - 8.0) / 8.0
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=0)
clf = SoftmaxRegression(64, 10).fit(X_train, y_train, X_test, y_test)
print("test accuracy", round(clf.score(X_test, y_test), 3))
