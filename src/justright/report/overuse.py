"""How far validation flatters, in words: for the report, the card and the terminal."""

from justright.kinds import Overuse, RunRecord
from justright.report.words import metric_name, number, percent, plural


def overuse_words(run: RunRecord) -> str:
    """What choosing on the validation rows owes to luck, in one or two sentences.

    Args:
        run: The run.

    Returns:
        Plain text; empty where nothing is known of it.
    """
    over = run.overuse
    if over is None or over.n_looks == 0:
        return ""
    choices = _choices(over)
    if not over.is_known:
        return (
            f"How far validation flatters is not known: the same rows chose {choices}, and it"
            " takes folds to tell (--set evaluation=k-fold)."
        )
    half = " (of the rate's choice nothing is known: one fold tried it)" if _is_half(over) else ""
    if over.optimism == 0:
        return f"Validation does not seem to flatter, though its rows chose {choices}{half}."
    said = (
        f"Validation is flattered by up to about {number(over.optimism)} of loss, which is"
        f" {number(over.loss)} and would be {number(over.loss + over.optimism)}"
        f" ({percent(over.share)} of it): its rows chose {choices}{half}."
    )
    if over.reported is None or over.corrected is None:
        return said
    return (
        f"{said} Corrected, {metric_name(over.metric)} in validation is"
        f" {number(over.corrected, 4)} instead of {number(over.reported, 4)}."
    )


def _choices(over: Overuse) -> str:
    looks = f"the best of {plural(over.n_looks, 'look')} at each network"
    return f"{looks} and the best of {over.n_rates} learning rates" if over.n_rates else looks


def _is_half(over: Overuse) -> bool:
    return over.n_rates > 0 and over.by_rate is None
