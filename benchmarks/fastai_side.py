"""fastai's rate finder on one case, in AutoGluon's environment: `rate_finders.py` starts it.

    python benchmarks/fastai_side.py FILE

FILE is what `torch.save` wrote of a dict: "net" (of `torch.nn` alone), "loss" (a word of LOSSES),
"x", "y", "batch", "seed", and "optimizer", the name of a class of `torch.optim` with its
"arguments". Prints fastai's suggestions by name as JSON, from one call of `lr_find` with its
defaults. Nothing of this project is imported here.
"""

import contextlib
import json
import sys
import tempfile
import warnings
from functools import partial

import torch
from torch import nn

LOSSES = {
    "binary": nn.BCEWithLogitsLoss,
    "classes": nn.CrossEntropyLoss,
    "numbers": nn.MSELoss,
}


def main(path: str) -> None:
    """Run the finder."""
    from fastai.callback.schedule import minimum, slide, steep, valley
    from fastai.data.core import DataLoaders
    from fastai.learner import Learner
    from fastai.optimizer import OptimWrapper

    case = torch.load(path, weights_only=False)
    torch.manual_seed(case["seed"])
    table = torch.utils.data.TensorDataset(case["x"], case["y"])
    kind = partial(getattr(torch.optim, case["optimizer"]), **case["arguments"])
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        learner = Learner(
            DataLoaders.from_dsets(table, table, bs=case["batch"], device="cpu"),
            case["net"],
            loss_func=LOSSES[case["loss"]](),
            opt_func=partial(OptimWrapper, opt=kind),
            path=folder,
        )
        with learner.no_bar(), learner.no_logging(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ways = (valley, slide, minimum, steep)
            found = learner.lr_find(suggest_funcs=ways, show_plot=False)
    print(json.dumps({way.__name__: getattr(found, way.__name__) for way in ways}))


if __name__ == "__main__":
    main(sys.argv[1])
