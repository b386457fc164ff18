"""How the learning rate was found."""

from justright.kinds import RunRecord
from justright.report.markup import Section
from justright.report.sections.ramp import ramp
from justright.report.sections.sweep import sweep


def rate(run: RunRecord) -> Section:
    """The sweep, the ramp, or nothing where the rate was given."""
    body = "" if run.sweep is None else sweep(run.sweep)
    body += "" if run.ramp is None else ramp(run.ramp)
    return Section(id="sweep", title="The learning rate", body=body)
