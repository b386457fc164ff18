"""Errors of how a model, a loss, an optimizer or a schedule is written."""

from justright.doctor.failures.case import Case, fixed

CASES = (
    Case(
        31,
        r"cannot assign (\w+) before Module\.__init__\(\) call",
        fixed(
            "a {0} was set before the module was made",
            "super().__init__() is missing, or comes too late",
            "super().__init__() as the first line of __init__",
        ),
    ),
    Case(
        31,
        r"Module \[ModuleList\] is missing",
        fixed(
            "a ModuleList was called",
            "it holds layers and runs none",
            "for layer in self.layers: x = layer(x), or nn.Sequential",
        ),
    ),
    Case(
        31,
        r"Module \[(\w+)\] is missing the required \"forward\"|^NotImplementedError: $",
        fixed(
            "the model {0} has no forward()",
            "it is missing, misspelt, or indented into __init__",
            "def forward(self, x): … at the level of __init__",
        ),
    ),
    Case(
        31,
        r"(\w+)\.forward\(\) missing \d+ required positional arguments?: (.*)",
        fixed(
            "forward() of {0} was not given {1}",
            "the call has fewer arguments than forward() takes",
            "pass it, or give it a default",
        ),
    ),
    Case(
        31,
        r"(\w+)\.forward\(\) takes (\d+) positional arguments? but (\d+) (?:was|were) given",
        fixed(
            "forward() of {0} takes {1} arguments with self, and got {2}",
            "the call has more arguments than forward() takes, or self is missing in its"
            " first line",
            "def forward(self, x): …, and model(x)",
        ),
    ),
    Case(
        31,
        r"'NoneType' object has no attribute '(\w+)'",
        fixed(
            "None was used as a tensor (.{0})",
            "a function or forward() gave nothing back",
            "add the missing return",
            0.9,
        ),
    ),
    Case(
        31,
        r"'method' object is not iterable",
        fixed(
            "the optimizer got the method and not what it gives",
            "the brackets are missing",
            "model.parameters -> model.parameters()",
        ),
    ),
    Case(
        31,
        r"^TypeError: '(\w+)' object is not iterable",
        fixed(
            "a {0} was gone through as if it were a list",
            "an optimizer wants parameters and not the model; a loop wants a list or a loader",
            "optimizer: model.parameters(); loop: range(n), or the DataLoader",
            0.85,
        ),
    ),
    Case(
        31,
        r"params argument given to the optimizer should be an iterable",
        fixed(
            "the optimizer got a single tensor",
            "it wants a list of them",
            "torch.optim.SGD([w], …)",
        ),
    ),
    Case(
        31,
        r"cannot assign '.*' as parameter '(\w+)'",
        fixed(
            "a plain tensor was set as the parameter {0}",
            "weights of a layer are nn.Parameter",
            "with torch.no_grad(): layer.{0}.copy_(values), or nn.Parameter(values)",
        ),
    ),
    Case(
        31,
        r"([\w.]+) is not a Module subclass",
        fixed(
            "{0} was put where a layer is wanted",
            "nn.Sequential takes layers one by one, and objects rather than classes",
            "nn.Sequential(*layers) for a list; nn.ReLU() with its brackets; torch.relu"
            " inside forward()",
        ),
    ),
    Case(
        31,
        r"'(ReLU|Sigmoid|Tanh|Softmax|GELU|LeakyReLU)' object has no attribute",
        fixed(
            "{0} was built in place of being applied",
            "nn.{0}(x) makes a layer with x as its setting",
            "nn.{0}()(x), or the function of torch.nn.functional",
        ),
    ),
    Case(
        31,
        r"'(\w+)' object has no attribute '(\w+)'",
        fixed(
            "{0} has nothing called {1}",
            "the name is misspelt, set in another place, or missing in __init__",
            "self.{1} = … in __init__, or the name that is set there",
        ),
    ),
    Case(
        31,
        r"LBFGS\.step\(\) missing .*'closure'",
        fixed(
            "LBFGS was stepped without a closure",
            "it computes the loss several times in one step",
            "def closure(): zero_grad, loss, backward, return loss; optimizer.step(closure)",
        ),
    ),
    Case(
        31,
        r"ReduceLROnPlateau\.step\(\) missing",
        fixed(
            "ReduceLROnPlateau was stepped without a figure",
            "it lowers the rate by the validation loss",
            "scheduler.step(validation_loss)",
        ),
    ),
    Case(
        31,
        r"Tried to step (\d+) times\. The specified number of total steps is (\d+)",
        fixed(
            "the schedule was made for {1} steps and stepped {0} times",
            "OneCycleLR is stepped after each batch, and its length must be epochs times batches",
            "OneCycleLR(…, epochs=n_epochs, steps_per_epoch=len(loader))",
        ),
    ),
    Case(
        31,
        r"(\w+)\.__init__\(\) missing \d+ required positional arguments?: (.*)",
        fixed(
            "{0} was built without {1}",
            "it has no default",
            "pass it",
        ),
    ),
    Case(
        31,
        r"(\w+)\.__init__\(\) got an unexpected keyword argument '(\w+)'",
        fixed(
            "{0} has no setting called {1}",
            "the name is misspelt, belongs to another class, or is gone in this version of PyTorch",
            "help(torch.nn.{0}) or help(torch.optim.{0}) lists its settings",
            0.95,
        ),
    ),
    Case(
        31,
        r"dropout probability has to be between 0 and 1, but got (.*)",
        fixed(
            "the share of dropout is {0}",
            "it is a share, 0 to 1",
            "nn.Dropout(0.2) for 20 %",
        ),
    ),
    Case(
        31,
        r"Invalid (learning rate|momentum value|weight_decay value|beta parameter.*): (.*)",
        fixed(
            "the {0} is {1}",
            "the optimizer does not take such a value",
            "learning rate above 0; momentum and betas from 0 to below 1",
        ),
    ),
    Case(
        31,
        r"failed to unpack the object at pos .*got (\w+)|received an invalid combination.*float",
        fixed(
            "the size of a layer is a {0}",
            "sizes are whole numbers; / makes a float",
            "n // 2 in place of n / 2",
            0.9,
        ),
    ),
    Case(
        31,
        r"sampler option is mutually exclusive with shuffle",
        fixed(
            "the DataLoader got a sampler and shuffle=True",
            "the sampler decides the order already",
            "drop shuffle=True",
        ),
    ),
)
