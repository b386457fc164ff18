import torch
import torch.nn as nn
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

torch.manual_seed(0)

wine = load_wine()
X_train, X_test, y_train, y_test = train_test_split(
    wine.data, wine.target, test_size=0.25, random_state=0, stratify=wine.target
)
scaler = StandardScaler()
X_train = scaler.fit_transform(X_train)
X_test = scaler.transform(X_test)
X_train, X_test = torch.FloatTensor(X_train), torch.FloatTensor(X_test)
y_train, y_test = torch.LongTensor(y_train), torch.LongTensor(y_test)


class Model(nn.Module):
    def __init__(self, input_features=13, hidden1=20, hidden2=20, out_features=3):
        super().__init__()
        self.f_connected1 = nn.Linear(input_features, hidden1)
        self.f_connected2 = nn.Linear(hidden1, hidden2)
        self.out = nn.Linear(hidden2, out_features)

    def forward(self, x):
        x = torch.relu(self.f_connected1(x))
        x = torch.relu(self.f_connected2(x))
        return self.out(x)


model = Model()
loss_function = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)

for epoch in range(20):
    model.train()
    for rows in torch.randperm(len(X_train)).split(19):
        optimizer.zero_grad()
        loss = loss_function(model(X_train[rows]), y_train[rows])
        loss.backward()
        optimizer.step()
    if epoch % 4 == 3:
        model.eval()
        with torch.no_grad():
            train_out, test_out = model(X_train), model(X_test)
        train_loss = loss_function(train_out, y_train).item()
        test_loss = loss_function(test_out, y_test).item()
        accuracy = (test_out.argmax(1) == y_test).float().mean().item()
        print(f"Epoch {epoch + 1}: {train_loss:.4f} / {test_loss:.4f}, accuracy {accuracy:.2%}")
