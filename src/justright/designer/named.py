"""Named designs: sets of decisions to start from, in the place of the rule book's own."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from justright.designer.facts import CLASSES, TASK, decided_word
from justright.designer.levers import nearest
from justright.designer.rule import Case, Condition, Rule, fixed, otherwise
from justright.designer.rulebook import RULE_BOOK
from justright.errors import DesignError
from justright.kinds.decision import NAMED, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a named design says about one lever.

    Attributes:
        lever: Name of the lever.
        rule: When this holds, choose that; its id is "design:" and the name of the design.
        row: The rule of the book that it takes over; empty where it has a reason of its own.
    """

    lever: str
    rule: Rule
    row: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedDesign:
    """A set of decisions that a user can start from.

    It decides on the levers that it names; the rule book decides on the others, and what the user
    sets comes before both.

    Attributes:
        name: As it is asked for.
        what: What it is and when to take it, in one sentence.
        settings: In any order; of two for one lever, the first that holds decides.
    """

    name: str
    what: str
    settings: tuple[Setting, ...]

    def setting(self, lever: str, case: Case) -> Setting | None:
        """What it says about a lever in this case; None where it leaves it to the rule book."""
        for each in self.settings:
            if each.lever == lever and each.rule.when.holds(case):
                return each
        return None


def _set(
    lever: str, value: Value, reason: str, source: str = "", *, when: Condition = otherwise
) -> Setting:
    """A value with its reason; without a source, that of the design."""
    rule = Rule(id=NAMED, when=when, choose=fixed(value), reason=reason, source=source)
    return Setting(lever=lever, rule=rule)


def _row(rule_id: str, *, always: bool = False) -> Setting:
    """The choice of a rule of the book, with its reason and source; `always`, or when it holds."""
    lever, rule = _ROWS[rule_id]
    when = otherwise if always else rule.when
    own = replace(rule, when=when, reason=f"{rule.reason} ({rule_id})", amended_by="")
    return Setting(lever=lever, rule=own, row=rule_id)


def _design(name: str, what: str, source: str, *settings: Setting) -> NamedDesign:
    """A design whose settings bear its name."""
    return NamedDesign(
        name=name,
        what=what,
        settings=tuple(
            replace(
                each,
                rule=replace(each.rule, id=NAMED + name, source=each.rule.source or source),
            )
            for each in settings
        ),
    )


_ROWS: Mapping[str, tuple[str, Rule]] = {
    rule.id: (chapter.lever, rule) for chapter in RULE_BOOK for rule in chapter.rules
}
_RANKED = decided_word("metric").is_("roc_auc", "average_precision", "log_loss")
_AS_PUBLISHED = "as published with the recipe"

CLASSIC = _design(
    "classic",
    "the practitioners' guides as they were: standardised numbers, a narrow ReLU network, dropout,"
    " SGD with early stopping; to replicate, and to measure against",
    "shukla2019",
    _row("scaler-92"),
    _row("numeric_embedding-92"),
    _row("depth-92"),
    _row("width-92"),
    _row("activation-95"),
    _row("batch_size-92"),
    _row("dropout-92"),
    _row("optimizer-92"),
    _row("momentum-92"),
    _row("epochs-92"),
    _row("schedule-10"),
    _row("patience-92"),
    _row("averaging-94"),
    _row("ensemble_size-92"),
)

REALMLP = _design(
    "realmlp",
    "RealMLP's recipe: a dense network whose defaults were tuned on 118 tables",
    "holzmuller2024",
    _set("scaler", "robust", "median and quartiles with a smooth clip, which outliers cannot bend"),
    _set(
        "output_activation",
        "none",
        "its rate for numbers was tuned on plain ones: it drives a softplus into its flat side",
        when=TASK.is_("positive"),
    ),
    _set("numeric_embedding", "periodic", "lets a small network bend sharply along one number"),
    _set("embedding_size", 4, "four outputs for each number, the raw value among them"),
    _set("frequency_scale", 0.1, "small is safe: low frequencies learn to bend"),
    _set("category_size", 8, _AS_PUBLISHED),
    _set("input_scaling", True, "an input can grow or fade in few steps"),
    _set("depth", 3, "three layers, tuned over many tables"),
    _set("width", 256, "three layers of 256, tuned over many tables"),
    _set("shape", "same", "three layers of 256"),
    _set("residual", False, "three layers need no path around them"),
    _set("activation", "selu", "the best of its classifiers", when=CLASSES),
    _set("activation", "mish", "the best of its networks for numbers"),
    _set("activation_blend", True, "each unit finds how much of its bend it needs"),
    _set("init", "data_normal", "each unit starts with spread 1 on the training rows"),
    _set("bias_init", "hull", "each unit bends among the rows"),
    _set("last_layer_init", "plain", "the output layer starts like every other"),
    _set("parametrisation", "ntk", "one rate serves every width"),
    _set("batch_size", 256, _AS_PUBLISHED),
    _set("normalisation", "none", "input scaling and the start do its work"),
    _set("dropout", 0.15, _AS_PUBLISHED),
    _set("dropout_schedule", "flat_cosine", "held for half the steps, then down to nothing"),
    _set("input_dropout", 0.0, _AS_PUBLISHED),
    _set("optimizer", "adamw", "Adam with a decay apart from the gradient"),
    _set("weight_decay", 0.02, _AS_PUBLISHED),
    _set("weight_decay_schedule", "flat_cosine", "held for half the steps, then down to nothing"),
    _set("label_smoothing", 0.0, "off where the metric ranks or is the log-loss", when=_RANKED),
    _set("label_smoothing", 0.1, "helps the share that is right", when=CLASSES),
    _set("learning_rate", 0.04, "tuned on 71 tables of classes", when=CLASSES),
    _set("learning_rate", 0.2, "tuned on 47 tables of numbers"),
    _set("bias_rate", 0.1, _AS_PUBLISHED),
    _set("embedding_rate", 0.1, _AS_PUBLISHED),
    _set("scaling_rate", 6.0, _AS_PUBLISHED),
    _set("blend_rate", 0.1, _AS_PUBLISHED),
    _set("momentum", 0.9, _AS_PUBLISHED),
    _set("beta2", 0.95, "a short memory of the squared gradients, for a short training"),
    _set("epochs", 256, _AS_PUBLISHED),
    _set("schedule", "cosine_cycles", "four cosine cycles of doubling length"),
    _set("warmup_share", 0.0, "every cycle starts at a rate of 0"),
    _set("clip", "none", _AS_PUBLISHED),
    _set("patience", 256, "no early stop: the best epoch of the whole schedule is kept"),
    _set("averaging", "none", "the best epoch is kept, not a mean"),
)

TABM = _design(
    "tabm",
    "TabM's defaults: one body with 32 cheap variants of itself, whose mean is the answer",
    "gorishniy2024",
    _set("scaler", "quantile", "ranks as a normal curve, as in all its published runs"),
    _set("evaluation", "hold-out", "it is an ensemble already; folds would train one for each"),
    _row("output_activation-50"),
    _set(
        "output_activation",
        "none",
        "its rate was tuned on plain numbers: it drives a softplus into its flat side",
        when=TASK.is_("positive"),
    ),
    _set("family", "tabm", "submodels that share one body"),
    _row("heads-20"),
    _set("heads", 32, _AS_PUBLISHED),
    _set("numeric_embedding", "piecewise_linear", "bins at the quantiles, as in its best variant"),
    _set("embedding_size", 16, _AS_PUBLISHED),
    _set("depth", 2, "embeddings do the work of a third layer, as published"),
    _set("width", 512, _AS_PUBLISHED),
    _set("shape", "same", _AS_PUBLISHED),
    _set("residual", False, _AS_PUBLISHED),
    _set("activation", "relu", _AS_PUBLISHED),
    _set("init", "lecun_uniform", "the nearest to its uniform start, which is below He's spread"),
    _set("last_layer_init", "plain", "submodels that start apart stay apart, as published"),
    _set("batch_size", 256, _AS_PUBLISHED),
    _set("normalisation", "none", _AS_PUBLISHED),
    _set("dropout", 0.1, _AS_PUBLISHED),
    _set("input_dropout", 0.0, _AS_PUBLISHED),
    _set("optimizer", "adamw", _AS_PUBLISHED),
    _set("learning_rate", 0.002, _AS_PUBLISHED),
    _set("weight_decay", 3e-4, _AS_PUBLISHED),
    _set("momentum", 0.9, _AS_PUBLISHED),
    _set("beta2", 0.999, _AS_PUBLISHED),
    _set("label_smoothing", 0.0, _AS_PUBLISHED),
    _set("schedule", "constant", _AS_PUBLISHED),
    _set("epochs", 1_000, "far more than needed: the patience ends it"),
    _set("patience", 16, _AS_PUBLISHED),
    _set("averaging", "none", _AS_PUBLISHED),
    _set("ensemble_size", 1, "it is an ensemble already"),
)

SELU = _design(
    "selu",
    "a plain deep stack that normalises itself: SELU with all that it needs to do so",
    "klambauer2017",
    _set("scaler", "standard", "self-normalising begins at mean 0 and spread 1"),
    _set("numeric_embedding", "none", "waves or bins would not enter with mean 0 and spread 1"),
    _set("depth", 5, "depth is what it makes possible: the published ones had 11 on average"),
    _set("shape", "same", "one width throughout, as the fixed point was derived for"),
    _set("residual", False, "added inputs would change the spread that SELU keeps"),
    _row("activation-10", always=True),
    _row("init-10"),
    _row("normalisation-10"),
    _row("dropout-40"),
)

FAST = _design(
    "fast",
    "a small ReLU network, alone, for a first answer in seconds",
    "convention",
    _set("numeric_embedding", "none", "numbers enter as they are: the first layer stays small"),
    _set("depth", 2, "two layers bend enough for a first answer"),
    _set("width", 128, "wider layers cost more than they gain at first"),
    _row("shape-90"),
    _row("activation-20", always=True),
    _row("residual-90"),
    _row("normalisation-20"),
    _set("dropout", 0.0, "a small network on a short schedule has little to hold back"),
    _set("epochs", 30, "a short schedule to the end beats a long one cut off", "defazio2023"),
    _row("ensemble_size-10", always=True),
)

SMALL_DATA = _design(
    "small-data",
    "what the book does under 1,000 rows, for a table of any size: narrow, no dropout, a strong"
    " decay, small batches, many networks",
    "convention",
    _row("depth-20", always=True),
    _row("width-20", always=True),
    _row("batch_size-20", always=True),
    _row("normalisation-20"),
    _row("dropout-30", always=True),
    _row("weight_decay-20", always=True),
    _row("epochs-10", always=True),
    _row("ensemble_size-30", always=True),
)

#: Every named design, in the order in which they are listed.
NAMED_DESIGNS: tuple[NamedDesign, ...] = (CLASSIC, REALMLP, TABM, SELU, FAST, SMALL_DATA)


def named_design(name: str) -> NamedDesign:
    """The named design of this name; capitals and underscores do not matter.

    Raises:
        DesignError: If there is none.

    Example:
        >>> named_design("Small_Data").name
        'small-data'
    """
    wanted = name.strip().lower().replace("_", "-")
    names = design_names()
    if wanted not in names:
        raise DesignError(
            f"no design is called {name!r}",
            f"one of: {', '.join(names)}",
            try_=f"--design {nearest(wanted, names)}",
        )
    return NAMED_DESIGNS[names.index(wanted)]


def design_names() -> tuple[str, ...]:
    """The names that can be asked for.

    Example:
        >>> design_names()
        ('classic', 'realmlp', 'tabm', 'selu', 'fast', 'small-data')
    """
    return tuple(each.name for each in NAMED_DESIGNS)
