"""Do the answers of `justright ask` hold what they say?

    python benchmarks/answers.py --statistics --sets 200
    python benchmarks/answers.py --networks --tables 40

`--statistics` judges the statistics alone, on folds of a small learner (`answers_simulated.py`):
how often intervals cover, how often a lever that does nothing is called useful, how biased a
winner is, how far forecasts miss. About ten minutes on one core.

`--networks` judges the answers about real networks (`answers_networks.py`): how often a lever that
does nothing gets a verdict, and how often the interval of a lever that does something holds its
mean gain over many tables. `--time` gives each answer so many seconds; without it every answer goes
through all its rounds. The tables go to stdout as Markdown.
"""

import argparse

import answers_networks
import answers_simulated


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statistics", action="store_true", help="of a small learner")
    parser.add_argument("--networks", action="store_true", help="of real networks")
    parser.add_argument("--sets", type=int, default=1_000, help="data sets of each setting")
    parser.add_argument("--tables", type=int, default=40, help="tables of each line of --networks")
    parser.add_argument("--time", type=float, help="seconds of an answer of --networks")
    arguments = parser.parse_args()
    if not (arguments.statistics or arguments.networks):
        parser.error("--statistics, --networks, or both")
    if arguments.statistics:
        print(answers_simulated.report(arguments.sets))
    if arguments.networks:
        for line in answers_networks.report(arguments.tables, arguments.time):
            print(line, flush=True)


if __name__ == "__main__":
    main()
