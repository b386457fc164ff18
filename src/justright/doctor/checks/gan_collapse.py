"""A generator whose samples are all alike."""

from statistics import median

from justright.doctor.check import Check
from justright.doctor.checks.gan_one_sided import GAN_ONE_SIDED
from justright.doctor.course import last_ones, runs
from justright.doctor.evidence import Evidence, Layer, Signal, Weight
from justright.doctor.game import Game, game
from justright.kinds import Finding, Severity

FEWEST_LOOKS = 6
LOST = 0.1  # spread of the samples late, over the most before
SMALL = 0.1  # the same over the spread of what the discriminator is shown
SURE = 0.75
SUMS = ("Linear", "Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d")


def judge(evidence: Evidence) -> Finding | None:
    """Different noise that makes the same sample: the generator has found one answer."""
    own = game(evidence)
    run = _last_layer(evidence, own) if own else None
    if own is None or run is None or len(run) < FEWEST_LOOKS:
        return None
    spreads = [signal.example_spread * signal.std for signal in run]
    most, now = max(spreads), median(spreads[-len(last_ones(run)) :])
    shown = _shown(evidence, own)
    if most <= 0 or now > LOST * most or (shown is not None and now > SMALL * shown):
        return None
    layer = run[0].layer
    return Finding(
        check=GAN_COLLAPSE.id,
        severity=Severity.WARN,
        layer=layer,
        sign=f"samples of one batch differ by {now:.2g} at the output of {layer}; it was {most:.2g}"
        + (f", and what the discriminator is shown has {shown:.2g}" if shown is not None else ""),
        meaning="the generator makes nearly the same sample from any noise: mode collapse",
        remedy="lower both learning rates, take betas=(0.5, 0.999), and let the discriminator see "
        "whole batches (a minibatch standard deviation, or a Wasserstein loss)",
        numbers={"spread": now, "most": most},
        confidence=SURE,
    )


def _last_layer(evidence: Evidence, own: Game) -> list[Signal] | None:
    """What the generator's last layer put out."""
    seen = {layer: run for (op, layer, _), run in runs(evidence.signals).items() if op in SUMS}
    mine = [
        layer.name
        for layer in evidence.layers
        if layer.name in seen and any(w.name in own.generator.gradients for w in layer.weights)
    ]
    return seen[mine[-1]] if mine else None


def _shown(evidence: Evidence, own: Game) -> float | None:
    """Greatest spread over the rows that a batch of the discriminator had, late."""
    models = {
        layer.model
        for layer in evidence.layers
        if any(w.name in own.critic.gradients for w in layer.weights)
    }
    own_batches = [batch for batch in evidence.batches if batch.model in models]
    late = own_batches[-max(1, len(own_batches) // 3) :]
    return max((b.largest_column_std if b.n_columns else b.std for b in late), default=None)


GAN_COLLAPSE = Check(
    id="gan-collapse",
    asks="Does the generator make different samples?",
    fault=28,
    needs=frozenset({"tracks", "graphs", "signals", "layers"}),
    measured="Spread over the examples of the output of the generator's last layer, in the last "
    "third of the sampled steps. Alarm below a tenth of the most it ever was, and below a tenth of "
    "the spread of what the discriminator is shown.",
    judge=judge,
    remedy="Lower the learning rates, or use a loss that sees whole batches.",
    confirm="draw sixteen samples from different noise and look at them side by side",
    source="Salimans et al. 2016, arXiv:1606.03498",
    example=Evidence(
        door="check",
        graphs=GAN_ONE_SIDED.example.graphs,
        tracks=GAN_ONE_SIDED.example.tracks,
        layers=(Layer(name="g", kind="Linear", weights=(Weight(name="g.weight", shape=(2, 8)),)),),
        signals=tuple(
            Signal(op="Linear", layer="g", step=i, std=1.0, example_spread=1.0 if i < 3 else 0.01)
            for i in range(12)
        ),
    ),
)
