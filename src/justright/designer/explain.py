"""Say a design in words: all of it, in five lines, or as plain data."""

import textwrap
from typing import Literal

import msgspec

from justright.designer.decision_words import (
    Part,
    evidence,
    is_used,
    origin,
    parts,
    set_aside,
    turn_words,
    value,
)
from justright.designer.explain_html import explain_html
from justright.kinds.decision import Decision
from justright.kinds.design import Design

Form = Literal["text", "html", "json"]

WIDTH = 100  # characters of a line, where nobody says otherwise; as in this code
_LABEL = 13  # characters before the words of a decision
_CITATION = "; "  # between two citations of one decision


def explain(design: Design, form: Form = "text", *, width: int = WIDTH) -> str:
    """Every lever with its value, origin, reason, source, and the rules passed over.

    Beside a rule's choice stands what would change it: the nearest fact with which the rule book
    would choose otherwise.

    Args:
        design: A design; measured and overruled decisions among them.
        form: "text", "html" (self-contained, for a notebook) or "json".
        width: Characters of a line of text.

    Raises:
        ValueError: If the form is another one.

    Example:
        >>> from justright.kinds.task import Task
        >>> depth = Decision(lever="depth", value=2, unit="hidden layers", origin="rule",
        ...                  rule="depth-30", reason="few rows", source="a paper")
        >>> print(explain(Design(task=Task(kind="binary", target="sick"), decisions=(depth,))))
        Design for 'sick' (binary)
        <BLANKLINE>
        STRUCTURE
        <BLANKLINE>
        depth = 2 hidden layers  [rule depth-30]
          because    few rows
          source     [1]
        <BLANKLINE>
        SOURCES
        <BLANKLINE>
        [1] a paper
    """
    if form == "html":
        return explain_html(design)
    if form == "json":
        return msgspec.json.encode(_plain(design)).decode()
    if form != "text":
        raise ValueError(f"an explanation is text, html or json: {form=}")
    title = f"Design for {design.task.target!r} ({design.task.kind})"
    if design.task.reason:
        title += f": {design.task.reason}"
    cited: dict[str, int] = {}
    body = [block for part in parts(design) for block in _part(part, cited, width)]
    sources = [_folded(f"[{n}] {text}", "", width) for text, n in cited.items()]
    return "\n\n".join([_folded(title, "", width), *body, "SOURCES", "\n".join(sources)])


def summary(design: Design) -> tuple[str, ...]:
    """Five lines: evaluation, network, activation, optimisation, ensemble, each with its reason.

    Example:
        >>> from justright.designer.planner import plan
        >>> from justright.kinds.profile import Profile
        >>> from justright.kinds.task import Task
        >>> facts = Profile(task="regression", n_rows=2_000)
        >>> print(summary(plan(facts, Task(kind="regression", target="price")))[0])
        Evaluation: 5-fold, random, by rmse: with few rows one held-out part is luck; in folds \
every row judges once [rule evaluation-90]
    """
    return (
        _evaluation(design),
        _network(design),
        _activation(design),
        _optimisation(design),
        _ensemble(design),
    )


def _why(design: Design, lever: str) -> str:
    """The reason of one decision, with its origin."""
    decision = design.decision(lever)
    return f"{decision.reason} [{origin(decision)}]"


def _evaluation(design: Design) -> str:
    """How it is judged."""
    how = design.word("evaluation")
    if how == "k-fold":
        repeats = design.count("repeats")
        how = f"{design.count('folds')}-fold" + (f" × {repeats}" if repeats > 1 else "")
    what = f"{how}, {design.word('split')}, by {design.word('metric')}"
    return f"Evaluation: {what}: {_why(design, 'evaluation')}"


def _network(design: Design) -> str:
    """What it is built of."""
    if design.word("family") == "conv":
        return f"Network: {_convolutions(design)}: {_why(design, 'depth')}"
    depth, residual, heads = design.count("depth"), design["residual"], design.count("heads")
    layers = "1 hidden layer" if depth == 1 else f"{depth} hidden layers"
    what = f"{layers} of {design.count('width')} neurons" if depth else "no hidden layer (linear)"
    what = f"{heads} submodels (TabM) that share {what}" if heads > 1 else what
    what += " with residual connections" if residual and depth else ""
    embedding = design.word("numeric_embedding").replace("_", " ")
    what += "" if embedding == "none" else f", {embedding} numeric embeddings"
    return f"Network: {what}: {_why(design, 'depth')}"


def _convolutions(design: Design) -> str:
    """What a network of convolutions is built of."""
    depth, kernel, head = (design.count(name) for name in ("depth", "kernel", "head_width"))
    layers = "1 convolution" if depth == 1 else f"{depth} convolutions"
    pool = "no pooling" if design.word("pool") == "none" else f"{design.word('pool')} pooling"
    doubled = " doubled at each pooling" if design.word("shape") == "double" else ""
    what = f"{layers} of {kernel} × {kernel} with {pool}, {design.count('width')} channels{doubled}"
    what += " with residual connections" if design["residual"] else ""
    return f"{what}, then a dense layer of {head} neurons" if head else what


def _activation(design: Design) -> str:
    """What bends and what holds back."""
    norm, dropout = design.word("normalisation"), design.number("dropout")
    parts = (
        design.word("activation"),
        "no normalisation" if norm == "none" else f"{norm} norm",
        f"dropout {dropout:g}" if dropout else "no dropout",
        f"weight decay {design.number('weight_decay'):g}",
    )
    return f"Activation and regularisation: {', '.join(parts)}: {_why(design, 'activation')}"


def _optimisation(design: Design) -> str:
    """How it is trained."""
    schedule = design.word("schedule").replace("_", " ")
    what = (
        f"{design.word('optimizer')}, learning rate {design.number('learning_rate'):.2g}, "
        f"{schedule} schedule, batches of {design.count('batch_size')}"
    )
    rate = design.decision("learning_rate")
    lever = "optimizer" if rate.origin == "rule" else "learning_rate"
    return f"Optimisation: {what}: {_why(design, lever)}"


def _ensemble(design: Design) -> str:
    """What the answer is averaged from."""
    size = design.count("ensemble_size")
    what = "one network" if size == 1 else f"mean of {size} networks"
    mean = {
        "ema": ", running mean of weights",
        "swa": ", mean of weights",
        "last_k": ", mean of the last weights",
        "none": "",
    }
    return f"Ensemble: {what}{mean[design.word('averaging')]}: {_why(design, 'ensemble_size')}"


def _part(part: Part, cited: dict[str, int], width: int) -> list[str]:
    """A heading, its decisions, and in one line each the levers that do nothing here."""
    blocks = [part.heading.upper(), *(_paragraph(each, cited, width) for each in part.used)]
    unused: dict[str, list[str]] = {}
    for decision in part.unused:
        unused.setdefault(decision.reason, []).append(decision.lever)
    lines = [
        _folded(f"{reason}: {', '.join(levers)}", "", width) for reason, levers in unused.items()
    ]
    return [*blocks, "\n".join(lines)] if lines else blocks


def _paragraph(decision: Decision, cited: dict[str, int], width: int) -> str:
    """One decision in lines of text."""
    marks = [
        f"[{cited.setdefault(text, len(cited) + 1)}]" for text in decision.source.split(_CITATION)
    ]
    said = {
        "when": decision.when if decision.when != "otherwise" else "",
        "because": decision.reason,
        "figures": evidence(decision),
        "change": "" if decision.turn is None else turn_words(decision.turn),
        "source": " ".join(marks),
    }
    lines = [f"{decision.lever} = {value(decision)}  [{origin(decision)}]"]
    lines += [_folded(text, f"  {label}", width) for label, text in said.items() if text]
    for label, rules in set_aside(decision).items():
        if label == "not here":
            first, *others = rules
            lines.append(_folded(first, f"  {label}", width))
            lines += [_folded(rule, "  ", width) for rule in others]
        else:
            lines.append(_folded("; ".join(rules), f"  {label}", width))
    return "\n".join(lines)


def _folded(text: str, label: str, width: int) -> str:
    """A text in lines, each as far in as the words of the first one."""
    indent = f"{label:<{_LABEL}}" if label.startswith("  ") else ""
    return textwrap.fill(
        text,
        max(width, 2 * _LABEL),
        initial_indent=indent,
        subsequent_indent=" " * len(indent),
        break_on_hyphens=False,
        break_long_words=False,
    )


def _plain(design: Design) -> dict[str, object]:
    """The explanation as plain data: what is decided under each heading."""
    return {
        "task": design.task,
        "parts": [
            {
                "heading": part.heading,
                "decisions": [
                    {"used": is_used(each), **msgspec.to_builtins(each)}
                    for each in (*part.used, *part.unused)
                ],
            }
            for part in parts(design)
        ],
    }
