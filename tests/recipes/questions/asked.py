"""Questions about small tables and small networks, whose rate is given."""

import time

from justright.designer.questions import topic
from justright.recipes.ask import ask
from justright.recipes.asking import Asking
from justright.recipes.ground import lay_ground
from justright.recipes.progress import Silent
from justright.recipes.stopwatch import Stopwatch
from justright.recipes.wish import Wish

LEVERS = {"epochs": 12, "depth": 1, "width": 16, "learning_rate": 0.01, "dropout": 0.0}
TIME_S = 120.0  # never reached: epochs and rounds end first


def asking(question, frame, target="y", overrides=None, **more):
    """A question before any network is trained."""
    wish = Wish(
        data=frame, target=target, time_s=TIME_S, overrides=LEVERS | (overrides or {}), **more
    )
    begin_s = time.monotonic()
    return Asking(
        topic=topic(question),
        wish=wish,
        ground=lay_ground(wish),
        begin_s=begin_s,
        deadline_s=begin_s + TIME_S,
        watch=Stopwatch(Silent()),
    )


def reply(question, frame, target="y", overrides=None, time_s=TIME_S, **more):
    """The answer to a question."""
    return ask(
        question, frame, target, time_s=time_s, overrides=LEVERS | (overrides or {}), **more
    ).reply
