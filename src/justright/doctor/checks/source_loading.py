"""How the source sets up its loaders."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence
from justright.doctor.reading.said import Said, judge_hints
from justright.doctor.source import read_text
from justright.kinds import Finding, Severity


def shuffles(evidence: Evidence) -> bool:
    """Every loader that the network learnt from shuffled."""
    used = [loader for loader in evidence.loaders if loader.learning]
    return bool(used) and all(loader.shuffles for loader in used)


def alone(evidence: Evidence) -> bool:
    """No loader that was gone through has two workers."""
    return bool(evidence.loaders) and all(loader.n_workers < 2 for loader in evidence.loaders)


#: What is said of each pattern. How sure it is from the text alone: house convention.
SAID = {
    "shuffle-swapped": Said(
        severity=Severity.WARN,
        meaning="the loaders are the wrong way round: training sees the same order in each epoch",
        remedy="shuffle=True for training, shuffle=False for testing",
        confidence=0.75,
        refuted=shuffles,
    ),
    "rng-in-workers": Said(
        severity=Severity.WARN,
        meaning="each worker has a copy of the same generator and draws the same numbers",
        remedy="make the generator in worker_init_fn from torch.initial_seed(), or use torch.rand",
        confidence=0.8,
        refuted=alone,
    ),
    "seed-in-item": Said(
        severity=Severity.WARN,
        meaning="every example draws the same random numbers each time",
        remedy="set the seed once, at the head of the script",
        confidence=0.75,
    ),
    "not-shuffled": Said(
        severity=Severity.NOTE,
        meaning="each epoch brings the same batches; it hurts where rows are sorted",
        remedy="shuffle=True",
        confidence=0.4,
        refuted=shuffles,
    ),
}


def judge(evidence: Evidence) -> Finding | None:
    """The gravest of these hints that the record does not refute."""
    return judge_hints(evidence, SAID, check=SOURCE_LOADING.id)


SOURCE_LOADING = Check(
    id="source-loading",
    asks="Does the source shuffle the training rows, and draw fresh numbers in each worker?",
    fault=22,
    needs=frozenset({"source"}),
    measured="The script is parsed: a test loader that shuffles beside a training loader that "
    "does not; a generator copied into every worker; a seed set for each example. A training "
    "loader without shuffling alone is only noted: the rows may be mixed already.",
    judge=judge,
    remedy="shuffle=True for training; seeds from torch.initial_seed() in worker_init_fn.",
    confirm="print the first labels of two epochs, and a random number of each worker",
    source="torch.utils.data, Randomness in Multi-process Data Loading",
    example=Evidence(
        door="check",
        source=read_text(
            "train_loader = DataLoader(train_set, batch_size=32)\n"
            "test_loader = DataLoader(test_set, batch_size=32, shuffle=True)\n"
        ),
    ),
)
