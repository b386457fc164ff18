"""Made-up answers: one for each shape of picture, and sick ones."""

import math
from dataclasses import replace

from justright.kinds import Effect, Mark, Picture, Reply, Series

HOSTILE = "</style><script>alert(1)</script>"


def effect(name: str, value: float, half: float) -> Effect:
    low, high = value - half, value + half
    verdict = "useful" if low > 0 else "harmful" if high < 0 else "no clear effect"
    return Effect(
        name=name, base="0", value=value, low=low, high=high, level=0.95, shrunken=0.8 * value,
        p=0.01, n_pairs=24, n_places=5, verdict=verdict,
    )  # fmt: skip


def lever() -> Reply:
    effects = (
        effect("0.2", 0.018, 0.010),
        effect("0.1", 0.006, 0.008),
        effect("0.4", -0.031, 0.012),
    )
    forest = Series(
        name="gain",
        x=tuple(e.name for e in effects),
        y=tuple(e.value for e in effects),
        low=tuple(e.low for e in effects),
        high=tuple(e.high for e in effects),
        drawn="points",
    )
    return Reply(
        question="dropout",
        asked="Is dropout useful here?",
        sentence="dropout 0.2 instead of 0: log loss 1.8 % lower (95 % interval 0.8 to 2.9 %)",
        clear=True,
        target="price",
        source="houses.csv",
        metric="log_loss",
        higher_is_better=False,
        columns=("dropout", "log loss", "gain", "95 % interval", "p", "verdict"),
        rows=(
            ("0", 0.4211, None, "", None, "what it is compared with"),
            *(
                (e.name, 0.4211 - e.value, e.value, f"{e.low:.3f} to {e.high:.3f}", e.p, e.verdict)
                for e in effects
            ),
        ),
        picture=Picture(
            title="Gain beside dropout 0", x="dropout", y="gain in log loss →", series=(forest,),
            zero=True, lying=True,
        ),
        effects=effects,
        numbers={"gain": 0.018},
        advice="--set dropout=0.2",
        how=(
            "Each value was trained from the same 6 starts on the same 4 folds",
        ),
        cautions=("the rows are few: an interval of so few folds is wide",),
        n_networks=96,
        seconds=41.2,
        ended="clear",
        command="justright ask dropout houses.csv --target price",
    )  # fmt: skip


def bare(picture: Picture, **changes: object) -> Reply:
    reply = replace(
        lever(), picture=picture, effects=(), rows=(), columns=(), advice="", cautions=(), how=(),
        command="",
    )  # fmt: skip
    return replace(reply, **changes)  # type: ignore[arg-type]


def rate() -> Reply:
    rates = tuple(10 ** (-6 + i * 7 / 28) for i in range(29))
    at = [0.35 + 0.3 / (1 + (r / 3e-4)) + 8 * max(0.0, r - 0.1) ** 2 for r in rates]
    losses = tuple(v if r < 3 else None for r, v in zip(rates, at, strict=True))
    low = tuple(None if v is None else v * 0.96 for v in losses)
    high = tuple(None if v is None else v * 1.04 for v in losses)
    band = Series(name="validation", x=rates, y=losses, low=low, high=high)
    ramp = Series(name="ramp", x=rates, y=tuple(v - 0.02 if v else None for v in losses))
    return bare(
        Picture(
            title="Loss at constant rates", x="learning rate", y="log loss", x_log=True,
            series=(band, ramp),
            marks=(Mark(x=0.01, label="best 0.01"), Mark(x=0.003, label="usable from 0.003"),
                   Mark(x=1.0, label="diverges from 1")),
        ),
        question="learning-rate", asked="What learning rate?",
        sentence="0.01; anything from 0.003 to 0.1 is as good within its noise",
        advice="--set learning_rate=0.01",
    )  # fmt: skip


def more_data() -> Reply:
    rows = (250.0, 500.0, 1000.0, 2000.0)
    seen = tuple(0.62 * (n / 250) ** -0.3 for n in rows)
    more = (2000.0, 4000.0, 8000.0)
    told = tuple(0.62 * (n / 250) ** -0.3 for n in more)
    return bare(
        Picture(
            title="Error by rows", x="rows", y="root mean squared error", x_log=True, y_log=True,
            series=(
                Series(
                    name="measured", x=rows, y=seen, low=tuple(v * 0.93 for v in seen),
                    high=tuple(v * 1.07 for v in seen), drawn="points",
                ),
                Series(
                    name="foretold", x=more, y=told, low=tuple(v * 0.9 for v in told),
                    high=tuple(v * 1.1 for v in told), drawn="dashes",
                ),
            ),
        ),
        question="more-data", asked="Would more rows help?", n_networks=0,
    )  # fmt: skip


def words() -> Reply:
    names = ("adamw", "nadam", "sgd_nesterov", "rmsprop", "adam", "adamax")
    return bare(
        Picture(
            title="Accuracy by optimizer", x="optimizer", y="accuracy",
            series=tuple(
                Series(
                    name=name, x=names, y=tuple(0.9 - i * 0.01 - shift for i in range(6)),
                    low=tuple(0.88 - i * 0.01 - shift for i in range(6)),
                    high=tuple(0.92 - i * 0.01 - shift for i in range(6)), drawn="points",
                )
                for name, shift in (("128 rows", 0.0), ("1,024 rows", 0.03))
            ),
        ),
        ended="hopeless",
    )  # fmt: skip


def exploded() -> Reply:
    line = Series(
        name=HOSTILE, x=tuple(map(float, range(9))), y=(0.9, 0.6, 0.5, 0.45, 0.4, 0.4, 0.41, 1e9,
        math.inf),
    )  # fmt: skip
    mark = Mark(x=3.0, label=HOSTILE)
    return bare(Picture(title=HOSTILE, x=HOSTILE, y=HOSTILE, series=(line,), marks=(mark,)))


def nothing() -> Reply:
    empty = Series(name="loss", x=(1.0, 2.0), y=(None, math.nan))
    return bare(Picture(title="Loss", x="epoch", y="loss", series=(empty,)))


def columns() -> Reply:
    names = (HOSTILE, "a column with quite a long name in it", *(f"column {i}" for i in range(14)))
    values = tuple(0.4 * 0.55**i for i in range(16))
    series = Series(
        name="importance", x=names, y=values, low=tuple(v * 0.7 - 0.002 for v in values),
        high=tuple(v * 1.3 + 0.002 for v in values), drawn="points",
    )  # fmt: skip
    return bare(
        Picture(
            title="Loss without each column", x="column", y="higher log loss →", series=(series,),
            zero=True, lying=True,
        ),
        asked=f"Which columns matter? {HOSTILE}", sentence=f"{HOSTILE} matters most",
    )  # fmt: skip


ANSWERS = {
    "lever": lever(),
    "rate": rate(),
    "more data": more_data(),
    "words": words(),
    "exploded": exploded(),
    "nothing": nothing(),
    "columns": columns(),
}
