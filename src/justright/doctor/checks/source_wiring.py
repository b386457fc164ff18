"""Weights that the source keeps from the optimizer, and losses that it cuts off."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence
from justright.doctor.reading.said import Said, judge_hints, trained
from justright.doctor.source import read_text
from justright.kinds import Finding, Severity


def all_held(evidence: Evidence) -> bool:
    """The watched steps: the loss depends on nothing outside, and every weight had a gradient."""
    conduct = evidence.conduct
    if conduct is None or not trained(evidence) or not all_moved(evidence):
        return False
    return not conduct.outside and not conduct.foreign


def all_moved(evidence: Evidence) -> bool:
    """Every weight had a gradient."""
    return trained(evidence) and not any(track.without_gradient for track in evidence.tracks)


#: What is said of each pattern. How sure it is from the text alone: house convention.
SAID = {
    "layers-in-list": Said(
        severity=Severity.STOP,
        meaning="parameters() does not see layers in a plain list or dict: they are not trained",
        remedy="nn.ModuleList(...)",
        confidence=0.9,
        refuted=all_held,
    ),
    "layer-in-forward": Said(
        severity=Severity.STOP,
        meaning="its weights are new random numbers in every pass and never trained",
        remedy="build it in __init__ as self.layer, use it in forward()",
        confidence=0.9,
        refuted=all_held,
    ),
    "model-remade": Said(
        severity=Severity.STOP,
        meaning="the optimizer still trains the weights of the old one; the new ones never move",
        remedy="build the optimizer after the model has its last form",
        confidence=0.9,
        refuted=all_held,
    ),
    "no-grad-in-forward": Said(
        severity=Severity.STOP,
        meaning="no gradient goes through it: the layers before it are never trained",
        remedy="take the no_grad away; use it around the call in evaluation",
        confidence=0.85,
        refuted=all_held,
    ),
    "loss-made-leaf": Said(
        severity=Severity.STOP,
        meaning="the loss has no graph; asking for its gradient hides the error and trains nothing",
        remedy="compute the loss from the network's output with torch operations only",
        confidence=0.9,
        refuted=all_moved,
    ),
    "loss-detached": Said(
        severity=Severity.STOP,
        meaning="backward() cannot get from the loss to the weights",
        remedy="give the loss the output itself",
        confidence=0.85,
        refuted=all_moved,
    ),
}


def judge(evidence: Evidence) -> Finding | None:
    """The gravest of these hints that the record does not refute."""
    return judge_hints(evidence, SAID, check=SOURCE_WIRING.id)


SOURCE_WIRING = Check(
    id="source-wiring",
    asks="Does the source register every layer and hand every weight to the optimizer?",
    fault=10,
    needs=frozenset({"source"}),
    measured="The script is parsed: layers in plain lists, layers built in forward(), models "
    "and heads made after their optimizer, no_grad on what forward() calls, losses made into "
    "new leaves. Where the watched steps show every weight in the optimizer, this keeps quiet.",
    judge=judge,
    remedy="Register layers (nn.ModuleList), build the optimizer last, keep the loss attached.",
    confirm="print(sum(p.numel() for p in model.parameters())) and compare it with the layers",
    source="torch.nn.ModuleList; torch.optim, Constructing it",
    example=Evidence(
        door="check",
        source=read_text(
            "class Net(nn.Module):\n"
            "    def __init__(self):\n"
            "        super().__init__()\n"
            "        self.layers = [nn.Linear(4, 4) for _ in range(3)]\n"
            "\n"
            "\n"
            "optimizer = torch.optim.SGD(Net().parameters(), lr=0.1)\n"
        ),
    ),
)
