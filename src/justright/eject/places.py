"""The Python that stands in the places of the templates."""

import re
from collections.abc import Mapping
from pathlib import PurePath

from justright.data.units_of_measure import conversion
from justright.data.words import MISSING_AMONG_NUMBERS
from justright.eject.facts import cased, cycles, gaps, years
from justright.eject.literal import Name, assigned, literal
from justright.eject.source import Source
from justright.kinds import Design, Task

ACTIVATIONS: Mapping[str, str] = {
    "logistic": "nn.Sigmoid()",
    "tanh": "nn.Tanh()",
    "relu": "nn.ReLU()",
    "leaky_relu": "nn.LeakyReLU(0.01)",
    "prelu": "nn.PReLU()",
    "rrelu": "nn.RReLU(1 / 8, 1 / 3)",
    "elu": "nn.ELU()",
    "selu": "nn.SELU()",
    "gelu": "nn.GELU()",
    "silu": "nn.SiLU()",
    "mish": "nn.Mish()",
}
OPTIMIZERS: Mapping[str, str] = {
    "sgd": "SGD(groups, momentum=MOMENTUM)",
    "sgd_nesterov": "SGD(groups, momentum=MOMENTUM, nesterov=True)",
    "rmsprop": "RMSprop(groups, alpha=BETA2, momentum=MOMENTUM)",
    "adam": "Adam(groups, betas=(MOMENTUM, BETA2))",
    "adamw": "AdamW(groups, betas=(MOMENTUM, BETA2))",
    "nadam": "NAdam(groups, betas=(MOMENTUM, BETA2), decoupled_weight_decay=True)",
    "adamax": "Adamax(groups, betas=(MOMENTUM, BETA2))",
}
VARIANCES: Mapping[str, str] = {
    "he": "2 / {0}.in_features",
    "lecun": "1 / {0}.in_features",
    "glorot": "2 / ({0}.in_features + {0}.out_features)",
    "data": "1 / {0}.in_features",
}
BENDS: Mapping[str, str] = {
    "sigmoid": "torch.sigmoid(outputs)",
    "tanh": "torch.sigmoid(2 * outputs)",
    "softplus": "F.softplus(outputs)",
}
NARROWEST = 8  # neurons of the last layer of a funnel at least
_LINE = 80  # characters of a line of the pattern of missing words


def places_of(source: Source, facts: Mapping[str, object]) -> dict[str, str]:
    """The code of every place that a template has."""
    levers = {each.lever: literal(each.value) for each in source.design.decisions}
    return (
        levers
        | _of_data(source)
        | _of_columns(source)
        | _of_target(source, facts)
        | _of_network(source, facts)
        | _of_training(source.design, facts)
    )


def _of_data(source: Source) -> dict[str, str]:
    task = source.design.task
    name = PurePath(source.file).name
    goal = (
        " and ".join(repr(c) for c in task.columns) if len(task.columns) < 3 else "several columns"
    )
    return {
        "title": f"Predict {goal} of {name} by neural networks in plain PyTorch.",
        "file": literal(source.file),
        "file_name": name,
        "test_file": literal(source.test_file),
        "seed": str(source.seed),
        "n_folds": literal(max(2, source.design.count("folds"))),
        "n_networks": literal(source.design.count("ensemble_size")),
        "missing": _pattern(sorted(MISSING_AMONG_NUMBERS)),
        "read_call": _read_call(source),
        "kinds": assigned("typed", _typers(source), indent="    "),
    }  # fmt: skip


def _pattern(words: list[str]) -> str:
    """A regular expression that matches just these words, on lines of its own."""
    lines, line = [], "^("
    for word in words:
        part = re.sub(r"([.?*()\\^$|+\[\]{}])", r"\\\1", word) + "|"
        if len(line + part) > _LINE:
            lines.append(line)
            line = ""
        line += part
    return "\n".join(f'    r"{line}"' for line in [*lines, line.removesuffix("|") + ")$"])


def _typers(source: Source) -> dict[str, Name]:
    by_kind = {
        "number": "to_numbers",
        "category": "words",
        "id": "words",
        "text": "words",
        "boolean": "to_truths",
        "date": "to_dates",
    }
    kinds = {column.kind for column in source.inputs}
    return {kind: Name(typer) for kind, typer in by_kind.items() if kind in kinds}


def _read_call(source: Source) -> str:
    readers = {".parquet": "read_parquet", ".arrow": "read_ipc", ".feather": "read_ipc"}
    readers |= {".ipc": "read_ipc", ".jsonl": "read_ndjson", ".ndjson": "read_ndjson"}
    reader = readers.get(PurePath(source.file).suffix.lower())
    if reader is not None:
        return f"    return pl.{reader}(path)"
    form = source.form
    options = ["infer_schema_length=10_000"]
    if form.delimiter != ",":
        options.append(f"separator={literal(form.delimiter)}")
    if form.decimal_mark == ",":
        options.append("decimal_comma=True")
    if form.n_above:
        options.append(f"skip_lines={form.n_above}")
    if form.encoding not in ("utf-8", "utf-8-sig", "ascii"):
        options.append(f"encoding={literal(form.encoding)}")
    codes = [c.name for c in source.inputs if c.kind == "category" and _has_codes(c.top)]
    if codes:
        options.append(f"schema_overrides=dict.fromkeys({literal(codes)}, pl.String)")
    call = f"    return pl.read_csv(path, {', '.join(options)})"
    if len(call) <= 100:
        return call
    return "\n".join(
        ["    return pl.read_csv(", "        path,", *(f"        {o}," for o in options), "    )"]
    )


def _has_codes(top: tuple[tuple[str, int], ...]) -> bool:
    """Whether words are numbers with a 0 in front, which would be lost."""
    return any(len(word) > 1 and word[0] == "0" and word.isdigit() for word, _ in top)


def _of_columns(source: Source) -> dict[str, str]:
    layout, inputs = source.layout, source.inputs
    one_hot = [n for n in source.of_kind("category", "id") if n not in layout.codes]
    sizes = {
        name: sum(plain.startswith(f"{name} #") for plain in layout.plain)
        for name in source.of_kind("text")
    }
    commas = [c.name for c in inputs if c.decimal_mark == ","]
    commas += [name for name, mark, _ in source.design.task.forms if mark == ","]
    formats = {c.name: list(c.date_formats) for c in source.columns if c.date_formats}
    merged = {c.name: dict(c.merged) for c in inputs if c.merged}
    parts = {name: cycles(source).get(name, []) for name in source.of_kind("date")}
    kinds = {c.name: "category" if c.kind == "id" else c.kind for c in inputs}
    return {
        "input_columns": assigned("INPUTS", kinds),
        "one_hot_columns": assigned("ONE_HOT", one_hot, "an input for each level"),
        "embedded_columns": assigned("EMBEDDED", list(layout.codes), "a vector for each level"),
        "date_part_columns": assigned("DATE_PARTS", parts, "what comes round again"),
        "year_columns": assigned("YEARS", years(source), "dates of several years"),
        "gap_columns": assigned(
            "GAPS", gaps(source, "number", "date", "boolean"), "missing cells are told apart"
        ),
        "text_columns": assigned("TEXTS", sizes, "words that are inputs"),
        "text_gap_columns": assigned("TEXT_GAPS", gaps(source, "text"), "the same"),
        "format_columns": assigned("FORMATS", formats, "of dates"),
        "comma_columns": assigned("COMMAS", commas, "numbers with a decimal comma"),
        "unit_columns": assigned("UNITS", unit_factors(source), "what one of each unit is worth"),
        "cased_columns": assigned("CASED", cased(source), "words differ in case"),
        "merged_columns": assigned("MERGED", merged, "misspellings"),
    }


def unit_factors(source: Source) -> dict[str, dict[str, float]]:
    """What each unit is worth in the unit of its column, where a column has several."""
    found: dict[str, dict[str, float]] = {}
    for column in source.inputs:
        if not column.unit:
            continue
        said = [
            match[1]
            for entry in source.log
            if entry.subject == column.name
            and (match := re.match(r"converted '(.*?)' to ", entry.action))
        ]
        known = {unit: conversion(unit, column.unit) for unit in said}
        factors = {unit: own.factor for unit, own in known.items() if own is not None}
        if factors:
            found[column.name] = {"": 1.0, column.unit: 1.0, **factors}
    return found


def _of_target(source: Source, facts: Mapping[str, object]) -> dict[str, str]:
    task = source.design.task
    group, order = source.role("group"), source.role("order")
    types = {"number": "to_numbers", "date": "to_dates"}
    bent = bool(facts["bent"])
    return {
        "target_column": assigned("TARGET", task.columns[0]),
        "target_columns": assigned("TARGETS", list(task.columns)),
        "class_names": assigned(
            "CLASSES", list(task.classes), "in the order of the network's outputs"
        ),
        "target_name": "TARGETS" if task.targets else "TARGET",
        "target_star": "*TARGETS" if task.targets else "TARGET",
        "query": literal(task.query),
        "group": literal(group.name if group else ""),
        "order": literal(order.name if order else ""),
        "order_type": types.get(order.kind, "words") if order else "words",
        "prediction": "activated(outputs)" if bent else "outputs",
        "activated_outputs": BENDS[source.design.word("output_activation")] if bent else "outputs",
        "low": literal(task.low),
        "high": literal(task.high),
        "predict_words": _predict_words(task),
    }


def _predict_words(task: Task) -> str:
    if task.is_classification:
        return "Probabilities of the classes, shape (rows, classes)."
    if task.kind == "multilabel":
        return "Probabilities of the labels, shape (rows, labels)."
    if task.kind == "multi-target":
        return "Numbers in the units of the targets, shape (rows, columns)."
    if task.kind == "ranking":
        return "Scores to rank the rows of a query by, shape (rows,)."
    return "Numbers in the unit of the target, shape (rows,)."


def _of_network(source: Source, facts: Mapping[str, object]) -> dict[str, str]:
    design = source.design
    width, depth = design.count("width"), design.count("depth")
    funnel = design.word("shape") == "funnel"
    widths = [max(NARROWEST, width >> i) if funnel else width for i in range(depth)]
    selu = design.word("activation") == "selu" and not facts["activation_blend"]
    layer = "layer[0].linear" if facts["tabm"] else "layer[0]"
    return {
        "widths": assigned("WIDTHS", widths, "neurons of the hidden layers"),
        "activation_module": ACTIVATIONS[design.word("activation")],
        "dropout_module": "nn.AlphaDropout" if selu else "nn.Dropout",
        "number_module": "PeriodicNumbers" if facts["periodic"] else "PiecewiseLinearNumbers",
        "linear": "ScaledLinear" if facts["ntk"] else "nn.Linear",
        "no_bias": ", bias=False" if facts["normalisation"] == "batch" else "",
        "variance": VARIANCES[design.word("init").partition("_")[0]].format(layer),
        "n_numeric": literal(len(source.layout.numeric)),
        "n_dense": literal(source.layout.n_dense),
        "first_size": "EMBEDDING_SIZE" if facts["numeric_embedded"] else "1",
        "encoder_argument": "encoder: Encoder, " if facts["embedded"] else "",
        "encoder_passed": "encoder, " if facts["embedded"] else "",
        "bias_too": ", bias" if facts["bias_init"] == "hull" else "",
        "bias_of": ", layer[0].bias" if facts["bias_init"] == "hull" else "",
        "and_dates": " and dates" if facts["date_parts"] else "",
    }


def _of_training(design: Design, facts: Mapping[str, object]) -> dict[str, str]:
    call = OPTIMIZERS[design.word("optimizer")]
    if not facts["weight_decay"]:
        call = call.removesuffix(")") + ", weight_decay=0.0)"
    moved = [f"rate_share(step, n_steps{_epoch(design)})"] if facts["rate_function"] else []
    moved += ["factor"] if design.word("schedule") == "plateau" else []
    smoothed = facts["label_smoothing"] and facts["classes"]
    return {
        "optimizer_call": f"torch.optim.{call}",
        "rate_factor": " * ".join(moved),
        "even": ", even: bool = True" if facts["drawn_at_random"] else "",
        "uneven": ", even=False" if facts["drawn_at_random"] else "",
        "peak_key": "peak" if facts["rate_moves"] else "lr",
        "epoch_argument": ", epoch: int" if _epoch(design) else "",
        "smoothing": ", label_smoothing=LABEL_SMOOTHING" if smoothed else "",
        "not_norm": ' and ".1." not in name' if facts["normalisation"] != "none" else "",
        "decaying": _decaying(facts),
        "not_table": ' and not name.startswith("categories")' if facts["embedded"] else "",
        "clip": design.word("clip"),
        "metric": design.word("metric"),
    }


def _epoch(design: Design) -> str:
    """The argument of schedules that move once an epoch."""
    return ", epoch" if design.word("schedule") in ("step", "exponential") else ""


def _decaying(facts: Mapping[str, object]) -> str:
    """The last parts of the names of weights that decay."""
    names = ["weight"]
    names += ["linear"] if facts["piecewise"] else []
    names += ["r", "s"] if facts["tabm"] else []
    return f"({literal(names)[1:-1]})" if len(names) > 1 else literal(names[0])
