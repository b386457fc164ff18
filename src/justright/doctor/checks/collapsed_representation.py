"""A representation that becomes the same for every example."""

from justright.doctor.check import Check
from justright.doctor.course import last_ones, runs
from justright.doctor.evidence import Evidence, Layer, Signal, Track
from justright.doctor.learnt import learnt
from justright.kinds import Finding, Severity

FEWEST_LOOKS = 6
ALIVE = 0.1  # spread over examples, of the whole spread, before training
LOST = 0.02  # of what it was before training, in all of the last third
SURE, LIKELY = 0.7, 0.55
SUMS = ("Linear", "Conv1d", "Conv2d", "Conv3d")


def judge(evidence: Evidence) -> Finding | None:
    """Examples that told apart before training and do not any more: the layer says nothing."""
    if len(evidence.tracks) != 1:
        return None  # in a game of two networks another check looks at the samples
    known = any(s.trivial is not None for use in evidence.losses for s in use.samples)
    if known and learnt(evidence):
        return None
    runs_of = _runs(evidence)
    last = runs_of[-1][0].layer if runs_of else ""
    for run in runs_of:
        # A constant is the best answer to targets that nothing is known of: outputs may be one.
        if known and run[0].layer == last:
            continue
        start = run[0].example_spread
        now = max(own.example_spread for own in last_ones(run))
        if len(run) >= FEWEST_LOOKS and start > ALIVE and now < LOST * start:
            return _finding(run, start, now, known=known)
    return None


def _runs(evidence: Evidence) -> list[list[Signal]]:
    """What each layer with weights put out, in the order of the pass."""
    found = {layer: run for (op, layer, _), run in runs(evidence.signals).items() if op in SUMS}
    return [found[layer.name] for layer in evidence.layers if layer.name in found]


def _finding(run: list[Signal], start: float, now: float, *, known: bool) -> Finding:
    layer = run[0].layer
    return Finding(
        check=COLLAPSED_REPRESENTATION.id,
        severity=Severity.WARN,
        layer=layer,
        sign=f"the output of {layer} differs between examples by {now:.1g} of its spread; before "
        f"training it was {start:.2g}",
        meaning="the representation has collapsed: every example looks the same to what follows",
        remedy="lower the learning rate and normalise the layers"
        if known
        else "give the loss a term that keeps examples apart (negatives, a variance term, or "
        "detach() on one of the two branches)",
        numbers={"spread": now, "at_start": start},
        confidence=LIKELY if known else SURE,
    )


COLLAPSED_REPRESENTATION = Check(
    id="collapsed-representation",
    asks="Do the layers still tell examples apart?",
    fault=16,
    needs=frozenset({"signals", "layers", "tracks"}),
    measured="Spread of a layer's output over the examples, over its whole spread. Alarm where it "
    "fell to 1/50 of what it was before training in all of the last third of the sampled steps. "
    "The last layer counts only for a loss whose best constant is not known.",
    judge=judge,
    remedy="Lower the learning rate; for a loss on pairs, add what keeps examples apart.",
    confirm="print output.std(dim=0).mean() of the layer for one batch, before and after training",
    source="Jing et al. 2022, arXiv:2110.09348; Chen and He 2021, arXiv:2011.10566",
    example=Evidence(
        door="check",
        layers=(Layer(name="project", kind="Linear"),),
        tracks=(Track(name="optimizer", kind="Adam", n_steps=100),),
        signals=tuple(
            Signal(
                op="Linear", layer="project", step=step, example_spread=0.5 if step < 2 else 1e-4
            )
            for step in range(9)
        ),
    ),
)
