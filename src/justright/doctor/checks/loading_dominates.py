"""Steps that mostly wait for data."""

from justright.doctor.check import Check
from justright.doctor.evidence import Conduct, Evidence, Loader, Pace
from justright.kinds import Finding, Severity

MOSTLY = 0.7  # share of a step spent waiting for the DataLoader
HALF = 0.5
LONG_S = 0.02  # waited for a batch: below it a small network waits for nothing worth mending
SHORT_S = 0.005
ROW_S = 2e-4  # a row; a TensorDataset takes about a fiftieth of it (house run)
FEWEST_STEPS = 20
LIKELY, HINT = 0.45, 0.3  # speed keeps nobody from learning


def judge(evidence: Evidence) -> Finding | None:
    """A network that waits for its data learns as fast as the data come."""
    pace = evidence.pace
    loader = next((own for own in evidence.loaders if own.learning), None)
    n_steps = evidence.conduct.steps if evidence.conduct else 0
    if pace is None or pace.wait_share is None or loader is None or n_steps < FEWEST_STEPS:
        return None
    waited = pace.wait_share * pace.step_s
    # Workers are started anew at each epoch; in a short one that start is most of the wait.
    long_epochs = loader.n_workers == 0 or n_steps / max(1, loader.passes) > FEWEST_STEPS
    per_row = waited / max(1, loader.batch_size)
    slow = waited > LONG_S or (waited > SHORT_S and per_row > ROW_S)
    heavy = pace.wait_share > MOSTLY and slow and long_epochs
    if not heavy and (pace.wait_share < HALF or waited < SHORT_S):
        return None
    return Finding(
        check=LOADING_DOMINATES.id,
        severity=Severity.WARN if heavy else Severity.NOTE,
        sign=f"{pace.wait_share:.0%} of a step of {pace.step_s * 1e3:.0f} ms is spent waiting for "
        f"the DataLoader (num_workers={loader.n_workers})",
        meaning="loading the data takes longer than learning from them",
        remedy="num_workers=4, persistent_workers=True; read and decode once and keep the tensors; "
        "no work in __getitem__ that could be done before"
        if loader.n_workers == 0
        else "more workers with persistent_workers=True, or read and decode once before training",
        numbers={"wait_share": pace.wait_share, "step_s": pace.step_s},
        line=loader.line,
        confidence=LIKELY if heavy else HINT,
    )


LOADING_DOMINATES = Check(
    id="loading-dominates",
    asks="Does the step spend its time on learning?",
    fault=30,
    needs=frozenset({"pace", "loaders"}),
    measured="Share of the time between two steps spent in the DataLoader. A warning beyond 70 % "
    "and 20 ms a batch (or 5 ms and 0.2 ms a row), a note beyond half and 5 ms: steps of tiny "
    "networks mostly wait and it does not matter. Short epochs with workers are "
    "left out, as their start is most of the wait.",
    judge=judge,
    remedy="Use workers, or prepare the data once before training.",
    confirm="time one pass over the DataLoader without the network",
    source="PyTorch performance tuning guide. Limits: house convention",
    example=Evidence(
        door="check",
        pace=Pace(step_s=0.1, wait_share=0.9),
        loaders=(Loader(n_examples=1000, batch_size=32),),
        conduct=Conduct(steps=100),
    ),
)
