"""A game of two networks that one of them has won."""

import math
from statistics import median

from justright.doctor.check import Check
from justright.doctor.course import known, late
from justright.doctor.evidence import Evidence, Graph, LossSample, LossUse, Op, Track
from justright.doctor.game import Game, game
from justright.kinds import Finding, Severity

FEWEST_STEPS = 60
FIRST = 5  # steps: a game may be over after a hundred
WON = 0.12  # late loss over the early one, of the side that wins
LOST = 2.0  # the same of the side that loses
EVER = 0.4  # greatest loss of the last third over the early one: no swing of a live game
SURE, LIKELY = 0.9, 0.75


def judge(evidence: Evidence) -> Finding | None:
    """Who has won has nothing to teach the other any more."""
    own = game(evidence)
    if own is None or not own.labelled:
        return None
    if min(own.generator.n_steps, own.critic.n_steps) < FEWEST_STEPS:
        return None
    if _beats(own.critic, own.generator):
        return _finding(own, critic_wins=True)
    if _beats(own.generator, own.critic):
        return _finding(own, critic_wins=False)
    return None


def _beats(winner: Track, loser: Track) -> bool:
    won, lost = _times(winner), _times(loser)
    losses = known(winner.loss)
    last = sorted(losses[-max(1, len(losses) // 3) :])
    most = last[int(0.9 * (len(last) - 1))]
    start = _start(winner) or math.inf
    return won < WON and lost > LOST and most < EVER * start


def _times(track: Track) -> float:
    start, end = _start(track), late(track.loss)
    return end / start if start and end and start > 0 else 1.0


def _start(track: Track) -> float:
    return median(known(track.loss)[:FIRST] or [0.0])


def _finding(own: Game, *, critic_wins: bool) -> Finding:
    winner, loser = (own.critic, own.generator) if critic_wins else (own.generator, own.critic)
    names = ("discriminator", "generator") if critic_wins else ("generator", "discriminator")
    rates = [track.options.get("lr", 0.0) for track in (winner, loser)]
    uneven = rates[1] > 0 and rates[0] / rates[1] > 5
    told = f"; its learning rate is {rates[0] / rates[1]:,.0f} times the other's" if uneven else ""
    remedy = (
        f"give both the same learning rate: lr={math.sqrt(rates[0] * rates[1]):.0e} "
        if uneven
        else "weaken the discriminator: a lower learning rate, dropout, targets of 0.9 for 1 "
        if critic_wins
        else "strengthen the discriminator: a higher learning rate, more steps or more layers "
    )
    return Finding(
        check=GAN_ONE_SIDED.id,
        severity=Severity.STOP if critic_wins else Severity.WARN,
        sign=f"the {names[0]}'s loss fell from {_start(winner):.2g} to "
        f"{late(winner.loss) or 0:.2g}, the {names[1]}'s rose from {_start(loser):.2g} to "
        f"{late(loser.loss) or 0:.2g}{told}",
        meaning=f"the {names[0]} has won: the other gets no gradient that leads anywhere",
        remedy=remedy + "for both, and watch that the discriminator's loss stays near ln 2",
        numbers={"won": _times(winner), "lost": _times(loser)},
        confidence=SURE if critic_wins and uneven else LIKELY,
    )


_DISC = Op(name="Addmm", inputs=(2,), weights=("d.weight",), layer="d")
_GEN = Op(name="Addmm", inputs=(3,), weights=("g.weight",), layer="g")

GAN_ONE_SIDED = Check(
    id="gan-one-sided",
    asks="Do the two networks of the game keep each other busy?",
    fault=28,
    needs=frozenset({"tracks", "graphs", "losses"}),
    measured="Median loss of the last third of the steps over that of the first five, of each "
    "side: one below 0.12 and never above 0.4 any more, while the other doubled. Only where the "
    "losses have targets of all 0 or all 1; the generator is the one whose loss goes through the "
    "other's parameters.",
    judge=judge,
    remedy="Balance the learning rates; weaken the side that wins.",
    confirm="set both learning rates to the lower one and watch the discriminator's loss",
    source="Goodfellow et al. 2014, arXiv:1406.2661; Arjovsky and Bottou 2017, arXiv:1701.04862",
    example=Evidence(
        door="check",
        graphs=(
            Graph(
                ops=(
                    Op(name="BinaryCrossEntropyWithLogits", inputs=(1,)),
                    _DISC,
                    _GEN,
                    Op(name="AccumulateGrad"),
                )
            ),
        ),
        losses=(
            LossUse(
                function="binary_cross_entropy_with_logits",
                samples=tuple(
                    LossSample(step=i, value=0.7, target_mean=float(i % 2), target_std=0.0)
                    for i in range(4)
                ),
            ),
        ),
        tracks=(
            Track(
                name="optimizer",
                kind="Adam",
                n_steps=100,
                gradients={"g.weight": (1.0,)},
                loss=(0.7,) * 20 + (6.0,) * 80,
            ),
            Track(
                name="optimizer 2",
                kind="Adam",
                n_steps=100,
                gradients={"d.weight": (1.0,)},
                loss=(0.69,) * 20 + (0.01,) * 80,
            ),
        ),
    ),
)
