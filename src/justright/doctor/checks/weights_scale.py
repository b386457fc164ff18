"""Weights far too large or too small for what they sum over."""

import math
from statistics import fmean

from justright.doctor.check import Check
from justright.doctor.course import runs, stands_still
from justright.doctor.evidence import Evidence, Layer, LossSample, LossUse, Signal, Weight
from justright.doctor.learnt import learnt
from justright.doctor.wiring import weights_of
from justright.kinds import Finding, Severity

#: Layers whose outputs are sums over their inputs.
SUMS = ("Linear", "Conv1d", "Conv2d", "Conv3d")
#: Layers that set the scale anew.
NORMS = ("Norm", "norm")
LARGE = 4.0  # std * sqrt(fan_in); torch starts at 0.58, He at 1.41
SMALL = 0.1  # the same, geometric mean over the layers
SATURATED = 0.5  # share of a sigmoid or tanh at its ends in the untrained network
WORSE = 5.0  # times the loss of a constant, before the first step
WRONG = 20.0  # the same, beyond what a few steps mend
FAINT = 1e-2  # spread of the outputs over that of the inputs
SURE, LIKELY = 0.85, 0.7


def judge(evidence: Evidence) -> Finding | None:
    """A start that is out of scale shows in the weights and in what comes out."""
    gains = _gains(evidence)
    if not gains:
        return None
    return _too_large(evidence, gains) or _too_small(evidence, gains)


def _gains(evidence: Evidence) -> dict[str, float]:
    """std * sqrt(fan_in) of each layer that learns."""
    found = {}
    for layer in evidence.layers:
        matrix = _matrix(layer)
        if matrix is not None and matrix.trainable and matrix.finite and layer.calls:
            found[layer.name] = math.hypot(matrix.std, matrix.mean) * math.sqrt(matrix.fan_in)
    return found


def _matrix(layer: Layer) -> Weight | None:
    if layer.kind not in SUMS:
        return None
    return next((weight for weight in layer.weights if weight.fan_in), None)


def _first_loss(evidence: Evidence) -> tuple[float, float] | None:
    """Loss before any step, and that of the best constant."""
    for use in evidence.losses:
        if use.learning and use.samples and use.samples[0].step == 0:
            first = use.samples[0]
            if first.trivial is not None and first.trivial > 0:
                return first.value, first.trivial
    return None


def _too_large(evidence: Evidence, gains: dict[str, float]) -> Finding | None:
    layer, gain = max(gains.items(), key=lambda item: item[1])
    if gain <= LARGE:
        return None
    losses = _first_loss(evidence)
    times = losses[0] / losses[1] if losses else 0.0
    full = _saturated(evidence, {name for name, own in gains.items() if own > LARGE})
    early = evidence.breakdown is not None and evidence.breakdown.step <= 1
    if not (times > WORSE or full or early or math.isnan(times)):
        return None
    matrix = _matrix(next(own for own in evidence.layers if own.name == layer))
    assert matrix is not None
    shows = (
        f"{full[1]:.0%} of the {full[0].lower()} behind {full[2]} is at its ends" if full else ""
    )
    if times > WORSE and losses:
        shows = f"the first loss is {losses[0]:.3g}, a constant prediction has {losses[1]:.3g}"
    good = 1 / math.sqrt(matrix.fan_in)
    return Finding(
        check=WEIGHTS_SCALE.id,
        severity=Severity.STOP if times > WRONG or not learnt(evidence) else Severity.WARN,
        layer=layer,
        sign=f"the weights of {layer} start with a spread of {matrix.std:.3g} over "
        f"{matrix.fan_in} inputs, {gain:.2g} times 1/sqrt({matrix.fan_in})"
        + (f"; {shows}" if shows else ""),
        meaning="weights that large drive what comes after to its ends or to huge values",
        remedy=f"start {layer} with nn.init.kaiming_uniform_(weight), or a spread of {good:.2g}",
        numbers={"gain": gain, "std": matrix.std},
        confidence=SURE,
    )


def _saturated(evidence: Evidence, large: set[str]) -> tuple[str, float, str] | None:
    """The most saturated activation right behind one of these layers, before training."""
    firsts = [run[0] for run in runs(evidence.signals).values() if run[0].step == 0]
    own = [s for s in firsts if s.layer in large and s.saturated_share > SATURATED]
    worst = max(own, key=lambda s: s.saturated_share, default=None)
    return None if worst is None else (worst.op, worst.saturated_share, worst.layer)


def _too_small(evidence: Evidence, gains: dict[str, float]) -> Finding | None:
    hidden = {name: gain for name, gain in list(gains.items())[:-1] if gain < SMALL}
    normal = any(word in layer.kind for layer in evidence.layers for word in NORMS)
    if not hidden or normal or len(gains) < 2 or learnt(evidence):
        return None
    mean = math.exp(fmean(math.log(max(gain, 1e-30)) for gain in gains.values()))
    if mean >= SMALL or not any(stands_still(track) for track in evidence.tracks):
        return None
    spread = _output_spread(evidence)
    inputs = evidence.batches[0].std if evidence.batches else 1.0
    if spread is None or spread > FAINT * inputs:
        return None
    layer, gain = min(hidden.items(), key=lambda item: item[1])
    matrix = next(w for w in weights_of(evidence).values() if w.name == f"{layer}.weight")
    return Finding(
        check=WEIGHTS_SCALE.id,
        severity=Severity.STOP,
        layer=layer,
        sign=f"the weights of {layer} start with a spread of {matrix.std:.3g} over {matrix.fan_in} "
        f"inputs, {gain:.2g} times 1/sqrt({matrix.fan_in}); outputs for different examples "
        f"differ by {spread:.2g} only, and the loss stands still",
        meaning="weights that small let the signal fade layer by layer, and the gradient with it",
        remedy=f"start the layers with nn.init.kaiming_uniform_(weight): {layer} with a spread of "
        f"{1 / math.sqrt(matrix.fan_in):.2g}",
        numbers={"gain": gain, "std": matrix.std},
        confidence=LIKELY,
    )


def _output_spread(evidence: Evidence) -> float | None:
    for use in evidence.losses:
        if use.learning and use.samples:
            return use.samples[0].example_spread
    return None


WEIGHTS_SCALE = Check(
    id="weights-scale",
    asks="Are the weights of the right size at the start?",
    fault=17,
    needs=frozenset({"layers"}),
    measured="Spread of a layer's weights times the root of the number of inputs that it sums over "
    "(0.58 as torch starts, 1.41 after He). Beyond 4 it is too large, where the untrained network "
    "shows it: half of a sigmoid or tanh behind it at its ends, or a first loss beyond 5 times "
    "that of a constant. Below 0.1 over all layers it is too small, where the outputs hardly "
    "differ between examples, nothing normalises and the loss stands still.",
    judge=judge,
    remedy="Use the start of the layer itself, or He for ReLU and Glorot for tanh.",
    confirm="print the standard deviation of every layer's output before the first step",
    source="Glorot and Bengio 2010; He et al. 2015, arXiv:1502.01852",
    example=Evidence(
        door="check",
        layers=(
            Layer(
                name="fc1",
                kind="Linear",
                calls=1,
                weights=(Weight(name="fc1.weight", shape=(64, 64), std=1.0, fan_in=64),),
            ),
        ),
        losses=(LossUse(function="mse_loss", samples=(LossSample(step=0, value=90, trivial=1),)),),
        signals=(Signal(op="Tanh", layer="fc1", saturated_share=0.7),),
    ),
)
