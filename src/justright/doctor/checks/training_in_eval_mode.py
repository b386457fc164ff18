"""Training with dropout off and batch statistics frozen."""

from justright.doctor.check import Check
from justright.doctor.evidence import Conduct, Evidence, Layer, Track, Weight
from justright.doctor.fresh import fresh
from justright.doctor.loop import listed
from justright.doctor.modes import learning_layers, moody
from justright.doctor.outputs import line_of
from justright.kinds import Finding, Severity

SHARE = 0.5  # of the steps (house convention)
FEW = 10  # steps: a shorter run tells nothing of a habit


def judge(evidence: Evidence) -> Finding | None:
    """eval() was called for validation and train() never after it, or not at all."""
    conduct, layers = evidence.conduct, moody(evidence)
    if conduct is None or not layers:
        return None
    right, wrong = conduct.stepped_in_training_mode, conduct.stepped_in_eval_mode
    if right + wrong < FEW or wrong < SHARE * (right + wrong):
        return None
    grade = (Severity.WARN, 0.9)
    if not right:
        owners = [layer for layer in learning_layers(evidence) if layer.weights]
        untrained = all(fresh(layer) for layer in owners)
        grade = (Severity.WARN, 0.75) if untrained else (Severity.NOTE, 0.4)
    names = [f"{layer.name} ({layer.kind})" for layer in layers]
    after = f", after {right} in training mode" if right else ""
    return Finding(
        check=TRAINING_IN_EVAL_MODE.id,
        severity=grade[0],
        sign=f"{wrong} steps were made with the model in eval mode{after}: {listed(names)} did "
        "not work as in training",
        meaning="dropout is off, and batch norm normalises by statistics that no batch renews",
        remedy="call model.train() at the start of each epoch, after the validation",
        layer=layers[0].name,
        line=conduct.judged_lines.get("learned_in_eval_mode") or line_of(evidence, "eval"),
        numbers={"in_eval_mode": float(wrong), "in_training_mode": float(right)},
        confidence=grade[1],
    )


TRAINING_IN_EVAL_MODE = Check(
    id="training-in-eval-mode",
    asks="Is the model in training mode while it is trained?",
    fault=12,
    needs=frozenset({"conduct", "layers"}),
    measured="Steps by the mode of the model that their last backward pass went through, in "
    "models with dropout or batch norm. Alarm at half of them in eval mode, of ten at least. A "
    "note where the model was never in training mode and had been trained before: statistics "
    "are kept on purpose in fine-tuning.",
    judge=judge,
    remedy="model.train() at the start of each epoch.",
    confirm="print model.training in the training loop, in the second epoch",
    source="PyTorch documentation of Module.train and Module.eval",
    example=Evidence(
        door="check",
        conduct=Conduct(steps=300, stepped_in_training_mode=30, stepped_in_eval_mode=270),
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
    ),
)
