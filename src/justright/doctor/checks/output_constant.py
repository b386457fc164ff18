"""An output that is the same for every example."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, LossSample, LossUse, Track
from justright.doctor.outputs import head, left_of_trivial, steps_made, trained_on
from justright.kinds import Finding, Severity

SAME = 1e-3  # spread over the examples, in spreads of logits or targets: nothing is told apart
FEWEST_ROWS = 4
FEWEST_STEPS = 20  # a last layer may start at zero; by then it has moved
# Of the best constant's loss: no better, and no worse, as outputs on their way to far targets are.
AT_TRIVIAL = (0.97, 1.1)


def judge(evidence: Evidence) -> Finding | None:
    """Late in training a network that tells nothing apart has lost its inputs on the way."""
    if steps_made(evidence) < FEWEST_STEPS or evidence.breakdown is not None:
        return None
    for use in trained_on(evidence):
        left = left_of_trivial(use)
        late = use.samples[-max(2, len(use.samples) // 4) :]
        rows = use.input_shape[0] if use.input_shape else 0
        if len(use.samples) < 4 or rows < FEWEST_ROWS or left is None:
            continue
        if not AT_TRIVIAL[0] <= left <= AT_TRIVIAL[1]:
            continue
        if any(s.target_std == 0 or not s.finite_input for s in late):
            continue
        numbers = late[-1].accuracy is None
        scale = [max(s.std, s.target_std if numbers else 1.0) for s in late]
        shares = [s.example_spread / max(one, 1e-30) for s, one in zip(late, scale, strict=True)]
        if max(shares) >= SAME:
            continue
        return _sick(evidence, use, max(shares), left)
    return None


def _sick(evidence: Evidence, use: LossUse, share: float, left: float) -> Finding:
    return Finding(
        check=OUTPUT_CONSTANT.id,
        severity=Severity.WARN,
        sign=f"after {steps_made(evidence)} steps the outputs differ between examples by "
        f"{share:.1e} of their scale; the loss is {left:.0%} of the best constant's",
        meaning="the network puts out the same for every example: its inputs are lost on the way",
        remedy="follow one batch through the layers: from which one on are all rows alike? (dead "
        "units, saturation, a mask or an index that drops the input)",
        layer=head(evidence, use).layer or None,
        line=use.line,
        numbers={"spread_share": share, "left_of_trivial": left},
        confidence=0.45,
    )


OUTPUT_CONSTANT = Check(
    id="output-constant",
    fault=8,
    asks="Does the output change from example to example?",
    needs=frozenset({"losses"}),
    measured="Spread of what goes into the loss over the examples of late batches, against 1 for "
    "logits and the targets' spread for numbers. Alarm below 0.001, after 20 steps, where the "
    "loss is as good as the best constant's. What made it so is for other checks to say.",
    judge=judge,
    remedy="Find the layer from which on all rows are alike.",
    confirm="print(layer_output.std(0).mean()) layer by layer",
    source="Karpathy 2019, A Recipe for Training Neural Networks: input-independent baseline",
    example=Evidence(
        door="check",
        losses=(
            LossUse(
                function="cross_entropy",
                input_shape=(32, 3),
                target_shape=(32,),
                made_by="Addmm",
                samples=tuple(
                    LossSample(step=s, value=1.1, trivial=1.09, example_spread=1e-6, accuracy=0.3)
                    for s in (0, 10, 20, 30)
                ),
            ),
        ),
        tracks=(Track(name="optimizer", kind="SGD", n_steps=31),),
    ),
)
