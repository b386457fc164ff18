"""Validation with dropout and batch statistics still at work."""

from collections.abc import Sequence

from justright.doctor.check import Check
from justright.doctor.evidence import Conduct, Evidence, Layer, Track, Validation, Weight
from justright.doctor.loop import listed
from justright.doctor.modes import is_batch_norm, moody
from justright.doctor.outputs import line_of
from justright.kinds import Finding, Severity

RARE = 0.5  # validations for a step: a pass at nearly every step is part of the training
LAST = 0.2  # of the validations: so few in eval mode, at the end, are the final test


def judge(evidence: Evidence) -> Finding | None:
    """Layers that depend on the mode, and passes that no backward pass followed."""
    conduct, layers = evidence.conduct, moody(evidence)
    if conduct is None or not layers or not conduct.steps:
        return None
    measured = [v for v in evidence.validations if v.loss is not None or v.accuracy is not None]
    if conduct.judged_in_eval_mode:
        if not _late_eval(measured):
            return None
    elif not conduct.judged_in_training_mode:
        return None
    often = len(evidence.validations) > RARE * conduct.steps and len(evidence.validations) > 2
    if not measured and (often or len(evidence.tracks) > 1):
        return None  # a teacher, or a generator that shows what it can do
    names = [f"{layer.name} ({layer.kind})" for layer in layers]
    norm = any(is_batch_norm(layer) for layer in layers)
    return Finding(
        check=VALIDATION_IN_TRAINING_MODE.id,
        severity=Severity.WARN,
        sign=f"{conduct.judged_in_training_mode} passes that nothing was learnt from were made in "
        f"training mode, {conduct.judged_in_eval_mode} in eval mode, with {listed(names)}",
        meaning="validation is worse than the network is and changes from call to call"
        + (", and the validation rows enter the statistics of the batch norm" if norm else ""),
        remedy="call model.eval() before validation, and model.train() before the next epoch",
        layer=layers[0].name,
        line=conduct.judged_lines.get("judged_in_training_mode")
        or conduct.judged_lines.get("judged_with_gradients")
        or line_of(evidence, "no_grad"),
        numbers={"judged_in_training_mode": float(conduct.judged_in_training_mode)},
        confidence=0.9 if measured else 0.75,
    )


def _late_eval(measured: Sequence[Validation]) -> bool:
    """Whether all validations but the last few were in training mode."""
    modes = [validation.training_mode for validation in measured]
    n_eval = modes.count(False)
    return len(modes) > 3 and n_eval <= LAST * len(modes) and not any(modes[-n_eval:] or [True])


VALIDATION_IN_TRAINING_MODE = Check(
    id="validation-in-training-mode",
    asks="Is the model in eval mode for validation?",
    fault=12,
    needs=frozenset({"conduct", "layers"}),
    measured="Passes after the training began that no backward pass followed, by mode, in models "
    "with dropout or batch norm. Alarm where all were in training mode, or all but the final "
    "test. Passes at nearly every step without a loss (teachers), and passes without a loss in "
    "scripts of several optimizers (generators), are left alone.",
    judge=judge,
    remedy="model.eval() before validation, model.train() after it.",
    confirm="validate twice in a row: in eval mode the figures are the same",
    source="PyTorch documentation of Module.eval, Dropout and BatchNorm",
    example=Evidence(
        door="check",
        conduct=Conduct(
            steps=300, backwards=300, learned_in_training_mode=300, judged_in_training_mode=10
        ),
        tracks=(
            Track(name="optimizer", kind="Adam", n_steps=300, gradients={"fc.weight": (1.0,)}),
        ),
        layers=(
            Layer(
                name="fc",
                kind="Linear",
                in_shape=(8, 4),
                weights=(Weight(name="fc.weight", shape=(4, 4)),),
            ),
            Layer(name="drop", kind="Dropout", in_shape=(8, 4), options={"p": 0.5}),
        ),
        validations=tuple(
            Validation(step=30 * i, loss=0.5, training_mode=True) for i in range(1, 11)
        ),
    ),
)
