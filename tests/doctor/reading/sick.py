"""Scripts with a fault, the pattern to be found, and the line as it should be."""

from tests.doctor.reading.snippets import (
    ADAM,
    BACK,
    DROP,
    GOOD,
    HEAD,
    ITEM,
    LOSS,
    STEP,
    ZERO,
    loop,
)

SICK = {
    # name: (text, pattern, its line as it should be or None where that is not told)
    "no step": (loop(ZERO, LOSS, BACK), "step-missing", None),
    "only the schedule steps": (loop(ZERO, LOSS, BACK, "scheduler.step()"), "step-missing", None),
    "no zero_grad": (
        loop(LOSS, BACK, STEP),
        "zero-grad-missing",
        "optimizer.zero_grad(); loss.backward()",
    ),
    "zero_grad once an epoch": (
        loop(LOSS, BACK, STEP).replace("    for x", "    optimizer.zero_grad()\n    for x"),
        "zero-grad-missing",
        "optimizer.zero_grad(); loss.backward()",
    ),
    "no zero_grad, in a function": (
        "def train_step(model, x, y, opt):\n    loss = F.mse_loss(model(x), y)\n"
        "    loss.backward()\n"
        "    opt.step()\n    return loss.item()\n\nopt = torch.optim.Adam(model.parameters())\n"
        "for x, y in loader:\n    train_step(model, x, y, opt)\n",
        "zero-grad-missing",
        "opt.zero_grad(); loss.backward()",
    ),
    "no zero_grad, in a class": (
        "class Trainer:\n    def __init__(self):\n"
        "        self.opt = optim.Adam(model.parameters())\n"
        "    def epoch(self):\n        for x, y in self.loader:\n"
        "            loss = self.loss(x, y)\n"
        "            loss.backward()\n            self.opt.step()\n",
        "zero-grad-missing",
        "self.opt.zero_grad(); loss.backward()",
    ),
    "zero_grad before step": (loop(LOSS, BACK, ZERO, STEP), "zero-before-step", None),
    "step before backward": (loop(ZERO, LOSS, STEP, BACK), "zero-before-step", None),
    "step after the epoch": (
        loop(ZERO, LOSS, BACK) + "    optimizer.step()\n",
        "step-outside",
        None,
    ),
    "clip after step": (
        loop(ZERO, LOSS, BACK, STEP, "nn.utils.clip_grad_norm_(model.parameters(), 1)"),
        "clip-after-step",
        None,
    ),
    "clip before backward": (
        loop(ZERO, LOSS, "nn.utils.clip_grad_norm_(model.parameters(), 1)", BACK, STEP),
        "clip-after-step",
        None,
    ),
    "clip of a scaled gradient": (
        loop(
            ZERO,
            LOSS,
            "scaler.scale(loss).backward()",
            "clip_grad_norm_(p, 1)",
            "scaler.step(optimizer)",
            "scaler.update()",
        ),
        "clip-scaled",
        None,
    ),
    "schedule first": (
        GOOD.replace("    for x", "    scheduler.step()\n    for x"),
        "schedule-first",
        None,
    ),
    "optimizer for every batch": (
        loop("optimizer = torch.optim.Adam(model.parameters())", ZERO, LOSS, BACK, STEP),
        "optimizer-in-loop",
        None,
    ),
    "loss appended": (
        loop(ZERO, LOSS, BACK, STEP, "losses.append(loss)"),
        "loss-kept",
        "losses.append(loss.item())",
    ),
    "loss summed": (
        loop(ZERO, LOSS, BACK, STEP, "total += loss"),
        "loss-kept",
        "total += loss.item()",
    ),
    "loss summed, times rows": (
        loop(ZERO, LOSS, BACK, STEP, "total += loss * len(x)"),
        "loss-kept",
        "total += loss.item() * len(x)",
    ),
    "loss summed in full": (
        loop(ZERO, LOSS, BACK, STEP, "total = total + loss"),
        "loss-kept",
        "total = total + loss.item()",
    ),
    "loss given back and summed": (
        "def step(x, y):\n    loss = criterion(model(x), y)\n    loss.backward()\n    opt.step()\n"
        "    opt.zero_grad()\n    return loss\n\ntotal = 0\nfor x, y in loader:\n"
        "    total += step(x, y)\n",
        "loss-kept",
        "total += step(x, y).item()",
    ),
    "graph kept": (
        loop(ZERO, LOSS, "loss.backward(retain_graph=True)", STEP),
        "graph-retained",
        "loss.backward()",
    ),
    "eval never": (
        DROP + GOOD + "    with torch.no_grad():\n        for x, y in val:\n            model(x)\n",
        "eval-missing",
        None,
    ),
    "train not again": (
        DROP + GOOD + "    model.eval()\n    with torch.no_grad():\n        model(x_val)\n",
        "train-not-again",
        None,
    ),
    "train once, before the epochs": (
        DROP
        + GOOD.replace("for epoch", "model.train()\nfor epoch")
        + "    model.eval()\n    with torch.no_grad():\n        model(x_val)\n",
        "train-not-again",
        None,
    ),
    "train not again, in a function": (
        DROP
        + "def evaluate(model):\n    model.eval()\n    return model(x_val)\n"
        + GOOD
        + "    evaluate(model)\n",
        "train-not-again",
        None,
    ),
    "trained in eval": (
        DROP + GOOD.replace("criterion =", "model.eval()\ncriterion ="),
        "trained-in-eval",
        None,
    ),
    "functional dropout": (
        HEAD + "    def forward(self, x):\n        return self.fc2(F.dropout(self.fc1(x), 0.5))\n",
        "dropout-in-forward",
        "return self.fc2(F.dropout(self.fc1(x), 0.5, training=self.training))",
    ),
    "dropout built in forward": (
        HEAD + "    def forward(self, x):\n        return nn.Dropout(0.5)(x)\n",
        "dropout-in-forward",
        None,
    ),
    "layers in a list": (
        HEAD + "        self.layers = [nn.Linear(4, 4) for _ in range(3)]\n" + ADAM,
        "layers-in-list",
        "self.layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])",
    ),
    "layers appended": (
        HEAD + "        self.blocks = []\n        for _ in range(3):\n"
        "            self.blocks.append(nn.Linear(4, 4))\n" + ADAM,
        "layers-in-list",
        "self.blocks = nn.ModuleList([])",
    ),
    "own blocks in a dict": (
        "class Block(nn.Module):\n    pass\n"
        + HEAD
        + "        self.heads = {'a': Block()}\n"
        + ADAM,
        "layers-in-list",
        None,
    ),
    "layer in forward": (
        HEAD + "    def forward(self, x):\n        return nn.Linear(8, 2)(x)\n",
        "layer-in-forward",
        None,
    ),
    "model after optimizer": (
        GOOD.replace("for epoch", "model = Net()\nfor epoch").replace(
            "model = Net()", "class Net: ...\nmodel = Net()", 1
        ),
        "model-remade",
        None,
    ),
    "head after optimizer": (
        GOOD.replace("for epoch", "model.fc = nn.Linear(512, 5)\nfor epoch"),
        "model-remade",
        None,
    ),
    "head after optimizer, trained in a function": (
        "def train(model, optimizer):\n    for x, y in loader:\n        optimizer.zero_grad()\n"
        "        loss = criterion(model(x), y)\n        loss.backward()\n"
        "        optimizer.step()\n\n"
        "model = resnet18()\noptimizer = optim.SGD(model.parameters(), lr=1)\n"
        "model.fc = nn.Linear(512, 5)\ntrain(model, optimizer)\n",
        "model-remade",
        None,
    ),
    "loss of a new leaf": (
        loop(
            ZERO,
            "loss = torch.tensor(criterion(model(x), y).item(), requires_grad=True)",
            BACK,
            STEP,
        ),
        "loss-made-leaf",
        None,
    ),
    "loss asks for a gradient": (
        loop(ZERO, LOSS, "loss.requires_grad = True", BACK, STEP),
        "loss-made-leaf",
        None,
    ),
    "loss of a detached output": (
        loop(ZERO, "loss = criterion(model(x).detach(), y)", BACK, STEP),
        "loss-detached",
        "loss = criterion(model(x), y)",
    ),
    "no gradient inside": (
        HEAD + "    @torch.no_grad()\n    def encode(self, x):\n        return self.enc(x)\n\n"
        "    def forward(self, x):\n        return self.dec(self.encode(x))\n\nmodel = Net()\n"
        "opt = torch.optim.Adam(model.parameters())\n",
        "no-grad-in-forward",
        None,
    ),
    "softmax into cross entropy": (
        loop(ZERO, "loss = criterion(torch.softmax(model(x), dim=1), y)", BACK, STEP),
        "activation-before-loss",
        "loss = criterion(model(x), y)",
    ),
    "batch_first missing": (
        HEAD + "        self.lstm = nn.LSTM(3, 8)\n    def forward(self, x):\n"
        "        out, _ = self.lstm(x)\n"
        "        return self.fc(out[:, -1])\n",
        "batch-first-missing",
        "self.lstm = nn.LSTM(3, 8, batch_first=True)",
    ),
    "view in place of transpose": (
        "def forward(x):\n    b, t, f = x.shape\n    return x.view(t, b, f)\n",
        "turned-by-view",
        None,
    ),
    "softmax over the batch": (
        HEAD + "    def forward(self, x):\n        return F.softmax(self.fc(x), dim=0)\n",
        "softmax-over-batch",
        None,
    ),
    "state carried": (
        "h = None\n"
        + loop(
            ZERO,
            "out, h = model(x, h)",
            "loss = criterion(out, y)",
            "loss.backward(retain_graph=True)",
            STEP,
        ),
        "state-carried",
        None,
    ),
    "padding counted": (
        "y = pad_sequence(targets, batch_first=True)\n"
        + loop(ZERO, "loss = criterion(model(x).view(-1, 9), y.view(-1))", BACK, STEP),
        "padding-counted",
        None,
    ),
    "dropout returned": (
        HEAD + "    def forward(self, x):\n        return self.drop(self.fc3(x))\n",
        "dropout-on-output",
        None,
    ),
    "dropout last": (
        "model = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1), nn.Dropout(0.3))\n",
        "dropout-on-output",
        None,
    ),
    "shuffled apart": ("np.random.shuffle(X)\nnp.random.shuffle(y)\n", "shuffled-apart", None),
    "permuted apart": (
        "x_train = x_train[torch.randperm(n)]\ny_train = y_train[torch.randperm(n)]\n",
        "shuffled-apart",
        None,
    ),
    "resampled first": (
        "X, y = SMOTE().fit_resample(X, y)\nA, B, a, b = train_test_split(X, y)\n",
        "resampled-before-split",
        None,
    ),
    "features chosen first": (
        "X = SelectKBest(k=9).fit_transform(X, y)\nA, B, a, b = train_test_split(X, y)\n",
        "selected-before-split",
        None,
    ),
    "scaled first": (
        "s = StandardScaler()\nX = s.fit_transform(X)\nA, B, a, b = train_test_split(X, y)\n",
        "scaled-before-split",
        None,
    ),
    "loaders swapped": (
        "train_loader = DataLoader(a, batch_size=9)\ntest_loader = DataLoader(b, shuffle=True)\n",
        "shuffle-swapped",
        None,
    ),
    "not shuffled": (
        "train_loader = DataLoader(a, batch_size=9)\n"
        + GOOD.replace("in loader", "in train_loader"),
        "not-shuffled",
        None,
    ),
    "one generator for all workers": (
        "class D(Dataset):\n    def __init__(self):\n        self.rng = np.random.default_rng(0)\n"
        "    def __getitem__(self, i):\n        return self.x[i] + self.rng.normal()\n\n"
        "DataLoader(D(), num_workers=2)\n",
        "rng-in-workers",
        None,
    ),
    "seed for each example": (
        ITEM + "        torch.manual_seed(0)\n        return self.x[i] + torch.randn(3)\n",
        "seed-in-item",
        None,
    ),
    "edited in place": (
        ITEM + "        x = self.x[i]\n        x += torch.randn(3)\n        return x\n",
        "edited-in-place",
        None,
    ),
    "edited in the store": (
        ITEM + "        self.images[i] *= 0.9\n        return self.images[i]\n",
        "edited-in-place",
        None,
    ),
    "edited by a method": (
        ITEM
        + "        img, t = self.x[i], self.y[i]\n        img.mul_(0.9)\n        return img, t\n",
        "edited-in-place",
        None,
    ),
    "flip without its point": (
        ITEM + "        image, point = self.x[i], self.point[i]\n"
        "        image = torch.flip(image, [2])\n"
        "        return image, point\n",
        "flip-without-label",
        None,
    ),
    "digits flipped": (
        "t = RandomHorizontalFlip()\nd = MNIST(transform=t)\n",
        "digits-flipped",
        None,
    ),
}
