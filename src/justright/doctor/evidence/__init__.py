"""What the doctor records: figures and shapes, without torch, by part."""

from justright.doctor.evidence.batch import Batch, Feed, Loader
from justright.doctor.evidence.conduct import Breakdown, Conduct, Pace
from justright.doctor.evidence.evidence import PARTS, Evidence
from justright.doctor.evidence.failure import Failure
from justright.doctor.evidence.graph import Graph, Op, Signal
from justright.doctor.evidence.layer import Layer, Weight
from justright.doctor.evidence.loss import LossSample, LossUse
from justright.doctor.evidence.source import Hint, Source
from justright.doctor.evidence.start import Start
from justright.doctor.evidence.track import Track, Validation
from justright.doctor.evidence.trials import RateTrial, Trials

__all__ = [
    "PARTS",
    "Batch",
    "Breakdown",
    "Conduct",
    "Evidence",
    "Failure",
    "Feed",
    "Graph",
    "Hint",
    "Layer",
    "Loader",
    "LossSample",
    "LossUse",
    "Op",
    "Pace",
    "RateTrial",
    "Signal",
    "Source",
    "Start",
    "Track",
    "Trials",
    "Validation",
    "Weight",
]
