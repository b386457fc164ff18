"""A member of a population as the checks see it."""

from dataclasses import replace

from justright.doctor.checks import CHECKS
from justright.doctor.evidence import Breakdown, Evidence, Track
from justright.doctor.examine import examine
from justright.kinds import Finding, Severity, Trace

#: Why parts that a script would show are missing.
BECAUSE = {
    "validations": "training stops by validation and keeps the weights of its best evaluation",
    "conduct": "a population has one loop, whose order of calls is known",
    "losses": "a population has one loss, which fits its output layer by design",
}


def member_evidence(trace: Trace) -> Evidence:
    """What a member's trace shows, as evidence.

    Args:
        trace: Figures of the member, one per evaluation.

    Example:
        >>> trace = Trace(seed=1, fold=0, learning_rate=3.0, steps=(4, 8), train_loss=(0.7, None),
        ...               stopped="diverged")
        >>> member_evidence(trace).breakdown.step
        8
    """
    bad = trace.steps[-1] if trace.stopped == "diverged" and trace.steps else None
    track = Track(
        name=f"seed {trace.seed}, fold {trace.fold}",
        kind="member",
        n_steps=trace.steps[-1] if trace.steps else 0,
        options={"lr": trace.learning_rate},
        steps=trace.steps,
        loss=trace.train_loss,
        rate=trace.rate,
        sampled=trace.steps,
        gradients=trace.gradient_norm,
        updates=trace.update_ratio,
        first_bad_step=bad,
    )
    return Evidence(
        door="member",
        tracks=(track,),
        breakdown=None if bad is None else Breakdown(step=bad, loss="not finite"),
        because=BECAUSE,
    )


def member_findings(trace: Trace) -> tuple[Finding, ...]:
    """What is wrong with a member, in its own words.

    A sick member stops nobody: the others go on, and it is left out where its loss is not finite.

    Args:
        trace: Figures of the member.

    Example:
        >>> trace = Trace(seed=1, fold=0, learning_rate=3.0, steps=(12,), train_loss=(None,),
        ...               stopped="diverged")
        >>> member_findings(trace)[0].sign
        'seed 1, fold 0: learning rate 3: diverged at step 12'
    """
    found = examine(member_evidence(trace), CHECKS).findings
    return tuple(
        replace(
            finding,
            severity=Severity.NOTE if finding.severity is Severity.NOTE else Severity.WARN,
            sign=f"seed {trace.seed}, fold {trace.fold}: {finding.sign}",
        )
        for finding in found
    )
