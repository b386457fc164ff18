"""Recurrent networks whose gradients explode in single steps."""

from justright.doctor.check import Check
from justright.doctor.course import Spike, spikes
from justright.doctor.evidence import Evidence, Layer, Track, Weight
from justright.doctor.learnt import learnt
from justright.kinds import Finding, Severity

RECURRENT = ("RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell")
OUT = 10.0  # times the median gradient around; batches differ by 2 to 4
FEWEST = 2  # spikes: one may be a rare batch
HARM = 1.2  # loss after a spike over the greatest of the steps before
SURE, LIKELY = 0.85, 0.6


def judge(evidence: Evidence) -> Finding | None:
    """One exploding gradient undoes what many steps have learnt."""
    layer = next((own for own in evidence.layers if own.kind in RECURRENT and own.calls), None)
    if layer is None:
        return None
    for track in evidence.tracks:
        mine = any(own.name in track.gradients for own in layer.weights)
        if not mine or track.clipped_share is not None:
            continue
        found = spikes(track, OUT)
        harmful = [spike for spike in found if spike.harm > HARM]
        if len(found) >= FEWEST and harmful:
            return _finding(evidence, track, layer, found, harmful)
    return None


def _finding(
    evidence: Evidence, track: Track, layer: Layer, found: list[Spike], harmful: list[Spike]
) -> Finding:
    worst = max(harmful, key=lambda spike: spike.harm)
    largest = max(spike.times for spike in found)
    return Finding(
        check=RECURRENT_UNCLIPPED.id,
        severity=Severity.NOTE if learnt(evidence) else Severity.WARN,
        layer=layer.name,
        sign=f"{len(found)} steps have a gradient of {OUT:.0f} to {largest:.0f} times the median "
        f"around them; after step {worst.step} the loss is {worst.harm:.1f} times the greatest "
        "before it, and nothing clips",
        meaning=f"the gradient through the steps of {layer.kind} {layer.name} explodes in single "
        "batches and throws the network back",
        remedy="between backward() and step(): "
        "torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)",
        numbers={"spikes": float(len(found)), "largest": largest, "harm": worst.harm},
        confidence=SURE if len(harmful) >= FEWEST else LIKELY,
    )


RECURRENT_UNCLIPPED = Check(
    id="recurrent-unclipped",
    asks="Are the gradients of the recurrent layers kept from exploding?",
    fault=29,
    needs=frozenset({"tracks", "layers"}),
    measured="Steps whose gradient is 10 times the median of those around it, in a network with "
    "recurrent layers and without clipping, and of which at least one raised the loss above all of "
    "the 20 steps before. The first tenth of the training is left out.",
    judge=judge,
    remedy="Clip the norm of the gradient before each step.",
    confirm="print the norm of the gradient at each step and look for single large ones",
    source="Pascanu, Mikolov and Bengio 2013, arXiv:1211.5063",
    example=Evidence(
        door="check",
        layers=(
            Layer(name="rnn", kind="RNN", calls=1, weights=(Weight(name="rnn.w", shape=(4, 4)),)),
        ),
        tracks=(
            Track(
                name="optimizer",
                kind="SGD",
                n_steps=100,
                gradients={"rnn.w": (1.0,)},
                gradient=tuple(50.0 if step in (40, 70) else 1.0 for step in range(100)),
                loss=tuple(3.0 if step in (41, 42, 71) else 1.0 for step in range(100)),
            ),
        ),
    ),
)
