"""drop_last that throws much of a small set away."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Loader
from justright.kinds import Finding, Severity

MUCH = 0.2  # of the rows (house convention)
MOST = 0.5  # of the rows


def judge(evidence: Evidence) -> Finding | None:
    """With shuffling other rows are lost each time; without it always the same ones."""
    lost = [(_lost(loader), loader) for loader in evidence.loaders]
    share, loader = max(lost, key=lambda one: one[0], default=(0.0, None))
    if loader is None or share < MUCH:
        return None
    nothing = share == 1.0
    grave = share >= MOST or not loader.shuffles
    return Finding(
        check=ROWS_DROPPED.id,
        severity=Severity.STOP if nothing else Severity.WARN if grave else Severity.NOTE,
        sign=f"of {loader.n_examples} examples in batches of {loader.batch_size}, drop_last leaves "
        f"out {share:.0%}",
        meaning="the loader has no batch at all: nothing is learnt"
        if nothing
        else "so much of the data is left out of each epoch",
        remedy="drop_last=False, or a smaller batch size",
        line=loader.line,
        numbers={"lost_share": share, "rows": float(loader.n_examples)},
        confidence=0.95 if nothing else 0.8,
    )


def _lost(loader: Loader) -> float:
    if not loader.drop_last or not loader.batch_size or not loader.n_examples:
        return 0.0
    if not loader.learning and loader.n_examples >= loader.batch_size:
        return 0.0
    return (loader.n_examples % loader.batch_size) / loader.n_examples


ROWS_DROPPED = Check(
    id="rows-dropped",
    asks="Does drop_last leave most of the data in?",
    fault=23,
    needs=frozenset({"loaders"}),
    measured="The rest of the examples divided by the batch size, as a share of them, in loaders "
    "with drop_last that are learnt from. A note from one fifth where rows are shuffled, an alarm "
    "from one half or without shuffling, stop where there is no batch at all.",
    judge=judge,
    remedy="drop_last=False, or a smaller batch size.",
    confirm="print len(loader) times the batch size beside the number of examples",
    source="PyTorch documentation of DataLoader, drop_last",
    example=Evidence(
        door="check",
        loaders=(Loader(n_examples=100, batch_size=64, drop_last=True, shuffles=False),),
    ),
)
