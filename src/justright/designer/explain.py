"""Say a design in words: all of it, in five lines, or as a table in a notebook."""

from html import escape

from justright.designer.levers import words
from justright.kinds.decision import Decision
from justright.kinds.design import Design


def explain(design: Design) -> str:
    """Every lever with its value, origin, reason, source, and the rules passed over.

    Args:
        design: A design; measured and overruled decisions among them.

    Example:
        >>> from justright.kinds.task import Task
        >>> depth = Decision(lever="depth", value=2, unit="hidden layers", origin="rule",
        ...                  rule="depth-30", reason="few rows", source="a paper")
        >>> print(explain(Design(task=Task(kind="binary", target="sick"), decisions=(depth,))))
        Design for 'sick' (binary)
        <BLANKLINE>
        depth = 2 hidden layers  [rule depth-30]
          because: few rows
          source:  a paper
    """
    head = f"Design for {design.task.target!r} ({design.task.kind})"
    if design.task.reason:
        head += f": {design.task.reason}"
    return "\n\n".join([head, *(_paragraph(decision) for decision in design.decisions)])


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


def explain_html(design: Design) -> str:
    """The explanation as a table, self-contained and escaped, for a notebook.

    Example:
        >>> from justright.kinds.task import Task
        >>> explain_html(Design(task=Task(kind="binary", target="a<b"), decisions=()))[:68]
        '<div class="justright-design"><h4>Design for &#x27;a&lt;b&#x27; (bin'
    """
    rows = "".join(_html_row(decision) for decision in design.decisions)
    head = "".join(f"<th>{title}</th>" for title in ("lever", "value", "origin", "because"))
    title = escape(f"Design for {design.task.target!r} ({design.task.kind})")
    return (
        f'<div class="justright-design"><h4>{title}</h4>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def origin(decision: Decision) -> str:
    """Where a value comes from, in words.

    Example:
        >>> origin(Decision(lever="width", value=8, origin="user", rule="user",
        ...                 reason="", source=""))
        'you'
    """
    if decision.origin == "measurement":
        return "measured"
    if decision.rule == "user":
        return "you"
    return f"rule {decision.rule}" + (", asked for by you" if decision.origin == "user" else "")


def value(decision: Decision) -> str:
    """A decision's value with its unit.

    Example:
        >>> value(Decision(lever="width", value=8, unit="neurons", origin="user", rule="user",
        ...                reason="", source=""))
        '8 neurons'
    """
    return f"{words(decision.value)} {decision.unit}".rstrip()


def _evidence(decision: Decision) -> str:
    """The figures behind a measurement."""
    return ", ".join(f"{name} = {figure:.4g}" for name, figure in decision.evidence.items())


def _paragraph(decision: Decision) -> str:
    """One decision in lines of text."""
    lines = [f"{decision.lever} = {value(decision)}  [{origin(decision)}]"]
    if decision.when:
        lines.append(f"  when:    {decision.when}")
    lines.append(f"  because: {decision.reason}")
    if decision.evidence:
        lines.append(f"  figures: {_evidence(decision)}")
    lines.append(f"  source:  {decision.source}")
    if decision.passed_over:
        lines.append("  passed over:")
    lines += [
        f"    {passed.rule}: {passed.choice}, when {passed.when} ({passed.because})"
        for passed in decision.passed_over
    ]
    return "\n".join(lines)


def _html_row(decision: Decision) -> str:
    """One decision as a row of a table."""
    passed = "".join(
        f"<li><code>{escape(each.rule)}</code>: {escape(each.choice)}, when {escape(each.when)} "
        f"({escape(each.because)})</li>"
        for each in decision.passed_over
    )
    more = f"<p>Figures: {escape(_evidence(decision))}</p>" if decision.evidence else ""
    if passed:
        count = len(decision.passed_over)
        more += f"<details><summary>{count} passed over</summary><ul>{passed}</ul></details>"
    because = f"{escape(decision.reason)}<br><small>{escape(decision.source)}</small>{more}"
    cells = (escape(decision.lever), escape(value(decision)), escape(origin(decision)), because)
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _why(design: Design, lever: str) -> str:
    """The reason of one decision, with its origin."""
    decision = design.decision(lever)
    return f"{decision.reason} [{origin(decision)}]"


def _evaluation(design: Design) -> str:
    """How it is judged."""
    how = design.word("evaluation")
    if how == "k-fold":
        how = f"{design.count('folds')}-fold"
    what = f"{how}, {design.word('split')}, by {design.word('metric')}"
    return f"Evaluation: {what}: {_why(design, 'evaluation')}"


def _network(design: Design) -> str:
    """What it is built of."""
    if design.word("family") == "conv":
        return f"Network: {_convolutions(design)}: {_why(design, 'depth')}"
    depth, residual = design.count("depth"), design["residual"]
    layers = "1 hidden layer" if depth == 1 else f"{depth} hidden layers"
    what = f"{layers} of {design.count('width')} neurons" if depth else "no hidden layer (linear)"
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
