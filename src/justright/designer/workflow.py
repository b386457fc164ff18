"""The order of work: what is settled before what, and what does it here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the work.

    Attributes:
        name: What is settled, in a word or two.
        what: What to do, and why then.
        here: What does it in Justright.
    """

    name: str
    what: str
    here: str


#: From the problem to the logbook (takhirov2018, karpathy2019, chollet2017).
WORKFLOW: tuple[Step, ...] = (
    Step(
        name="the problem",
        what="can the output be told from the input, and are there rows enough to show it",
        here="a score counts where it beats the simple baselines by more than its interval",
    ),
    Step(
        name="the figure of merit",
        what="one number that says which of two models is better, before there are any",
        here="the lever metric",
    ),
    Step(
        name="the evaluation",
        what="which rows judge a choice, and which ones no choice may look at",
        here="the levers evaluation, folds, repeats and split; the test part is set aside first",
    ),
    Step(
        name="the data",
        what="prepared on the training rows only, each exclusion logged with its reason",
        here="the logbook of a design, a model and a report",
    ),
    Step(
        name="the configuration",
        what="every other lever at a value that is known to work on such data",
        here="this book, or a named design; justright design shows it",
    ),
    Step(
        name="build and scale up",
        what="zeros for input, then one small batch to over-fit; after that grow the model with the"
        " data: one that under-fits needs capacity, one that over-fits needs regularising or rows",
        here="the checks before training (preflight)",
    ),
    Step(
        name="the learning rate",
        what="measured anew whenever another lever changes, for it depends on all of them",
        here="a sweep of rates at once in every fit; justright rate",
    ),
    Step(
        name="the other levers",
        what="searched for, many settings on the same rows and seeds",
        here="justright.Population",
    ),
    Step(
        name="the schedule",
        what="last of the levers, for a falling rate hides what the others do",
        here="the lever schedule",
    ),
    Step(
        name="averaging",
        what="the mean of weights along the end, and of several networks",
        here="the levers averaging and ensemble_size",
    ),
    Step(
        name="the test",
        what="once, on the rows that no choice has seen",
        here="the score of fit, with its interval",
    ),
    Step(
        name="the logbook",
        what="what was chosen, why, and what came of it, so that it can be repeated",
        here="the run record and the report in the model folder",
    ),
)
