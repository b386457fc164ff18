"""The shapes written in the signatures are true: checked while a population trains."""

import subprocess
import sys

SCRIPT = """
import jaxtyping, numpy as np
with jaxtyping.install_import_hook(["justright.nets", "justright.train"], "beartype.beartype"):
    import torch
    from justright.kinds import View
    from justright.nets.spec import DenseSpec
    from justright.train.validation import predict
    from justright.train.dataset import Dataset
    from justright.train.member import Member
    from justright.train.population import Population

rows = np.arange(40)
view = View(train=rows[::2], validation=rows[1::2])
heavy = View(train=rows[::2], validation=rows[1::2], weights=np.ones(40), targets=rows)
x = torch.cat([torch.randn(40, 3), torch.randint(0, 12, (40, 1)).float()], dim=1)
data = Dataset(task="multiclass", x=x, y=torch.arange(40) % 2, n_classes=2)
MAKES = (("batch", "swa", "norm", "prelu"), ("layer", "ema", "value", "rrelu"),
         ("none", "last_k", "none", "selu"))
for embedding in ("none", "periodic", "piecewise_linear"):
    members = [
        Member(
            spec=DenseSpec(
                n_numeric=2, n_plain=1, cardinalities=(12,), n_outputs=2, depth=seed, width=8,
                activation=activation, normalisation=norm, numeric_embedding=embedding,
            ),
            seed=seed, order_seed=seed, view=view if seed else heavy, learning_rate=0.01 * seed,
            dropout=0.1, input_dropout=0.1, loss=loss, clip=clip, averaging=averaging,
            optimizer=optimizer, batch_size=8, epoch_steps=3, total_steps=3 + 3 * seed,
        )
        for norm, averaging, clip, activation in MAKES
        for seed, loss in enumerate(("cross_entropy", "focal", "weighted_cross_entropy"))
        for optimizer in ("sgd", "nadam", "adamw")
    ]
    Population(members, data, together=64).run()
try:
    predict(members[0].spec, torch.zeros(2, 5), torch.zeros(3, 0), x)
except Exception as error:
    print(type(error).__name__)
"""


def test_shapes_hold_and_a_wrong_member_count_is_refused():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip() == "TypeCheckError"
