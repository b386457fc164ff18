"""What is learnt from all rows before they are split."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence
from justright.doctor.reading.said import Said, judge_hints
from justright.doctor.source import read_text
from justright.kinds import Finding, Severity

#: What is said of each pattern. How sure it is from the text alone: house convention.
SAID = {
    "resampled-before-split": Said(
        severity=Severity.WARN,
        meaning="copies of one row land in both sets: the validation score is far too good",
        remedy="split first, then resample the training rows only",
        confidence=0.9,
    ),
    "selected-before-split": Said(
        severity=Severity.WARN,
        meaning="features are chosen by the targets of the validation rows: the score is too good",
        remedy="split first, then fit on the training rows only",
        confidence=0.85,
    ),
    "scaled-before-split": Said(
        severity=Severity.NOTE,
        meaning="the scale of the validation rows is known to the training; it matters little "
        "for a plain scaler",
        remedy="fit_transform on the training rows, transform on the others",
        confidence=0.6,
    ),
}


def judge(evidence: Evidence) -> Finding | None:
    """The gravest of these hints that the record does not refute."""
    return judge_hints(evidence, SAID, check=SOURCE_LEAK.id)


SOURCE_LEAK = Check(
    id="source-leak",
    asks="Does the source split the rows before it learns from them?",
    fault=20,
    needs=frozenset({"source"}),
    measured="The script is parsed: resampling, choice of features by the targets, and scaling "
    "before train_test_split. Scaling leaks little and is only noted.",
    judge=judge,
    remedy="Split first; fit scalers and choose features on the training rows; resample those "
    "only.",
    confirm="split first and compare the validation scores",
    source="Kaufman et al. 2012, Leakage in Data Mining, doi:10.1145/2382577.2382579",
    example=Evidence(
        door="check",
        source=read_text(
            "X, y = SMOTE().fit_resample(X, y)\n"
            "X_train, X_val, y_train, y_val = train_test_split(X, y)\n"
        ),
    ),
)
