"""A data set whose own numbers change from epoch to epoch."""

from justright.doctor.check import Check
from justright.doctor.evidence import Batch, Evidence, Loader
from justright.kinds import Finding, Severity

FEWEST = 2  # passes: a first one may fill a cache
MOVED = 1.5  # times: spread or distance of the inputs, late over early
SURE, LIKELY = 0.85, 0.65


def judge(evidence: Evidence) -> Finding | None:
    """What is done to a tensor in place is done to the data themselves, again at each epoch."""
    for loader in evidence.loaders:
        if not loader.learning or loader.edited < FEWEST:
            continue
        moved = _moved(evidence.batches)
        seen = f"; the inputs had spread {moved[0]:.3g} and have {moved[1]:.3g}" if moved else ""
        return Finding(
            check=EDITED_IN_PLACE.id,
            severity=Severity.WARN,
            sign=f"the numbers of the data set had changed at {loader.edited} of {loader.passes} "
            f"passes over it{seen}",
            meaning="the data are edited in place while they are loaded: each epoch damages them "
            "further",
            remedy="work on a copy in __getitem__: x = self.x[i].clone(), and no methods that end "
            "in _ and no +=, -=, *=, /= on it",
            line=loader.line,
            numbers={"edited": float(loader.edited)},
            confidence=SURE if moved else LIKELY,
        )
    return None


def _moved(batches: tuple[Batch, ...]) -> tuple[float, float] | None:
    """Spread of the inputs early and late, where it moved."""
    if len(batches) < 4:
        return None
    own = [batch for batch in batches if batch.model == batches[0].model]
    early, late = own[0].std, own[-1].std
    times = max(early, late) / max(min(early, late), 1e-30)
    return (early, late) if times > MOVED else None


EDITED_IN_PLACE = Check(
    id="edited-in-place",
    asks="Are the data the same at each epoch?",
    fault=26,
    needs=frozenset({"loaders"}),
    measured="Prints of the tensors that the data set keeps, at the beginning of each pass. Alarm "
    "where a fifth of their numbers changed at two passes or more: once may be a cache.",
    judge=judge,
    remedy="Clone a row before changing it.",
    confirm="compare dataset[0][0] before training and after two epochs",
    source="house convention",
    example=Evidence(
        door="check", loaders=(Loader(n_examples=1000, batch_size=32, passes=5, edited=4),)
    ),
)
