"""Gradients that grow towards the first layers, or explode in single steps."""

from statistics import median

from justright.doctor.check import Check
from justright.doctor.checks.recurrent_unclipped import RECURRENT
from justright.doctor.checks.vanishing_gradient import sizes_by_depth, steadiness
from justright.doctor.course import spikes
from justright.doctor.evidence import Evidence, Layer, Track, Weight
from justright.doctor.game import game
from justright.doctor.learnt import learnt
from justright.kinds import Finding, Severity

FEWEST_LAYERS = 4
FEWEST_LOOKS = 3
GROWN = 100.0  # gradient per weight, first layer over the last; healthy ones lie below 3
HUGE = 1000.0
STEADY = -0.8  # rank correlation of size and depth: it grows from layer to layer
OUT = 30.0  # times the median gradient around
FEWEST = 3  # spikes
HARM = 1.5  # loss after a spike over the greatest of the steps before
SURE, LIKELY = 0.85, 0.6


def judge(evidence: Evidence) -> Finding | None:
    """A gradient out of scale makes steps that no learning rate fits."""
    if learnt(evidence):
        return None
    for track in evidence.tracks:
        finding = _by_depth(evidence, track) or _by_time(evidence, track)
        if finding is not None:
            return finding
    return None


def _by_depth(evidence: Evidence, track: Track) -> Finding | None:
    sizes = sizes_by_depth(evidence, track)
    if len(sizes) < FEWEST_LAYERS or len(track.sampled) < FEWEST_LOOKS:
        return None
    values = [size for _, size in sizes]
    last = median(values[-2:])
    times = values[0] / last if last > 0 else 1.0
    if times < GROWN or steadiness(values) > STEADY:
        return None
    first, other = sizes[0], sizes[-1]
    return Finding(
        check=EXPLODING_GRADIENT.id,
        severity=Severity.STOP if times > HUGE else Severity.WARN,
        layer=first[0],
        sign=f"the gradient of {first[0]} is {first[1]:.2g} per weight, that of {other[0]} "
        f"{other[1]:.2g}: it grows {times:,.0f} times on its way to the first layer",
        meaning="the gradient explodes with depth: no learning rate fits all layers",
        remedy="start the layers with nn.init.kaiming_uniform_ and normalise between them "
        "(nn.LayerNorm, nn.BatchNorm1d)",
        numbers={"times": times},
        confidence=SURE,
    )


def _by_time(evidence: Evidence, track: Track) -> Finding | None:
    recurrent = any(own.kind in RECURRENT for own in evidence.layers)
    if recurrent or track.clipped_share is not None or game(evidence) is not None:
        return None
    found = spikes(track, OUT)
    harmful = [spike for spike in found if spike.harm > HARM]
    if len(found) < FEWEST or not harmful:
        return None
    worst = max(harmful, key=lambda spike: spike.harm)
    return Finding(
        check=EXPLODING_GRADIENT.id,
        severity=Severity.WARN,
        sign=f"{len(found)} steps have a gradient of more than {OUT:.0f} times the median around "
        f"them; after step {worst.step} the loss is {worst.harm:.1f} times the greatest before it",
        meaning="single steps with exploding gradients throw the network back",
        remedy="between backward() and step(): "
        "torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0); look for outliers in the data",
        numbers={"spikes": float(len(found)), "harm": worst.harm},
        confidence=LIKELY,
    )


EXPLODING_GRADIENT = Check(
    id="exploding-gradient",
    asks="Does the gradient keep its size over depth and time?",
    fault=15,
    needs=frozenset({"tracks", "layers"}),
    measured="Gradient per weight of the first layer over the last two, where it grows from layer "
    "to layer: alarm beyond 100 times in networks of 4 layers or more. Over time: steps of 30 "
    "times the median around them, at least three, of which one raised the loss. Networks that "
    "learn, that clip, that play against each other or are recurrent are left to other checks.",
    judge=judge,
    remedy="Start layers in scale, normalise between them, clip the gradient.",
    confirm="print the gradient's norm by layer for one batch, and over the first hundred steps",
    source="Glorot and Bengio 2010; Pascanu et al. 2013, arXiv:1211.5063",
    example=Evidence(
        door="check",
        layers=tuple(
            Layer(
                name=f"{i}",
                kind="Linear",
                weights=(Weight(name=f"{i}.weight", shape=(8, 8), fan_in=8),),
            )
            for i in range(6)
        ),
        tracks=(
            Track(
                name="optimizer",
                kind="SGD",
                n_steps=40,
                sampled=tuple(range(8)),
                gradients={f"{i}.weight": (5.0 ** (6 - i),) * 8 for i in range(6)},
            ),
        ),
    ),
)
