"""What can be chosen: every lever, its words or its range, and how to read a value."""

import difflib
import math
from dataclasses import dataclass
from typing import Literal

from justright.errors import DesignError
from justright.kinds.decision import Value

LeverKind = Literal["word", "switch", "count", "number"]

_TRUE = frozenset({"on", "yes", "true", "1"})
_FALSE = frozenset({"off", "no", "false", "0"})
_OFF = frozenset({"off", "none", "no", "false"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """One thing that a design chooses.

    Attributes:
        name: As it stands in a design, in snake case.
        kind: "word" (one of `words`), "switch" (on or off), "count" (a whole number) or "number".
        help: What it does, in one line.
        unit: Unit of a number; empty without one.
        words: What a word may be.
        on: The word that "on" stands for; empty where "on" says too little.
        low: Smallest number.
        high: Largest number.
        log: Whether the range is to be searched on a log scale.
    """

    name: str
    kind: LeverKind
    help: str
    unit: str = ""
    words: tuple[str, ...] = ()
    on: str = ""
    low: float = -math.inf
    high: float = math.inf
    log: bool = False

    @property
    def range(self) -> str:
        """What the lever may be set to, in words."""
        if self.kind == "word":
            return ", ".join(self.words)
        if self.kind == "switch":
            return "on, off"
        whole = "a whole number" if self.kind == "count" else "a number"
        return f"{whole} from {self.low:g} to {self.high:g}"


def _word(name: str, words: str, help_: str, on: str = "") -> Lever:
    """A lever that is chosen from words."""
    return Lever(name=name, kind="word", words=tuple(words.split()), on=on, help=help_)


def _count(name: str, unit: str, low: int, high: int, help_: str, *, log: bool = False) -> Lever:
    """A lever that counts something."""
    return Lever(name=name, kind="count", unit=unit, low=low, high=high, log=log, help=help_)


def _number(name: str, low: float, high: float, help_: str, *, log: bool = False) -> Lever:
    """A lever that is a number."""
    return Lever(name=name, kind="number", low=low, high=high, log=log, help=help_)


_ACTIVATIONS = "logistic tanh relu leaky_relu prelu rrelu elu selu gelu silu mish"
_INITS = "he_uniform he_normal lecun_uniform lecun_normal glorot_uniform glorot_normal data_normal"
_LOSSES = (
    "mse mae huber binary_cross_entropy cross_entropy focal weighted_cross_entropy "
    "pairwise_logistic"
)
_OUTPUTS = "none sigmoid softmax tanh softplus exp"
_METRICS = (
    "accuracy balanced_accuracy f1 f1_macro f1_micro roc_auc average_precision log_loss "
    "rmse mae r2 rmsle scaled_rmse ndcg mean_average_precision"
)
_OPTIMIZERS = "sgd sgd_nesterov rmsprop adam adamw nadam adamax"
_SCHEDULES = "constant step exponential plateau one_cycle cosine cosine_cycles linear"
_STRENGTHS = "constant flat_cosine"

#: Every lever, in the order in which they are decided.
LEVERS: tuple[Lever, ...] = (
    _word("evaluation", "hold-out k-fold", "how the development rows are parted to judge a choice"),
    _count("folds", "folds", 1, 20, "parts that take turns as validation rows; 1 for a hold-out"),
    _count("repeats", "repeats", 1, 10, "times that folds are dealt out anew, all in one training"),
    _word("split", "stratified random grouped ordered", "which rows may stand on which side"),
    _word("scaler", "robust standard min-max quantile", "how numbers come to a similar scale"),
    _word("text", "hashed embedding", "how free text enters: its words, or a sentence embedding"),
    _count("text_features", "features", 8, 8192, "hashed features of all free text", log=True),
    _word("sampling", "plain balanced", "whether rows of rare classes are repeated until alike"),
    _word("loss", _LOSSES, "what training makes small"),
    _word(
        "output_activation",
        "none sigmoid softmax tanh softplus exp",
        "what turns outputs into predictions",
    ),
    _word("metric", _METRICS, "the figure of merit"),
    _word("family", "dense conv tabm", "the kind of network"),
    _word(
        "numeric_embedding",
        "none piecewise_linear periodic",
        "how a number is spread over several inputs",
        on="periodic",
    ),
    _count("embedding_size", "outputs per number", 2, 64, "inputs made of each number", log=True),
    _number("frequency_scale", 0.001, 10, "spread of the first periodic frequencies", log=True),
    _count(
        "category_size",
        "outputs per category",
        0,
        64,
        "inputs made of each embedded category column; 0 to go by its levels",
    ),
    Lever(
        name="input_scaling", kind="switch", help="whether each input has a learned factor in front"
    ),
    _count(
        "depth", "hidden layers", 0, 8, "hidden layers; those of convolution where there are any"
    ),
    _count(
        "width",
        "neurons",
        8,
        1024,
        "neurons of a hidden layer; of convolutions, the channels of the first",
        log=True,
    ),
    _word(
        "shape",
        "same funnel double",
        "same width throughout, narrower towards the output, or twice the channels at each pooling",
    ),
    Lever(name="residual", kind="switch", help="whether each layer adds to its input"),
    _count("kernel", "pixels", 1, 7, "side of a convolution's kernel, odd"),
    _word("pool", "none max average", "how a convolution layer halves height and width", on="max"),
    _count("head_width", "neurons", 0, 1024, "neurons of the dense layer after convolutions"),
    _count("heads", "submodels", 1, 64, "submodels of TabM, which share their body", log=True),
    _word("activation", _ACTIVATIONS, "the bend after each hidden layer"),
    Lever(
        name="activation_blend",
        kind="switch",
        help="whether each neuron learns how much of its bend it takes",
    ),
    _word("init", _INITS, "how the first weights are drawn"),
    _word("bias_init", "zero hull", "where biases start: at zero, or with the bend among the rows"),
    _word("last_layer_init", "prior plain", "whether outputs start at what is known of the target"),
    _word("parametrisation", "standard ntk", "whether steps of a weight shrink with its fan-in"),
    _count("batch_size", "rows", 2, 8192, "rows behind one step", log=True),
    _word("normalisation", "none batch layer", "what keeps the spread inside", on="batch"),
    _number("dropout", 0, 0.6, "share of hidden neurons left out of a step"),
    _word("dropout_schedule", _STRENGTHS, "whether dropout is held, or fades in the second half"),
    _number("input_dropout", 0, 0.6, "share of inputs left out of a step"),
    _word("optimizer", _OPTIMIZERS, "how gradients become steps"),
    _number("weight_decay", 0, 1, "pull of the weights towards zero", log=True),
    _word(
        "weight_decay_schedule", _STRENGTHS, "whether the pull is held, or fades in the second half"
    ),
    _number("label_smoothing", 0, 0.3, "share of the target spread over all classes"),
    _number("learning_rate", 1e-6, 10, "peak size of a step; measured before training", log=True),
    _number("bias_rate", 0.001, 100, "factor of the learning rate for biases", log=True),
    _number(
        "embedding_rate",
        0.001,
        100,
        "factor of the learning rate for embeddings of numbers",
        log=True,
    ),
    _number("scaling_rate", 0.001, 100, "factor of the learning rate for input scaling", log=True),
    _number("blend_rate", 0.001, 100, "factor of the learning rate for blends", log=True),
    _number("momentum", 0, 0.999, "memory of the direction; first beta of the Adam family"),
    _number("beta2", 0.5, 0.9999, "memory of the squared gradients"),
    _count("epochs", "epochs", 1, 10_000, "longest training, and length of the schedule", log=True),
    _word("schedule", _SCHEDULES, "how the learning rate changes over the training"),
    _number("warmup_share", 0, 0.5, "share of the training in which the rate rises"),
    _word("clip", "none norm value", "what bounds the gradient", on="norm"),
    _number("clip_threshold", 1e-6, 1e6, "largest norm (or value) of the gradient", log=True),
    _count("patience", "epochs", 1, 1000, "epochs without gain before training ends", log=True),
    _word("averaging", "none ema swa last_k", "which mean of the weights is kept", on="ema"),
    _number("ema_decay", 0.5, 0.9999, "share of the old mean kept at each step"),
    _count("ensemble_size", "networks", 1, 64, "networks whose predictions are averaged", log=True),
)

_BY_NAME = {lever.name: lever for lever in LEVERS}


def lever(name: str) -> Lever:
    """The lever of this name; hyphens and capitals do not matter.

    Raises:
        DesignError: If there is none.

    Example:
        >>> lever("batch-size").unit
        'rows'
    """
    wanted = name.strip().lower().replace("-", "_")
    found = _BY_NAME.get(wanted)
    if found is None:
        raise DesignError(
            f"no lever is called {name!r}",
            f"one of: {', '.join(_BY_NAME)}",
            try_=f"justright rules {nearest(wanted, tuple(_BY_NAME))}",
        )
    return found


def parse(name: str, text: str) -> Value:
    """Read the value of a lever from text, as in `--set lever=value`.

    Args:
        name: The lever, in snake or kebab case.
        text: A word, a number, "on", "off" or "none".

    Raises:
        DesignError: If the lever does not exist or cannot take the value.

    Example:
        >>> parse("batch-size", "64"), parse("residual", "on"), parse("dropout", "off")
        (64, True, 0.0)
    """
    found, bare = lever(name), text.strip().lower()
    if found.kind == "word":
        return _read_word(found, bare)
    if found.kind == "switch" and bare in _TRUE | _FALSE:
        return bare in _TRUE
    if bare in _OFF and found.low == 0:
        return check(found.name, 0)
    try:
        return check(found.name, float(bare.replace("_", "")))
    except ValueError:
        raise _refusal(found, text) from None


def check(name: str, value: Value | None) -> Value:
    """Make sure that a lever can take a value, and bring it to the lever's type.

    Args:
        name: The lever, in snake or kebab case.
        value: What to set it to. None is off.

    Raises:
        DesignError: If the lever does not exist or cannot take the value.

    Example:
        >>> check("width", 128.0), check("clip", None), check("residual", True)
        (128, 'none', True)
    """
    found = lever(name)
    if value is None:
        return parse(name, "off")
    if isinstance(value, str):
        return parse(name, value)
    if found.kind == "word":
        return _read_word(found, words(value))
    if found.kind == "switch":
        if value not in (0, 1):
            raise _refusal(found, value)
        return bool(value)
    number = float(value)
    whole = found.kind == "count"
    misfit = isinstance(value, bool) or (whole and not number.is_integer())
    if misfit or not found.low <= number <= found.high:
        raise _refusal(found, value)
    return int(number) if whole else number


def words(value: Value) -> str:
    """A value as people read it.

    Example:
        >>> words(True), words(0.001), words(8192), words("k-fold")
        ('on', '0.001', '8192', 'k-fold')
    """
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _read_word(found: Lever, text: str) -> str:
    """The word of a lever that the text means."""
    if text == "on" and found.on:
        return found.on
    if text in _OFF and "none" in found.words:
        return "none"
    for word in found.words:
        if word.replace("-", "_") == text.replace("-", "_"):
            return word
    raise DesignError(
        f"{found.name} = {text!r}",
        f"one of: {found.range}",
        try_=f"--set {found.name}={nearest(text, found.words)}",
    )


def nearest(text: str, known: tuple[str, ...]) -> str:
    """The known word that the text is most like; the first one when it is like none.

    Example:
        >>> nearest("lerning_rate", ("depth", "learning_rate"))
        'learning_rate'
    """
    return (difflib.get_close_matches(text, known, n=1, cutoff=0.4) or known)[0]


def _refusal(found: Lever, value: Value) -> DesignError:
    """The error for a value that a lever cannot take."""
    seen = value if isinstance(value, str) else words(value)
    example = "on" if found.kind == "switch" else f"{max(found.low, min(found.high, 1)):g}"
    return DesignError(f"{found.name} = {seen}", found.range, try_=f"--set {found.name}={example}")
