"""Training and evaluation mode, as the source shows it."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence
from justright.doctor.reading.said import Said, judge_hints, trained
from justright.doctor.source import read_text
from justright.kinds import Finding, Severity


def judged_well(evidence: Evidence) -> bool:
    """All watched evaluation was in evaluation mode."""
    seen = evidence.conduct
    return seen is not None and seen.judged_in_eval_mode > 0 and not seen.judged_in_training_mode


def learned_well(evidence: Evidence) -> bool:
    """All watched training was in training mode."""
    seen = evidence.conduct
    return trained(evidence) and seen is not None and seen.learned_in_eval_mode == 0


#: What is said of each pattern. How sure it is from the text alone: house convention.
SAID = {
    "eval-missing": Said(
        severity=Severity.WARN,
        meaning="dropout and batch normalisation stay in training mode: validation is noisy "
        "and too low",
        remedy="model.eval() before validation, model.train() after it",
        confidence=0.85,
        refuted=judged_well,
    ),
    "train-not-again": Said(
        severity=Severity.WARN,
        meaning="from the second epoch on the network trains in evaluation mode, without "
        "dropout and with frozen statistics",
        remedy="model.train() at the head of each epoch",
        confidence=0.85,
        refuted=learned_well,
    ),
    "trained-in-eval": Said(
        severity=Severity.WARN,
        meaning="the network trains in evaluation mode, without dropout and with frozen statistics",
        remedy="model.train() before the loop",
        confidence=0.8,
        refuted=learned_well,
    ),
    "dropout-in-forward": Said(
        severity=Severity.WARN,
        meaning="this dropout stays on in evaluation: predictions are random",
        remedy="nn.Dropout in __init__, or training=self.training",
        confidence=0.85,
    ),
}


def judge(evidence: Evidence) -> Finding | None:
    """The gravest of these hints that the record does not refute."""
    return judge_hints(evidence, SAID, check=SOURCE_MODES.id)


SOURCE_MODES = Check(
    id="source-modes",
    asks="Does the source put the network into the right mode?",
    fault=12,
    needs=frozenset({"source"}),
    measured="The script is parsed. Only networks with dropout or batch normalisation count, "
    "and only evaluation that the script does itself; dropout left on on purpose is let be. "
    "Where the watched passes show the right mode, this keeps quiet.",
    judge=judge,
    remedy="model.train() before the batches of an epoch, model.eval() before validation.",
    confirm="print(model.training) at the first line of both loops",
    source="torch.nn.Module.eval; torch.nn.functional.dropout",
    example=Evidence(
        door="check",
        source=read_text(
            "class Net(nn.Module):\n"
            "    def forward(self, x):\n"
            "        return self.fc2(F.dropout(self.fc1(x), 0.5))\n"
        ),
    ),
)
