"""The shapes written in the signatures are true: checked while a population trains."""

import subprocess
import sys

SCRIPT = """
import jaxtyping, numpy as np
with jaxtyping.install_import_hook(["justright.nets", "justright.train"], "beartype.beartype"):
    import torch
    from justright.kinds import Member, View
    from justright.nets.spec import DenseSpec
    from justright.nets.dropout import dropout
    from justright.nets.noise import Noise
    from justright.train.dataset import Dataset
    from justright.train.population import Population
    from justright.train.recipe import Recipe

rows = np.arange(40)
view = View(train=rows[::2], validation=rows[1::2])
x = torch.cat([torch.randn(40, 3), torch.randint(0, 12, (40, 1)).float()], dim=1)
members = [Member(seed=s, order_seed=s, view=view, learning_rate=0.01, dropout=0.1) for s in (1, 2)]
for embedding in ("none", "periodic", "piecewise_linear"):
    for norm, averaging in (("batch", "swa"), ("layer", "ema")):
        spec = DenseSpec(
            n_numeric=2, n_plain=1, cardinalities=(12,), n_outputs=2, depth=2, width=8,
            activation="prelu", normalisation=norm, numeric_embedding=embedding,
        )
        recipe = Recipe(
            loss="cross_entropy", clip="norm", batch_size=8, epoch_steps=3, total_steps=6,
            averaging=averaging,
        )
        data = Dataset(task="multiclass", x=x, y=torch.arange(40) % 2, n_classes=2)
        Population(spec, recipe, members, data).run()
try:
    dropout(torch.ones(2, 4, 3), torch.zeros(3), Noise([1, 2]))
except Exception as error:
    print(type(error).__name__)
"""


def test_shapes_hold_and_a_wrong_member_count_is_refused():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip() == "TypeCheckError"
