"""Whether a copy learns more from its inputs than from zeros."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Trials
from justright.doctor.learnt import learnt
from justright.kinds import Finding, Severity

USED = 0.95  # of what is learnt from zeros; true inputs must come lower
MOVED = 1e-6  # of the outputs' spread; rounding of float32 alone moves them so far
LEAST = 1e-3  # loss learnt from zeros; below it the targets are all the same
TOLD = 0.95  # of the trivial loss; beyond it the inputs of the batch tell nothing about targets


def judge(evidence: Evidence) -> Finding | None:
    """Trained on zeros a network learns a constant only; its true inputs must beat that."""
    trials = evidence.trials
    if trials is None:
        return None
    if trials.output_moves is not None and trials.output_moves <= MOVED:
        return _ignored(trials)
    real, zeros = trials.batch_end, trials.zeros_end
    if real is None or zeros is None or zeros < LEAST or trials.n_layers < 2 or learnt(evidence):
        return None
    floor, trivial = trials.batch_floor, trials.batch_trivial
    if floor is not None and trivial is not None and floor > TOLD * trivial:
        return None
    if real <= USED * zeros:
        return None
    return Finding(
        check=TRIAL_ZERO_INPUTS.id,
        severity=Severity.WARN,
        sign=f"trained on one batch a copy comes to a loss of {real:.3g}; with every input set "
        f"to zero it comes to {zeros:.3g}",
        meaning="what is in the inputs does not help: it is lost on the way, or mixed up",
        remedy="look at the inputs as they reach the first layer, and at what each layer makes "
        "of them",
        numbers={"batch_end": real, "zeros_end": zeros},
        confidence=0.6,
    )


def _ignored(trials: Trials) -> Finding:
    return Finding(
        check=TRIAL_ZERO_INPUTS.id,
        severity=Severity.STOP,
        sign="the outputs stay the same when the examples swap their inputs, also in a copy that "
        "was trained",
        meaning="the inputs do not reach the output: the network can only learn a constant",
        remedy="follow the input through forward(): a variable overwritten, a layer skipped, an "
        "activation that is zero for every example",
        numbers={"output_moves": trials.output_moves or 0.0},
        confidence=0.95,
    )


TRIAL_ZERO_INPUTS = Check(
    id="trial-zero-inputs",
    asks="Do the inputs reach the output?",
    fault=8,
    needs=frozenset({"trials.output_moves", "trials.batch_end"}),
    measured="Each example is given the next one's inputs: stop where no output moves by a "
    "millionth of their spread, neither in the untrained copy nor in one that learnt. And a "
    "copy trained on one small batch must come 5 % lower than one trained on the same targets "
    "with all-zero inputs.",
    judge=judge,
    remedy="Follow the input through forward(): a variable overwritten, a layer skipped, an "
    "activation that is zero for every example.",
    confirm="print the outputs of two different examples side by side",
    source="Karpathy 2019, A Recipe for Training Neural Networks: input-independent baseline",
    example=Evidence(door="preflight", trials=Trials(output_moves=0.0)),
)
