"""What the doctor says of the members of our own fits that end well.

Fits networks to the development sets and judges every member of the final population by the checks.
A fit that ends well (better than the best constant by its intervals' verdict, no member without a
finite loss) must have no member at stop, and at most 2 in 100 at warn.

    python benchmarks/members.py [--seconds 20] [--sets wine,iris]
"""

import argparse
import tempfile
from pathlib import Path

from datasets import CASES

import justright
from justright.doctor.member import member_findings
from justright.errors import JustrightError
from justright.kinds import Severity


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--sets", default="")
    words = parser.parse_args()
    wanted = set(filter(None, words.sets.split(",")))
    members = warned = 0
    print("| set | members | at warn or above | findings |\n|---|---|---|---|")
    for case in CASES:
        if wanted and case.name not in wanted:
            continue
        with tempfile.TemporaryDirectory() as folder:
            try:
                model = justright.fit(
                    case.load(), list(case.targets) if len(case.targets) > 1 else case.targets[0],
                    drop=list(case.drop), time_s=words.seconds, out=Path(folder) / "model",
                    search=False,
                )  # fmt: skip
            except JustrightError as error:
                print(f"| {case.name} | - | - | {str(error).splitlines()[0]} |")
                continue
        sick = []
        for trace in model.run.traces:
            found = [f for f in member_findings(trace) if f.severity is not Severity.NOTE]
            members += 1
            if found:
                warned += 1
                sick.append(f"{found[0].check} ({found[0].sign[:60]})")
        n = len(model.run.traces)
        print(f"| {case.name} | {n} | {len(sick)} | {'; '.join(sick[:3])} |", flush=True)
    share = warned / members if members else 0.0
    print(f"| all | {members} | {warned} ({share:.1%}) | |")


if __name__ == "__main__":
    main()
