"""How often intervals held, in words: for the report, the card and the terminal."""

from justright.kinds import Coverage, Intervals, RunRecord
from justright.report.words import clip, number, percent, plural, whole_percent

LEVEL = 0.9  # the level that is told of where there is room for one (house convention)


def told_of(run: RunRecord) -> tuple[Coverage, ...]:
    """The coverage that stands for each column: at 90 %, or at the highest level below it.

    Args:
        run: The run.

    Returns:
        One for each column; nothing where none was measured.
    """
    best: dict[str, Coverage] = {}
    for one in run.coverage:
        if one.level <= LEVEL and (one.column not in best or one.level > best[one.column].level):
            best[one.column] = one
    return tuple(best.values())


def coverage_words(one: Coverage, *, named: bool = False) -> str:
    """How often intervals of one level held.

    Args:
        one: What was measured.
        named: Whether to name the column.

    Example:
        >>> coverage_words(Coverage(level=0.9, observed=0.88, low=0.84, high=0.92, width=1234.0,
        ...                         n_rows=300))
        '90 % intervals held on 88 % of test rows (84 to 92), median width 1,234'
    """
    of = f" of {clip(one.column, 40)}" if named else ""
    return (
        f"{percent(one.level)} intervals{of} held on {whole_percent(one.observed)} of test rows"
        f" ({one.low * 100:.0f} to {one.high * 100:.0f}), median width {number(one.width)}"
    )


def interval_words(found: Intervals) -> str:
    """What intervals are made from, and whether their width follows the prediction.

    Example:
        >>> interval_words(Intervals(columns=("y",), narrower=(0.2,), by_prediction=(True,),
        ...                          n_rows=90)).split(": ")[1]
        'the median interval is 20 % narrower so.'
    """
    rows = f"{plural(found.n_rows, 'row')} that the networks had not seen"
    if found.n_groups:
        rows += f", {plural(found.n_groups, 'group')} that count alike"
    said = f"An interval reaches as far as the errors did on {rows}."
    follow = [
        (name, share)
        for name, share, follows in zip(
            found.columns, found.narrower, found.by_prediction, strict=True
        )
        if follows and share is not None
    ]
    if len(found.columns) == 1:
        if follow:
            narrower = whole_percent(follow[0][1])
            return (
                f"{said} Its width follows the prediction: the median interval is {narrower}"
                " narrower so."
            )
        return f"{said} One width holds for all: {_why_one(found)}."
    each = ", ".join(f"{clip(name, 40)} (by {whole_percent(share)})" for name, share in follow)
    if not each:
        return f"{said} Each column has its own, one width for all rows."
    return (
        f"{said} Each column has its own; the width follows the prediction where that makes the"
        f" median interval narrower: {each}."
    )


def _why_one(found: Intervals) -> str:
    if found.narrower[0] is None:
        return "too few rows to tell whether errors grow with the prediction"
    return "one that follows the prediction would not be narrower"
