"""The nouns that rooms share: plain, frozen, no torch, no files."""

from justright.kinds.column import Column, ColumnKind, ColumnRole
from justright.kinds.decision import Decision, Origin, PassedOver, Turn, Value
from justright.kinds.design import Design
from justright.kinds.diagnosis import Diagnosis, Mended, NotChecked
from justright.kinds.doubt import Contest, Doubt, Suspect, Way
from justright.kinds.finding import Finding, Severity
from justright.kinds.layout import InputLayout
from justright.kinds.log_entry import LogEntry
from justright.kinds.overuse import Overuse
from justright.kinds.profile import Profile
from justright.kinds.ramp import Ramp
from justright.kinds.reply import Cell, Effect, Mark, Picture, Reply, Series
from justright.kinds.run_record import (
    Baseline,
    Calibration,
    Confusion,
    Coverage,
    DataFacts,
    Intervals,
    LabelFigures,
    Places,
    PredictedTrue,
    RunRecord,
)
from justright.kinds.score import Score
from justright.kinds.search import Importance, Pick, Search, SearchStage, Single, Tried
from justright.kinds.sweep import Sweep
from justright.kinds.task import CLASSED, Task, TaskKind
from justright.kinds.trace import Trace
from justright.kinds.view import Rows, View

__all__ = [
    "CLASSED",
    "Baseline",
    "Calibration",
    "Cell",
    "Column",
    "ColumnKind",
    "ColumnRole",
    "Confusion",
    "Contest",
    "Coverage",
    "DataFacts",
    "Decision",
    "Design",
    "Diagnosis",
    "Doubt",
    "Effect",
    "Finding",
    "Importance",
    "InputLayout",
    "Intervals",
    "LabelFigures",
    "LogEntry",
    "Mark",
    "Mended",
    "NotChecked",
    "Origin",
    "Overuse",
    "PassedOver",
    "Pick",
    "Picture",
    "Places",
    "PredictedTrue",
    "Profile",
    "Ramp",
    "Reply",
    "Rows",
    "RunRecord",
    "Score",
    "Search",
    "SearchStage",
    "Series",
    "Severity",
    "Single",
    "Suspect",
    "Sweep",
    "Task",
    "TaskKind",
    "Trace",
    "Tried",
    "Turn",
    "Value",
    "View",
    "Way",
]
