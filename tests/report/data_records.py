"""Records of tables that were never read."""

from dataclasses import replace

from justright.kinds import Column, Finding, LogEntry, Profile, Severity, Task
from justright.kinds.data_record import ColumnRecord, DataRecord, Histogram

HOSTILE = '</script><img src=x onerror=alert(1)>"\n&'


def finding(column: str | None, severity: Severity = Severity.WARN) -> Finding:
    return Finding(
        check="leak",
        severity=severity,
        sign=f"{column!r} alone scores ROC AUC 0.993",
        meaning="it may be known only after the target",
        remedy=f"--drop {column}",
        column=column,
        numbers={"score": 0.993},
    )


def column(name: str, n: int) -> ColumnRecord:
    """Every third column holds numbers, categories, or keys that are left out."""
    kind, role = (("number", "input"), ("category", "input"), ("id", "excluded"))[n % 3]
    numeric = kind == "number"
    found = Column(
        name=name,
        kind=kind,  # type: ignore[arg-type]
        role=role,  # type: ignore[arg-type]
        reason="numbers" if numeric else "words",
        n_missing=n % 4 * 10,
        n_unique=900,
        **({"low": -3.0, "median": 0.1, "high": 3e6} if numeric else {}),
        top=() if numeric else (("a < b", 700), (name, 100)),
    )
    bars = Histogram(low=-3, high=3, counts=(0, 1, 5, 40, 500, 40, 5, 1), n_above=8)
    use = ("scaled (robust)", "embedding of 900 levels in 72 numbers", "left out")[n % 3]
    return ColumnRecord(column=found, use=use, why="a reason", histogram=bars if numeric else None)


def record(n_columns: int = 9, name: str = "column {}") -> DataRecord:
    """A table with a target of two classes and one finding."""
    goal = Column(
        name="sold", kind="category", role="target", reason="2 different values", n_missing=0,
        n_unique=2, top=(("no", 700), ("yes", 300)),
    )  # fmt: skip
    columns = [column(name.format(n), n) for n in range(n_columns - 1)]
    columns.append(ColumnRecord(column=goal, use="predicted", why="2 different values"))
    return DataRecord(
        created="2026-03-01T14:05:09+01:00",
        source="houses.csv",
        n_rows=1_000,
        n_columns=n_columns,
        n_known=1_000,
        n_bytes=2_400_000,
        n_duplicates=2,
        n_missing=500,
        task=Task(kind="binary", target="sold", classes=("no", "yes"), reason="2 values"),
        columns=tuple(columns),
        findings=(finding(columns[0].column.name),),
        logbook=(LogEntry(room="data", subject="file", action="read as utf-8", reason="found"),),
        profile=Profile(task="binary", n_rows=800, n_numeric=3, missing_share=0.125),
        design=("Network: 2 hidden layers of 64 neurons",),
        command="justright fit houses.csv --target sold",
        python="import justright",
    )


def without_target() -> DataRecord:
    """Nothing is predicted, nothing is wrong."""
    return replace(record(), task=None, profile=None, design=(), findings=(), logbook=())


RECORDS = {
    "usual": record(),
    "no target": without_target(),
    "hostile": record(name=HOSTILE + "{}"),
    "wide": record(450),
}
