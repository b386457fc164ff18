"""What a notebook shows for a model: a small fragment, no scripts, its style kept to itself."""

import re

from justright.kinds import RunRecord, Severity
from justright.report.forest import STYLE
from justright.report.interval import interval_picture, rows_of
from justright.report.markup import esc
from justright.report.sections.design import value_text
from justright.report.words import clip, lever_name, plural, sentence

#: Levers named in the fragment, when the design has them.
_LEVERS = ("depth", "width", "activation", "optimizer", "learning_rate", "dropout", "batch_size")

_OWN = """
.jr-model{font:14px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;max-width:46em;
padding:.6em .2em;color:inherit;
--soft:color-mix(in srgb,currentColor 70%,transparent);
--line:color-mix(in srgb,currentColor 18%,transparent)}
.jr-model p{margin:.3em 0}.jr-model .jr-title{font-weight:650;font-size:1.1em}
.jr-model .jr-soft{opacity:.75;font-size:.92em}
"""


def model_html(run: RunRecord) -> str:
    """A short account of a run for `_repr_html_`: verdict, interval picture, main levers.

    Args:
        run: The run.

    Returns:
        An HTML fragment with inline SVG and a style that only reaches its own classes.
    """
    target = esc(clip(run.design.task.target, 80))
    urgent = sum(f.severity is not Severity.NOTE for f in run.findings)
    seen = [plural(len(run.warnings), "warning"), plural(urgent, "finding") + " to act on"]
    shown = " and ".join(w for w, n in zip(seen, (len(run.warnings), urgent), strict=True) if n)
    attention = f'<p class="jr-soft">{esc(shown.capitalize())}.</p>' if shown else ""
    return (
        f'<div class="jr-model"><style>{scoped(STYLE, ".jr-model")}{_OWN}</style>'
        f'<p class="jr-title">Justright: predicts {target} from '
        f"{esc(clip(run.data.source, 80))}</p><p>{esc(sentence(run.verdict))}</p>"
        f'{interval_picture(rows_of(run))}<p class="jr-soft">{_levers(run)}</p>{attention}</div>'
    )


def _levers(run: RunRecord) -> str:
    known = {d.lever: d for d in run.design.decisions}
    words = [
        f"{esc(lever_name(name))} {esc(value_text(known[name].value))}"
        for name in _LEVERS
        if name in known
    ]
    size = f"{plural(max(len(run.traces), 1), 'network')} of {plural(run.n_parameters, 'weight')}"
    return ", ".join([size, *words])


def scoped(style: str, root: str) -> str:
    """A style of `jr-` classes, for elements inside one fragment only.

    Args:
        style: Rules.
        root: Selector of the fragment.

    Example:
        >>> scoped(".jr-a,.jr-b{color:red}", ".jr-x")
        '.jr-x .jr-a,.jr-x .jr-b{color:red}'
    """
    return re.sub(r"(^|[{},\n])\.jr-", rf"\1{root} .jr-", style)
