"""Whether every feature that varies can move an output."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Trials
from justright.kinds import Finding, Severity

SHOWN = 6  # columns named in the sign


def judge(evidence: Evidence) -> Finding | None:
    """A feature that moves no output might as well not be there."""
    trials = evidence.trials
    if trials is None or not trials.unread_columns:
        return None
    unread = trials.unread_columns
    if len(unread) >= trials.n_columns:
        return None  # the input is ignored altogether; that is another finding
    named = ", ".join(map(str, unread[:SHOWN])) + (", …" if len(unread) > SHOWN else "")
    return Finding(
        check=TRIAL_UNREAD_COLUMNS.id,
        severity=Severity.WARN,
        sign=f"{len(unread)} of {trials.n_columns} features move no output (columns {named})",
        meaning="the network does not read them",
        remedy="look for a slice of the input that is too short, or drop these columns",
        numbers={"unread": len(unread), "columns": trials.n_columns},
        confidence=0.6,
    )


TRIAL_UNREAD_COLUMNS = Check(
    id="trial-unread-columns",
    asks="Does every feature reach the output?",
    fault=8,
    needs=frozenset({"trials.unread_columns"}),
    measured="For inputs of examples by features: features whose gradient is zero for every "
    "example of the batch are moved on to the next example, one by one. Alarm where some vary and "
    "move no output to the bit, neither in the untrained copy nor in one that learnt.",
    judge=judge,
    remedy="Look for a slice of the input that is too short, or drop these columns.",
    confirm="change one such column and compare the outputs",
    source="sensitivity to each input, Saltelli et al. 2008, Global Sensitivity Analysis",
    example=Evidence(door="preflight", trials=Trials(unread_columns=(4, 5), n_columns=6)),
)
