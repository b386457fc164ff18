"""Scripts without a fault, most of them close to one."""

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

HEALTHY = {
    "plain": GOOD,
    "zero_grad last": loop(LOSS, BACK, STEP, ZERO),
    "zero_grad of the model": loop("model.zero_grad()", LOSS, BACK, STEP),
    "grad set to None": loop("for p in model.parameters(): p.grad = None", LOSS, BACK, STEP),
    "accumulation": loop(
        LOSS, BACK, "if (i + 1) % 4 == 0:", "    optimizer.step()", "    optimizer.zero_grad()"
    ),
    "whole set in pieces": GOOD.replace("    for x", "    optimizer.zero_grad()\n    for x")
    .replace("        optimizer.zero_grad()\n", "")
    .replace("        optimizer.step()\n", "    optimizer.step()\n"),
    "closure": "opt = torch.optim.LBFGS(model.parameters())\nfor i in range(9):\n"
    "    def closure():\n"
    "        opt.zero_grad()\n        loss = f(x)\n        loss.backward()\n"
    "        return loss\n    opt.step(closure)\n",
    "by hand": "for i in range(9):\n    loss = f(x)\n    loss.backward()\n"
    "    with torch.no_grad():\n"
    "        w -= 0.1 * w.grad\n        w.grad.zero_()\n",
    "two optimizers": loop(
        "opt_d.zero_grad()",
        "d = criterion(D(x), 1)",
        "d.backward(retain_graph=True)",
        "opt_d.step()",
        "opt_g.zero_grad()",
        "g = criterion(D(G(z)), 1)",
        "g.backward()",
        "opt_g.step()",
    ),
    "steps in functions": "def zero():\n    opt.zero_grad()\n\ndef step():\n    opt.step()\n\n"
    "opt = torch.optim.Adam(model.parameters())\nfor x, y in loader:\n    zero()\n    loss = f(x)\n"
    "    loss.backward()\n    step()\n",
    "scaler": loop(
        ZERO,
        LOSS,
        "scaler.scale(loss).backward()",
        "scaler.unscale_(optimizer)",
        "clip_grad_norm_(p, 1)",
        "scaler.step(optimizer)",
        "scaler.update()",
    ),
    "clip between": loop(ZERO, LOSS, BACK, "clip_grad_norm_(p, 1)", STEP),
    "schedule each batch": loop(ZERO, LOSS, BACK, STEP, "scheduler.step()"),
    "schedule each epoch": GOOD + "    scheduler.step()\n",
    "fit with a library": "import lightning\n" + loop(LOSS, BACK),
    "a fresh model for each seed": "class Net: ...\nfor seed in range(3):\n    model = Net()\n"
    "    opt = torch.optim.Adam(model.parameters())\n    for i in range(99):\n"
    "        opt.zero_grad()\n"
    "        loss = f(model(x))\n        loss.backward()\n        opt.step()\n",
    "gradient of the input": "opt = torch.optim.Adam(model.parameters())\nfor x in loader:\n"
    "    x.requires_grad_()\n    loss = f(model(x))\n    loss.backward()\n"
    "    x = x + 0.1 * x.grad.sign()\n",
    "item": loop(
        ZERO, LOSS, BACK, STEP, "total += loss.item() * len(x)", "losses.append(loss.detach())"
    ),
    "float": loop(ZERO, LOSS, BACK, STEP, "losses.append(float(loss))"),
    "loss made a number": loop(ZERO, LOSS, BACK, STEP, "loss = loss.item()", "total += loss"),
    "losses summed for backward": loop(
        ZERO, "loss = 0", "for h in heads:", "    loss += criterion(h(x), y)", BACK, STEP
    ),
    "losses gathered for backward": loop(
        ZERO,
        "parts = []",
        "for h in heads:",
        "    part = criterion(h(x), y)",
        "    parts.append(part)",
        "loss = sum(parts)",
        BACK,
        STEP,
    ),
    "penalty": loop(ZERO, LOSS, "loss = loss + 0.1 * penalty", BACK, STEP),
    "one loss goes into another": loop(
        ZERO,
        "aux = criterion(model(x), y)",
        "aux.backward(retain_graph=True)",
        "total = 0",
        "total += aux",
        "total.backward()",
        STEP,
    ),
    "number given back": "def step(x):\n    loss = f(x)\n    loss.backward()\n"
    "    return loss.item()\n\n"
    "for x in loader:\n    total += step(x)\n",
    "train and eval": DROP
    + GOOD.replace("    for x", "    model.train()\n    for x")
    + "    model.eval()\n    with torch.no_grad():\n        model(x_val)\n",
    "train in a function": DROP + "def fit(model):\n    model.train()\n    for x, y in loader:\n"
    "        optimizer.zero_grad()\n        loss = criterion(model(x), y)\n"
    "        loss.backward()\n"
    "        optimizer.step()\n\ndef test(model):\n    model.eval()\n    return model(x_val)\n\n"
    "for epoch in range(9):\n    fit(model)\n    test(model)\n",
    "eval after training": DROP + GOOD + "model.eval()\nwith torch.no_grad():\n    model(x_val)\n",
    "no modal layers": GOOD + "    model.eval()\n    with torch.no_grad():\n        model(x_val)\n",
    "frozen backbone in eval": DROP
    + GOOD.replace("    for x", "    model.backbone.eval()\n    for x"),
    "averaged copy in eval": DROP + GOOD + "    ema.eval()\n    ema(x_val)\n",
    "monte carlo": DROP
    + "# mc_dropout\n"
    + GOOD
    + "    with torch.no_grad():\n        model(x_val)\n",
    "dropout by the mode": HEAD
    + "    def forward(self, x):\n        return F.dropout(x, 0.5, self.training)\n",
    "ModuleList": HEAD + "        self.layers = nn.ModuleList([nn.Linear(4, 4)])\n" + ADAM,
    "list wrapped later": HEAD + "        self.layers = [nn.Linear(4, 4)]\n"
    "        self.net = nn.Sequential(*self.layers)\n" + ADAM,
    "list of numbers": HEAD
    + "        self.sizes = [4, 4]\n        self.fc = nn.Linear(4, 4)\n"
    + ADAM,
    "list in the optimizer": HEAD + "        self.layers = [nn.Linear(4, 4)]\n\nm = Net()\n"
    "optimizer = torch.optim.Adam([p for l in m.layers for p in l.parameters()])\n",
    "local list": HEAD
    + "        layers = [nn.Linear(4, 4)]\n        self.net = nn.Sequential(*layers)\n"
    + ADAM,
    "lazy layer": HEAD + "    def forward(self, x):\n        if self.fc is None:\n"
    "            self.fc = nn.Linear(x.shape[1], 2)\n        return self.fc(x)\n",
    "functional in forward": HEAD
    + "    def forward(self, x):\n        return nn.functional.linear(x, self.w)\n",
    "wrapped after": GOOD.replace("for epoch", "model = nn.DataParallel(model)\nfor epoch"),
    "wrapped by a class after": "class Scaled(nn.Module): ...\n"
    + GOOD.replace("for epoch", "model = Scaled(model)\nfor epoch"),
    "moved after": GOOD.replace("for epoch", "model = model.to(device)\nfor epoch"),
    "both made anew": "class Net: ...\nmodel = Net()\n"
    "optimizer = torch.optim.Adam(model.parameters())\n"
    "fit(model)\nmodel = Net()\noptimizer = torch.optim.Adam(model.parameters())\nfor x in data:\n"
    "    optimizer.zero_grad()\n    loss = f(model(x))\n    loss.backward()\n"
    "    optimizer.step()\n",
    "a new model to load into": "class Net: ...\n"
    + GOOD
    + "model = Net()\nmodel.load_state_dict(best)\n",
    "teacher detached": loop(ZERO, "loss = F.mse_loss(model(x), teacher(x).detach())", BACK, STEP),
    "fake detached": loop(ZERO, "loss = criterion(D(G(z).detach()), zeros)", BACK, STEP),
    "input asks for a gradient": loop(ZERO, "x.requires_grad = True", LOSS, BACK, STEP),
    "sampling without gradients": HEAD
    + "    @torch.no_grad()\n    def sample(self, x):\n        return self(x)\n\n"
    "    def forward(self, x):\n        return self.fc(x)\n\nopt = Adam(model.parameters())\n",
    "frozen on purpose": HEAD
    + "    @torch.no_grad()\n    def encode(self, x):\n        return self.enc(x)\n\n"
    "    def forward(self, x):\n        return self.dec(self.encode(x))\n\n"
    "model.enc.requires_grad_(False)\nopt = Adam(model.parameters())\n",
    "softmax to predict": GOOD + "    p = torch.softmax(model(x), dim=1)\n",
    "batch first": HEAD
    + "        self.lstm = nn.LSTM(3, 8, batch_first=True)\n    def forward(self, x):\n"
    "        return self.fc(self.lstm(x)[0][:, -1])\n",
    "time first": HEAD + "        self.lstm = nn.LSTM(3, 8)\n    def forward(self, x):\n"
    "        return self.fc(self.lstm(x)[0][-1])\n",
    "time first by hand": HEAD + "        self.lstm = nn.LSTM(3, 8)\n    def forward(self, x):\n"
    "        out, _ = self.lstm(x.transpose(0, 1))\n"
    "        return self.fc(out.transpose(0, 1)[:, -1])\n",
    "settings unpacked": HEAD
    + "        self.lstm = nn.LSTM(3, 8, **options)\n    def forward(self, x):\n"
    "        return self.fc(self.lstm(x)[0][:, -1])\n",
    "view keeps the order": "def forward(x):\n    b, t, f = x.shape\n    return x.view(b, t * f)\n",
    "view after permute": "def forward(x):\n    b, t, f = x.shape\n"
    "    return x.permute(1, 0, 2).reshape(t, b, f)\n",
    "softmax of own weights": HEAD
    + "    def forward(self, x):\n        return F.softmax(self.alpha, dim=0) * x\n",
    "softmax over classes": HEAD
    + "    def forward(self, x):\n        return F.softmax(self.fc(x), dim=-1)\n",
    "attention over time first": HEAD
    + "        self.gru = nn.GRU(3, 8)\n    def forward(self, x):\n"
    "        return F.softmax(self.score(self.gru(x)[0]), dim=0)\n",
    "state cut": "h = None\n"
    + loop(ZERO, "out, h = model(x, h)", "h = h.detach()", "loss = criterion(out, y)", BACK, STEP),
    "state of a pair cut": "h = None\n"
    + loop(
        ZERO,
        "out, h = model(x, h)",
        "loss = criterion(out, y)",
        BACK,
        STEP,
        "h = tuple(s.detach() for s in h)",
    ),
    "state made for each batch": loop(
        ZERO,
        "h = torch.zeros(2, 3)",
        "for t in range(5):",
        "    out, h = model(x[t], h)",
        "loss = criterion(out, y)",
        BACK,
        STEP,
    ),
    "padding left out": "criterion = nn.CrossEntropyLoss(ignore_index=0)\n"
    "y = pad_sequence(targets)\n"
    "loss = criterion(model(x).view(-1, 9), y.view(-1))\n",
    "padded inputs, a class each": "x = pad_sequence(texts)\n" + GOOD,
    "dropout before the last layer": HEAD
    + "    def forward(self, x):\n        return self.fc3(self.drop(x))\n",
    "dropout ends a block": "block = nn.Sequential(nn.Linear(8, 8), nn.Dropout(0.3))\n",
    "shuffled with one seed": "np.random.seed(0)\nnp.random.shuffle(X)\nnp.random.seed(0)\n"
    "np.random.shuffle(y)\n",
    "one order for both": "p = np.random.permutation(len(X))\nX, y = X[p], y[p]\n",
    "shuffled sets": "random.shuffle(train_files)\nrandom.shuffle(test_files)\n",
    "other rows": "np.random.shuffle(X_train)\nnp.random.shuffle(y_test)\n",
    "split first": "A, B, a, b = train_test_split(X, y)\ns = StandardScaler()\n"
    "A = s.fit_transform(A)\n",
    "resampled after": "A, B, a, b = train_test_split(X, y)\nA, a = SMOTE().fit_resample(A, a)\n",
    "labels encoded first": "y = LabelEncoder().fit_transform(y)\n"
    "A, B, a, b = train_test_split(X, y)\n",
    "sampler": "train_loader = DataLoader(a, sampler=WeightedRandomSampler(w, 9))\n"
    + GOOD.replace("in loader", "in train_loader"),
    "both shuffle": "train_loader = DataLoader(a, shuffle=True)\n"
    "test_loader = DataLoader(b, shuffle=True)\n",
    "shuffle by a setting": "train_loader = DataLoader(a, shuffle=cfg.shuffle)\n",
    "generator without workers": "class D(Dataset):\n    def __init__(self):\n"
    "        self.rng = np.random.default_rng(0)\n    def __getitem__(self, i):\n"
    "        return self.x[i] + self.rng.normal()\n\nDataLoader(D())\n",
    "seed of its own for each example": ITEM
    + "        torch.manual_seed(i)\n        return self.x[i] + torch.randn(3)\n",
    "edited copy": ITEM + "        x = self.x[i].clone()\n        x += 1\n        return x\n",
    "new tensor": ITEM
    + "        x = self.x[i]\n        x = x + 1\n        x *= 2\n        return x\n",
    "counter": ITEM + "        self.reads += 1\n        return self.x[i]\n",
    "flip with its point": ITEM + "        image, point = self.x[i], self.point[i]\n"
    "        image = torch.flip(image, [2])\n        point = point * sign\n"
    "        return image, point\n",
    "flip of a class": ITEM
    + "        image = torch.flip(self.x[i], [2])\n        return image, self.y[i]\n",
    "flip of clothes": "t = RandomHorizontalFlip()\nd = CIFAR10(transform=t)\n",
}
