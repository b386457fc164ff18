"""How often the doctor names the fault of a program, and how often it cries wolf.

Runs `justright check --json` on every program of tests/clinic and prints, for each half, the
share of sick programs whose fault is named first, among the first three, and at all, the share
of healthy and mended programs with any finding at warn or above, and the overhead.

    python benchmarks/clinic.py [--half tuned|held-out] [--only SLUG] [--jobs 2] [--out FILE]

The half marked held_out was kept from whoever set the checks' limits.
"""

import argparse
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median

CLINIC = Path(__file__).resolve().parent.parent / "tests" / "clinic"
LIMIT_S = 90  # of one program; a loaded machine takes long to import torch


@dataclass(frozen=True)
class Case:
    name: str
    path: Path
    held_out: bool
    faults: tuple[int, ...]  # rows that are right; none for a healthy program


@dataclass(frozen=True)
class Outcome:
    case: Case
    findings: tuple[dict, ...]
    overhead: float | None
    trouble: str = ""

    @property
    def alarms(self) -> list[dict]:
        return [f for f in self.findings if f["severity"] in ("warn", "stop")]

    @property
    def quiet(self) -> bool:
        return not self.alarms and not self.trouble

    def place(self) -> int | None:
        """Rank of the first finding that names the fault."""
        ranks = [f["rank"] for f in self.alarms if f["fault"] in self.case.faults]
        return min(ranks, default=None)


def cases() -> Iterator[Case]:
    for card in sorted(CLINIC.glob("*/*/case.toml")):
        facts = tomllib.loads(card.read_text(encoding="utf-8"))
        folder, held = card.parent, facts["held_out"]
        if folder.parent.name == "healthy":
            yield Case(folder.name, folder / "script.py", held, ())
            continue
        right = (facts["fault"], *facts["also"])
        yield Case(f"{folder.name}/sick", folder / "sick.py", held, right)
        yield Case(f"{folder.name}/mended", folder / "mended.py", held, ())


def check(case: Case) -> Outcome:
    command = [sys.executable, "-m", "justright", "check", str(case.path), "--json", "--quiet"]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=LIMIT_S, env=os.environ
        )
        said = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError) as error:
        return Outcome(case, (), None, f"{type(error).__name__}: {error}"[:200])
    return Outcome(case, tuple(said["findings"]), said["overhead_share"])


def line(outcome: Outcome) -> str:
    said = ", ".join(
        f"{f['fault']}:{f['check']}({f['severity'][0]}{f['confidence']:.2f})"
        for f in outcome.alarms[:4]
    )
    wanted = "/".join(map(str, outcome.case.faults)) or "healthy"
    good = outcome.place() == 1 if outcome.case.faults else outcome.quiet
    mark = "ok " if good else "-- "
    return f"{mark}{outcome.case.name:38s} {wanted:8s} {said}{outcome.trouble}"


def table(outcomes: list[Outcome]) -> str:
    lines = [
        "| half | sick | first | in first three | at all | healthy | false alarms | overhead |"
    ]
    lines.append("|---|---|---|---|---|---|---|---|")
    for held in (False, True):
        half = [o for o in outcomes if o.case.held_out is held]
        sick = [o for o in half if o.case.faults]
        well = [o for o in half if not o.case.faults]
        if not half:
            continue
        places = [o.place() for o in sick]
        cost = median([o.overhead for o in half if o.overhead is not None] or [0.0])

        def share(count: int, of: list) -> str:
            return f"{count / len(of):.0%} ({count})" if of else "-"

        lines.append(
            f"| {'held out' if held else 'tuned on'} | {len(sick)}"
            f" | {share(sum(p == 1 for p in places), sick)}"
            f" | {share(sum(p is not None and p <= 3 for p in places), sick)}"
            f" | {share(sum(p is not None for p in places), sick)}"
            f" | {len(well)} | {share(sum(not o.quiet for o in well), well)} | {cost:.1%} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--half", choices=("tuned", "held-out"))
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--totals", action="store_true", help="no line per program")
    parser.add_argument("--out", type=Path, help="write every finding as JSON lines")
    words = parser.parse_args()
    chosen = [
        case
        for case in cases()
        if words.only in case.name
        and (words.half is None or case.held_out is (words.half == "held-out"))
    ]
    outcomes = []
    with ThreadPoolExecutor(words.jobs) as pool:
        for outcome in pool.map(check, chosen):
            outcomes.append(outcome)
            if not words.totals:
                print(line(outcome), flush=True)
            if words.out:
                with words.out.open("a", encoding="utf-8") as file:
                    said = {"case": outcome.case.name, "findings": outcome.findings}
                    file.write(json.dumps(said) + "\n")
    print(table(outcomes))


if __name__ == "__main__":
    main()
