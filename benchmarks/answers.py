"""Do the answers of `justright ask` hold what they say?

    python benchmarks/answers.py --statistics
    python benchmarks/answers.py --statistics --sets 200

`--statistics` judges the statistics alone, on folds of a small learner (`answers_simulated.py`):
how often intervals cover, how often a lever that does nothing is called useful, how biased a
winner is, how far forecasts miss. About ten minutes on one core; the table goes to stdout as
Markdown.
"""

import argparse

import answers_simulated


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statistics", action="store_true", required=True)
    parser.add_argument("--sets", type=int, default=1_000, help="data sets of each setting")
    arguments = parser.parse_args()
    if arguments.statistics:
        print(answers_simulated.report(arguments.sets))


if __name__ == "__main__":
    main()
