"""The lab: every run kept, compared in one chart.

    from justright import lab

    with lab.run("first try", config={"lr": 0.1}) as run:
        for step in range(1000):
            run.log({"loss": loss}, step=step)

`justright lab` shows it. It loads no torch.
"""

from justright.lab.lab import DEFAULT, OFF, VARIABLE, Lab, lab_file, run
from justright.lab.running import Run
from justright.lab.store import Store

__all__ = ["DEFAULT", "OFF", "VARIABLE", "Lab", "Run", "Store", "lab_file", "run"]
