"""Look the designed network over before it is trained."""

import torch
from torch import Tensor

from justright.doctor.checks import CHECKS
from justright.doctor.evidence import Evidence
from justright.doctor.examine import examine
from justright.doctor.rank import gravest_first
from justright.doctor.trials.start import record
from justright.errors import PreflightError
from justright.kinds import Design, Finding, Severity
from justright.nets.family import Spec, initial_parameters, initial_statistics
from justright.recipes.encoded import Encoded
from justright.recipes.network import with_values
from justright.train.losses import row_losses
from justright.train.threads import threads

BATCH_ROWS = 256  # rows looked at; enough that the first loss is within a few percent


def look_over(design: Design, spec: Spec, encoded: Encoded, seed: int) -> tuple[Finding, ...]:
    """Run preflight on a network as the population will start it.

    Args:
        design: The design.
        spec: Shape of its network.
        encoded: The data; training rows of the first fold are used.
        seed: Seed of the weights and of the rows drawn.

    Returns:
        What was found, the gravest first.

    Raises:
        PreflightError: If a finding says that training cannot work.
    """
    data, view = encoded.data, encoded.views[0]
    order = torch.randperm(len(view.train), generator=torch.Generator().manual_seed(seed))
    if data.query is not None:  # rows can only be told apart beside others of their query
        order = data.query[torch.from_numpy(view.train)].argsort(stable=True)
    rows = torch.from_numpy(view.train)[order[:BATCH_ROWS]]
    output = design.word("output_activation")
    prior = data.prior(view, output)
    theta = initial_parameters(spec, seed, prior)
    net = with_values(spec, theta, initial_statistics(spec, data.edges(spec, view), theta.dtype))
    weighted = design.word("loss") == "weighted_cross_entropy"
    weight = data.class_weight() if weighted else None

    def loss(outputs: Tensor, y: Tensor) -> Tensor:
        return row_losses(
            design.word("loss"),
            outputs.unsqueeze(0),
            y.unsqueeze(0),
            class_weight=weight,
            output=output,
        ).mean()

    with threads(1):
        start = record(net, loss, data.x[rows], data.y[rows], prior)
    found = gravest_first(examine(Evidence(door="preflight", start=start), CHECKS).findings)
    for finding in found:
        if finding.severity is Severity.STOP:
            raise PreflightError(
                f"{finding.sign}: {finding.meaning}",
                "a network that passes the checks before training",
                try_=finding.remedy,
            )
    return found
