"""What the conditions of the templates ask for."""

from collections.abc import Iterator

from justright.data.dates import CYCLES
from justright.eject.source import Source
from justright.kinds import Design

SCALED = ("regression", "multi-target", "bounded", "positive")  # tasks whose numbers are scaled
BENT = ("sigmoid", "tanh", "softplus")  # output activations that bend the numbers they put out


def facts_of(source: Source) -> dict[str, object]:
    """Every fact that a template may ask for: the levers, and what follows from them and the data.

    Args:
        source: What the script is written from.
    """
    design = source.design
    facts: dict[str, object] = {each.lever: each.value for each in design.decisions}
    facts |= _of_data(source)
    facts |= _of_task(source)
    facts |= _of_parts(source, facts)
    facts |= _of_network(design, facts)
    return facts | _of_training(design, facts)


def _of_data(source: Source) -> dict[str, object]:
    layout, order = source.layout, source.role("order")
    kinds = {column.kind for column in source.inputs} | ({order.kind} if order else set())
    categories = source.of_kind("category", "id")
    form = source.form.decimal_mark
    written = [column for column in source.inputs if column.decimal_mark is not None]
    task = source.design.task
    text_target = any(entry.action == "read target as numbers" for entry in source.log)
    one_class = task.kind in ("binary", "multiclass")
    words = one_class or "category" in kinds or "text" in kinds or "boolean" in kinds
    return {
        "in_memory": source.in_memory,
        "test_file": source.test_file,
        "numbers": bool(source.of_kind("number")),
        "booleans": bool(source.of_kind("boolean")),
        "dates": "date" in kinds,
        "date_parts": bool(source.of_kind("date")),
        "date_cycles": bool(cycles(source)),
        "years": bool(years(source)),
        "formats": any(column.date_formats for column in source.columns if column.role != "target"),
        "gaps": bool(gaps(source, "number", "date", "boolean")),
        "text_gaps": bool(gaps(source, "text")),
        "texts": bool(source.of_kind("text")),
        "one_hot": any(name not in layout.codes for name in categories),
        "embedded": bool(layout.codes),
        "any_levels": bool(categories),
        "numeric": bool(layout.numeric),
        "nothing_learnt": not (layout.numeric or categories or source.of_kind("text")),
        "commas": form == "," or any(column.decimal_mark == "," for column in written)
        or any(mark == "," for _, mark, _ in task.forms),
        "cased": bool(cased(source)),
        "merged": any(column.merged for column in source.inputs),
        "text_numbers": bool(written) or text_target,
        "needs_numbers": "number" in kinds or task.kind in (*SCALED, "ranking"),
        "needs_truths": "boolean" in kinds or (task.kind == "multilabel" and bool(task.targets)),
        "needs_words": words or bool(written) or text_target or "date" in kinds
        or source.role("group") is not None or (task.kind == "multilabel" and bool(task.targets)),
        "group": source.role("group") is not None,
        "order": order is not None,
    }  # fmt: skip


def gaps(source: Source, *kinds: str) -> list[str]:
    """Inputs of some kinds with an indicator for missing cells."""
    return [name for name in source.of_kind(*kinds) if f"{name} is missing" in source.layout.plain]


def cased(source: Source) -> list[str]:
    """Categories whose words differed in case alone."""
    said = {entry.subject for entry in source.log if entry.reason == "they differ only in case"}
    return [name for name in source.of_kind("category") if name in said]


def cycles(source: Source) -> dict[str, list[str]]:
    """Date columns with the parts of which places on a circle are inputs."""
    plain, dates = source.layout.plain, source.of_kind("date")
    found = {d: [str(part) for part in CYCLES if f"{d} ({part}, sin)" in plain] for d in dates}
    return {name: parts for name, parts in found.items() if parts}


def years(source: Source) -> list[str]:
    """Date columns of which the number of the year is an input."""
    return [n for n in source.of_kind("date") if f"{n} (year)" in source.layout.numeric]


def _of_task(source: Source) -> dict[str, object]:
    task, output = source.design.task, source.design.word("output_activation")
    kind, several = task.kind, bool(task.targets)
    scaled = kind in SCALED
    classed = bool(task.classes)
    return {
        **{other: other == kind for other in ("binary", "multiclass", "multilabel", "ranking")},
        "classes": classed,
        "one_class": task.is_classification,
        "several_targets": several,
        "label_columns": kind == "multilabel" and several,
        "label_lists": kind == "multilabel" and not several,
        "several_numbers": kind == "multi-target",
        "one_number": kind in ("regression", "bounded", "positive", "ranking"),
        "plain_number": kind in ("regression", "bounded", "positive"),
        "single_number": kind in ("regression", "bounded", "positive"),
        "wide_target": kind in ("multilabel", "multi-target", "ranking"),
        "single_column": kind in ("regression", "bounded", "positive", "ranking"),
        "several_columns": kind in ("multilabel", "multi-target"),
        "single_logits": kind in ("binary", "multilabel"),
        "scaled": scaled,
        "bent": scaled and output in BENT,
        "bounded_output": output in ("sigmoid", "tanh"),
        "centred": output in ("none", "exp"),
    }


def _of_parts(source: Source, facts: dict[str, object]) -> dict[str, object]:
    folds = facts["evaluation"] != "hold-out"
    ordered = facts["split"] == "ordered"
    draws = (not facts["test_file"] and not facts["order"]) or (not folds and not ordered)
    return {
        "folds_used": folds,
        "drawn_at_random": not folds and facts["split"] == "random" and not facts["group"],
        "iterated": folds and not ordered and int(str(facts.get("repeats", 1))) > 1,
        "draws_share": draws,
        "by_units": draws or not ordered,
        "by_strata": not facts["group"] or (folds and not ordered),
        "draws_last": (facts["order"] and not facts["test_file"]) or (ordered and not folds),
    }


def _of_network(design: Design, facts: dict[str, object]) -> dict[str, object]:
    embedding = design.word("numeric_embedding") if facts["numeric"] else "none"
    tabm = design.word("family") == "tabm"
    family, _, law = design.word("init").partition("_")
    batch_norm = design.word("normalisation") == "batch" and bool(design.count("depth"))
    hull = design.word("bias_init") == "hull" and not batch_norm and not tabm
    return {
        "tabm": tabm,
        "numeric_embedded": embedding != "none",
        "periodic": embedding == "periodic",
        "piecewise": embedding == "piecewise_linear",
        "normalisation": "none" if tabm else facts["normalisation"],
        "residual": bool(facts["residual"]) and not tabm,
        "activation_blend": bool(facts["activation_blend"] and design.count("depth")) and not tabm,
        "input_scaling": bool(facts["input_scaling"]) and not tabm,
        "ntk": design.word("parametrisation") == "ntk" and not tabm,
        "data_normal": family == "data" and not tabm,
        "by_data": (family == "data" or hull) and not tabm,
        "bias_init": "hull" if hull else "zero",
        "init_law": law,
    }  # fmt: skip


def _of_training(design: Design, facts: dict[str, object]) -> dict[str, object]:
    schedule, loss = design.word("schedule"), design.word("loss")
    one_cycle = schedule == "one_cycle"
    warmup = design.number("warmup_share") > 0 and not one_cycle
    rate_function = schedule not in ("constant", "plateau") or warmup
    decays = design.number("weight_decay") > 0
    decay_fades = decays and design.word("weight_decay_schedule") == "flat_cosine"
    dropout = design.number("dropout") > 0 and design.count("depth") > 0
    dropout_fades = dropout and design.word("dropout_schedule") == "flat_cosine"
    rates = dict(_own_rates(design, facts))
    class_loss = loss in ("focal", "weighted_cross_entropy")
    averaged = design.word("averaging") != "none"
    metric = design.word("metric")
    return rates | {
        "own_rates": any(rates.values()),
        "dropout": dropout,
        "several_decaying": facts["piecewise"] or facts["tabm"],
        "sgd": design.word("optimizer") in ("sgd", "sgd_nesterov"),
        "betas": design.word("optimizer") in ("adam", "adamw", "nadam", "adamax"),
        "one_cycle": one_cycle,
        "warmup_used": warmup,
        "rate_function": rate_function,
        "rate_moves": rate_function or schedule == "plateau",
        "falls": schedule in ("cosine", "cosine_cycles", "linear"),
        "flat": schedule in ("constant", "plateau"),
        "fades": decay_fades or dropout_fades,
        "decay_fades": decay_fades,
        "dropout_fades": dropout_fades,
        "class_loss": class_loss,
        "plain_cross_entropy": loss == "cross_entropy",
        "by_head": facts["ranking"]
        or (facts["multiclass"] and (loss == "cross_entropy" or class_loss)),
        "fresh_statistics": averaged and facts["normalisation"] == "batch" and facts["depth"],
        "auc": metric == "roc_auc",
        "precision": metric in ("average_precision", "mean_average_precision"),
        "query_metric": metric in ("ndcg", "mean_average_precision"),
        "f1_of_classes": metric in ("f1", "f1_macro", "f1_micro"),
    }


def _own_rates(design: Design, facts: dict[str, object]) -> Iterator[tuple[str, bool]]:
    """Which parts of the network have a learning rate of their own."""
    used = {
        "bias_rate": True,
        "embedding_rate": bool(facts["numeric_embedded"]),
        "scaling_rate": bool(facts["input_scaling"]),
        "blend_rate": bool(facts["activation_blend"]),
    }
    for lever, there in used.items():
        yield f"{lever}_used", there and design.number(lever) != 1
