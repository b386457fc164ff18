"""Workers of a DataLoader that draw the same random numbers."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Loader
from justright.kinds import Finding, Severity


def judge(evidence: Evidence) -> Finding | None:
    """NumPy's generator is copied into each worker as it stands."""
    loader = next((one for one in evidence.loaders if one.same_worker_seeds), None)
    if loader is None:
        return None
    return Finding(
        check=SAME_WORKER_SEEDS.id,
        severity=Severity.WARN,
        sign=f"the {loader.n_workers} workers of the DataLoader drew the same random numbers",
        meaning="augmentation repeats itself from worker to worker, and from epoch to epoch",
        remedy="draw with torch's generator, or seed NumPy from torch.initial_seed() in "
        "worker_init_fn",
        line=loader.line,
        numbers={"workers": float(loader.n_workers)},
        confidence=0.9,
    )


SAME_WORKER_SEEDS = Check(
    id="same-worker-seeds",
    asks="Does each worker of a DataLoader draw its own random numbers?",
    fault=22,
    needs=frozenset({"loaders"}),
    measured="Numbers that the workers' generators drew are compared, where they were recorded.",
    judge=judge,
    remedy="Seed NumPy in worker_init_fn, or draw with torch's generator.",
    confirm="print the random numbers of the first example of each worker",
    source="PyTorch documentation, randomness in multi-process data loading",
    example=Evidence(
        door="check",
        loaders=(Loader(n_examples=600, batch_size=32, n_workers=2, same_worker_seeds=True),),
    ),
)
