"""Numbers and names as a reader likes them."""

import math
import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from justright.kinds import RunRecord, Score, TaskKind, Trace

#: A word that is a name in somebody's code ("fc1", "nn.Linear", "in_features=3").
_CODE = re.compile(r"[A-Za-z]+(\d|[._(\[=]\w)")
#: What stands where a number is missing or not finite.
NONE = "–"

_METRICS = {
    "roc_auc": "ROC AUC",
    "roc_auc_ovr": "ROC AUC (one against rest)",
    "average_precision": "average precision",
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "f1": "F1",
    "f1_macro": "macro F1",
    "f1_weighted": "weighted F1",
    "precision": "precision",
    "recall": "recall",
    "log_loss": "log loss",
    "neg_log_loss": "negative log loss",
    "brier_score_loss": "Brier score",
    "brier_score": "Brier score",
    "matthews_corrcoef": "Matthews correlation",
    "r2": "R²",
    "r2_score": "R²",
    "mean_absolute_error": "mean absolute error",
    "mean_squared_error": "mean squared error",
    "root_mean_squared_error": "root mean squared error",
    "root_mean_squared_log_error": "root mean squared log error",
    "median_absolute_error": "median absolute error",
    "mae": "mean absolute error",
    "mse": "mean squared error",
    "rmse": "root mean squared error",
    "rmsle": "root mean squared log error",
    "scaled_rmse": "RMSE in spreads, mean over columns",
    "f1_micro": "micro F1",
    "ndcg": "NDCG",
    "mean_average_precision": "mean average precision",
}

_TASKS: dict[TaskKind, str] = {
    "binary": "one of two classes",
    "multiclass": "one of several classes",
    "multilabel": "several labels at once",
    "regression": "a number",
    "multi-target": "several numbers",
    "bounded": "a number between bounds",
    "positive": "a number above 0",
    "ranking": "an order within each query",
}

_STOPPED = {
    "patience": "the validation loss got no better",
    "epochs": "all epochs done",
    "time": "out of time",
    "diverged": "diverged",
    "interrupted": "interrupted",
}


def finite(value: float | None) -> bool:
    """Whether there is a number to show.

    Example:
        >>> finite(None), finite(float("nan")), finite(0.0)
        (False, False, True)
    """
    return value is not None and math.isfinite(value)


def number(value: float | None, digits: int = 3) -> str:
    """A number with `digits` significant digits, thousands parted, no needless zeros.

    Args:
        value: The number; None and numbers that are not finite give a dash.
        digits: Significant digits, at least 1. Digits before the point are always kept.

    Example:
        >>> number(0.00316227), number(1234567.8), number(12.0), number(1.5e-7), number(None)
        ('0.00316', '1,234,568', '12', '1.5e-7', '–')
    """
    if value is None or not math.isfinite(value):
        return NONE
    if value == 0:
        return "0"
    exponent = math.floor(math.log10(abs(value)))
    if exponent < -4 or exponent > 11:
        mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
        return f"{_trim(mantissa)}e{int(power)}"
    return _trim(f"{value:,.{max(digits - 1 - exponent, 0)}f}")


def signed(value: float) -> str:
    """A difference with its sign.

    Example:
        >>> signed(0.0123), signed(-4.0), signed(0.0)
        ('+0.0123', '−4', '0')
    """
    sign = "−" if value < 0 else "+" if value > 0 else ""
    return f"{sign}{number(abs(value))}"


def count(value: float) -> str:
    """A whole number with its thousands parted.

    Example:
        >>> count(12500)
        '12,500'
    """
    return f"{int(value):,}"


def plural(n: int, noun: str, many: str = "") -> str:
    """A count with its noun.

    Example:
        >>> plural(1, "fold"), plural(2, "class", "classes")
        ('1 fold', '2 classes')
    """
    return f"{count(n)} {noun if n == 1 else many or noun + 's'}"


def percent(share: float | None) -> str:
    """A share from 0 to 1 as a percentage.

    Example:
        >>> percent(0.125), percent(0.0004), percent(0), percent(1.0)
        ('12.5 %', '<0.1 %', '0 %', '100 %')
    """
    if share is None or not math.isfinite(share):
        return NONE
    if 0 < share < 0.001:
        return "<0.1 %"
    return f"{_trim(f'{share * 100:.1f}')} %"


def whole_percent(share: float) -> str:
    """A share from 0 to 1 as a percentage without decimals.

    Example:
        >>> whole_percent(0.8764)
        '88 %'
    """
    return f"{share * 100:.0f} %"


def seconds(value: float) -> str:
    """A time in the unit that suits it.

    Example:
        >>> seconds(0.042), seconds(3.21), seconds(75), seconds(7260)
        ('42 ms', '3.2 s', '1 min 15 s', '2 h 1 min')
    """
    if not math.isfinite(value):
        return NONE
    if value < 1:
        return f"{value * 1000:.0f} ms"
    if value < 60:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def metric_name(metric: str) -> str:
    """A metric in words.

    Example:
        >>> metric_name("roc_auc"), metric_name("top_k_accuracy")
        ('ROC AUC', 'top k accuracy')
    """
    return _METRICS.get(metric, metric.replace("_", " "))


def task_words(kind: TaskKind) -> str:
    """What a kind of task predicts.

    Example:
        >>> task_words("regression")
        'a number'
    """
    return _TASKS[kind]


def stopped_words(trace: Trace) -> str:
    """Why a member ended, in words.

    Example:
        >>> stopped_words(Trace(seed=0, fold=0, learning_rate=0.1, stopped="time"))
        'out of time'
    """
    return _STOPPED.get(trace.stopped, trace.stopped or NONE)


def lever_name(lever: str) -> str:
    """A lever in words.

    Example:
        >>> lever_name("learning_rate")
        'learning rate'
    """
    return lever.replace("_", " ")


def score_decimals(*values: float) -> int:
    """Decimals that show three digits of the largest of some scores on one scale.

    Up to 1 three decimals are shown: an interval that ends at 1 must not turn 0.997 into 1.00.

    Example:
        >>> score_decimals(0.8734, 0.85), score_decimals(0.997, 1.0), score_decimals(1520.0)
        (3, 3, 0)
    """
    largest = max((abs(v) for v in values if math.isfinite(v)), default=0.0)
    if largest == 0:
        return 3
    if largest == 1:
        return 3
    return min(max(2 - math.floor(math.log10(largest)), 0), 12)


def score_value(score: Score) -> str:
    """The value of a score alone, with the digits that its interval deserves."""
    return _fixed(score.value, score_decimals(score.value, score.low, score.high))


def score_interval(score: Score) -> str:
    """The interval of a score alone; empty when it has none."""
    if not (math.isfinite(score.low) and math.isfinite(score.high)):
        return ""
    decimals = score_decimals(score.value, score.low, score.high)
    return f"{_fixed(score.low, decimals)} to {_fixed(score.high, decimals)}"


def score_text(score: Score) -> str:
    """A score with its interval.

    Example:
        >>> score_text(Score(metric="r2", value=0.8734, low=0.8512, high=0.89, n_rows=99,
        ...                  higher_is_better=True))
        '0.873 (0.851 to 0.890)'
    """
    interval = score_interval(score)
    return f"{score_value(score)} ({interval})" if interval else score_value(score)


def rows_scored(run: RunRecord) -> str:
    """What rows the scores were measured on: "test", or "validation" where none were set aside."""
    return "test" if run.data.n_test else "validation"


def score_on(scores: Iterable[Score], metric: str) -> Score | None:
    """The score on one metric; None where it was not measured.

    Example:
        >>> score_on((), "r2") is None
        True
    """
    return next((score for score in scores if score.metric == metric), None)


def when(created: str) -> str:
    """A local ISO 8601 time as a reader writes it; anything else as it is.

    Example:
        >>> when("2026-03-01T14:05:09"), when("yesterday")
        ('1 March 2026, 14:05', 'yesterday')
    """
    try:
        moment = datetime.fromisoformat(created)
    except ValueError:
        return created
    return f"{moment.day} {moment:%B %Y, %H:%M}"


def day(days: float) -> str:
    """A day as counted from 1970-01-01; a dash outside the calendar.

    Example:
        >>> day(0.5), day(1e9)
        ('1970-01-01', '–')
    """
    try:
        return (date(1970, 1, 1) + timedelta(days=math.floor(days))).isoformat()
    except OverflowError:
        return NONE


def size(n_bytes: float) -> str:
    """An amount of memory in the unit that suits it.

    Example:
        >>> size(512), size(20_480), size(3.2e9)
        ('512 bytes', '20 kB', '3.2 GB')
    """
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if n_bytes >= scale:
            return f"{number(n_bytes / scale, 2)} {unit}"
    return plural(int(n_bytes), "byte")


def clip(text: str, n_letters: int = 60) -> str:
    """A text cut to a length, with a sign that it was cut.

    Example:
        >>> clip("abcdef", 4)
        'abc…'
    """
    return text if len(text) <= n_letters else text[: n_letters - 1] + "…"


def sentence(text: str) -> str:
    """A text with a capital first letter and an end; a name in code stays as it is.

    Example:
        >>> sentence("lower the rate"), sentence("Done."), sentence("nn.Linear is linear")
        ('Lower the rate.', 'Done.', 'nn.Linear is linear.')
    """
    text = text.strip()
    if not text:
        return ""
    first = text[0] if _CODE.match(text) else text[0].upper()
    return first + text[1:] + ("" if text[-1] in ".!?:;" else ".")


def _fixed(value: float, decimals: int) -> str:
    return f"{value:,.{decimals}f}" if math.isfinite(value) else NONE


def _trim(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
