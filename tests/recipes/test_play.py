"""The playground's worker: what it says of a try, and how changes, pauses, faults reach it."""

import json
import os
import queue
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from justright.errors import DataError
from justright.kinds import Trace
from justright.recipes.play import cast as casting
from justright.recipes.play.cast import Cast, cast
from justright.recipes.play.figures import about_rate, rows, troubles
from justright.recipes.play.offer import OFFERED, designed, offers
from justright.recipes.play.picture import ALONG, SIDE, Canvas
from justright.recipes.play.sets import listed, scene
from justright.recipes.play.worker import Worker

Message = dict[str, Any]
Answer = Callable[[Message], list[Message] | None]


def played(first: Message, folder: Path, answer: Answer | None = None) -> list[Message]:
    """All that a worker says, from the first command on, where each message may be answered."""
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    said: list[Message] = []

    def write(message: Message) -> None:
        said.append(json.loads(json.dumps(message, allow_nan=False)))
        orders = None if answer is None else answer(said[-1])
        for order in orders or ():
            lines.put(json.dumps(order))
        if orders is None and (message.get("state") == "ended" or "error" in message):
            lines.put(None)

    lines.put(json.dumps(first))
    Worker(_until_none(lines), write, folder).run()
    return said


def _until_none(lines: "queue.SimpleQueue[str | None]") -> Iterator[str]:
    while (line := lines.get()) is not None:
        yield line


def rows_of(said: list[Message], number: int) -> list[Message]:
    return [row for message in said if message["id"] == number for row in message.get("rows", ())]


@pytest.fixture(scope="module")
def moons() -> Cast:
    return _cast(learning_rate=0.01)


def _cast(**levers: Any) -> Cast:
    there = scene("moons", folder=Path())
    return cast(there, designed(there.parted, levers))


# Score that the rule book's own levers reach; an error for numbers.
SETS = {
    "moons": (0.9, 1.0),
    "xor": (0.85, 1.0),
    "blobs": (0.8, 1.0),
    "wave": (0.1, 0.4),
    "penguins": (0.9, 1.0),
}


@pytest.mark.parametrize(("name", "span"), SETS.items(), ids=SETS)
def test_a_set_is_learnt(name: str, span: tuple[float, float], tmp_path: Path) -> None:
    said = played({"id": 7, "set": name}, tmp_path)
    assert [each["state"] for each in said if "state" in each] == ["ready", "laid", "ended"]
    told = [each for each in said if "step" in each]
    steps = [row["step"] for row in rows_of(said, 7)]
    assert steps == sorted(set(steps)) and steps[-1] == casting.STEPS
    for message in told:
        assert {"train_loss", "validation_loss", "rate", "gradient", "rows"} <= set(message)
        assert [layer for layer, _ in message["gradient"]][-1] == "output"
    first, last = told[0], told[-1]
    mean, low, high = last["score"]
    assert span[0] <= low <= mean <= high <= span[1]
    assert last["train_loss"] < first["train_loss"]
    points = said[1]["points"]
    if name == "penguins":
        assert points is None and "surface" not in last and "line" not in last
    elif name == "wave":
        assert len(last["line"]["values"]) == ALONG and len(points["columns"]) == 1
    else:
        assert len(last["surface"]["values"]) == SIDE**2 and len(points["columns"]) == 2
        assert set(points["values"]) == set(range(3 if name == "blobs" else 2))
        assert 0.25 < sum(points["held"]) / len(points["held"]) < 0.35


def test_the_surface_lies_as_the_points_do(tmp_path: Path) -> None:
    said = played({"id": 1, "set": "moons", "levers": {"learning_rate": 0.01}}, tmp_path)
    points, surface = said[1]["points"], said[-2]["surface"]
    (low, right), (bottom, top) = surface["ends"]
    alike = 0
    for x, y, value in zip(*points["columns"], points["values"], strict=True):
        across = round((x - low) / (right - low) * (SIDE - 1))
        up = round((y - bottom) / (top - bottom) * (SIDE - 1))
        alike += (surface["values"][up * SIDE + across] > 50) == bool(value)
    assert alike > 0.95 * len(points["values"])


def test_a_change_gives_the_old_try_up(tmp_path: Path) -> None:
    told: list[int] = []

    def answer(message: Message) -> list[Message] | None:
        if message["id"] == 1 and "step" in message and not told:
            told.append(message["step"])
            return [{"id": 2, "set": "moons", "levers": {"depth": 1}}, {"id": 3, "set": "xor"}]
        return None

    said = played({"id": 1, "set": "digits", "levers": {"width": 128}}, tmp_path, answer)
    assert {each["id"] for each in said if each.get("state") == "ended"} == {3}
    assert max(row["step"] for row in rows_of(said, 1)) < casting.STEPS
    where = [i for i, each in enumerate(said) if each["id"] == 1]
    assert max(where) < min(i for i, each in enumerate(said) if each["id"] == 3)


def test_a_pause_changes_no_figure(tmp_path: Path) -> None:
    order = {"id": 1, "set": "spiral", "levers": {"depth": 3, "width": 128}}

    def answer(message: Message) -> list[Message] | None:
        if message.get("step") and not any(once):
            once.append(True)
            return [{"stop": True}]
        return [order] if message.get("state") == "paused" else None

    once: list[bool] = []
    paused = played(order, tmp_path, answer)
    states = [each["state"] for each in paused if "state" in each]
    assert states == ["ready", "laid", "paused", "going on", "ended"]
    assert rows_of(paused, 1) == rows_of(played(order, tmp_path), 1)


REFUSED = {
    "clash": (
        {"set": "moons", "levers": {"optimizer": "sgd_nesterov", "momentum": 0}},
        ("optimizer = sgd_nesterov with momentum = 0", "optimizer", {"momentum": "0.9"}),
    ),
    "too wide to watch": (
        {"set": "moons", "levers": {"width": 1024}},
        ("width = 1024", "width", {"width": "256"}),
    ),
    "beyond the lever": (
        {"set": "moons", "levers": {"depth": 9}},
        ("depth = 9", "depth", {"depth": "1"}),
    ),
    "no such word": (
        {"set": "moons", "levers": {"activation": "sine"}},
        ("activation = 'sine'", "activation", {"activation": "silu"}),
    ),
    "not on the page": ({"set": "moons", "levers": {"loss": "mse"}}, ("loss cannot", None, None)),
    "outside the folder": ({"set": "../rows.csv"}, ("no data set is called", None, None)),
    "the file of another": ({"set": "/etc/passwd"}, ("no data set is called", None, None)),
    "not a command": ({"set": 3}, ("a line that is no command", None, None)),
}


@pytest.mark.parametrize(("order", "wanted"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_work_is_said(order: Message, wanted: tuple[Any, ...], tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "rows.csv").write_text("x,y\n1,2\n")
    error = played({"id": 1, **order}, tmp_path / "inner")[-1]["error"]
    seen, lever, mend = wanted
    assert error["seen"].startswith(seen) and error["needed"] and error["try"]
    assert error["lever"] == lever
    assert error["mend"] == mend


def test_a_file_of_the_folder(tmp_path: Path) -> None:
    body = "\n".join(f"{i % 17},{i % 5},{'high' if i % 17 > 8 else 'low'}" for i in range(120))
    (tmp_path / "own.csv").write_text(f"a,b,level\n{body}\n")
    last = scene("own.csv", folder=tmp_path)
    assert last.parted.ground.schema.target == "level"
    assert scene("own.csv", "a", folder=tmp_path).parted.ground.schema.task.kind != "binary"
    with pytest.raises(DataError, match="'c'"):
        scene("own.csv", "c", folder=tmp_path)


def test_a_row_with_a_gap_has_no_place_in_the_picture(tmp_path: Path) -> None:
    body = "\n".join(f"{i if i % 4 else ''},{i * 7 % 50},{i % 2}" for i in range(80))
    (tmp_path / "gaps.csv").write_text(f"a,b,odd\n{body}\n")
    canvas = Canvas.of(scene("gaps.csv", folder=tmp_path))
    assert canvas is not None and len(canvas.points()["values"]) == 60
    said = played({"id": 1, "set": "gaps.csv"}, tmp_path)
    assert said[-1]["state"] == "ended" and len(said[-2]["surface"]["values"]) == SIDE**2


def test_twins_differ_by_the_rate_alone(moons: Cast) -> None:
    own, *_, slower, faster = moons.members
    assert [slower.learning_rate, faster.learning_rate] == pytest.approx([0.01 / 3, 0.03])
    assert (slower.seed, slower.order_seed) == (own.seed, own.order_seed) and len(
        {member.seed for member in moons.members}
    ) == 3
    assert [entry.name for entry in _cast(learning_rate=9.0).entries].count("faster") == 0


def test_the_book_is_asked_again_for_what_was_not_moved() -> None:
    there = scene("moons", folder=Path()).parted
    moved = {"optimizer": "sgd", "depth": 5}
    found = {own.lever.name: own for own in offers(there, designed(there, moved), moved)}
    assert tuple(found) == OFFERED
    assert found["optimizer"].set_here and found["optimizer"].book == "adamw"
    assert found["depth"].value == 5 and found["depth"].book == 2
    assert found["learning_rate"].value == found["learning_rate"].book != 0.003  # of plain sgd
    assert found["batch_size"].lever.high == len(there.parts[0].view.train)


GRADIENTS = {
    "even": (1.0, 1.0, None),
    "fades": (1e-4, 1.0, "the gradient vanishes: that of hidden.0 is 0.00047 times"),
    "grows": (1e4, 1.0, "the gradient explodes: that of hidden.0 is 4.7e+04 times"),
    "is cut": (0.0, 1.0, "no gradient reaches hidden.0"),
    "not finite": (None, 1.0, None),
}


@pytest.mark.parametrize(("first", "last", "words"), GRADIENTS.values(), ids=GRADIENTS)
def test_gradients_in_words(
    first: float | None, last: float, words: str | None, moons: Cast
) -> None:
    trace = Trace(seed=0, fold=0, learning_rate=0.1, steps=(10,), train_loss=(1.0,),
                  gradient_norm={"hidden.0": (first,), "hidden.1": (last,)})  # fmt: skip
    said = troubles(moons, {0: trace})
    assert said == [] if words is None else said[0].startswith(words)


def _trace(train: tuple[float | None, ...], **more: Any) -> Trace:
    steps = tuple(10 * i for i in range(1, len(train) + 1))
    return Trace(
        seed=0, fold=0, learning_rate=0.1, steps=steps, train_loss=train, validation_loss=train,
        rate=(0.1,) * len(train), gradient_norm={"hidden.0": train, "norm.0": train}, **more,
    )  # fmt: skip


def test_figures_by_hand(moons: Cast) -> None:
    traces = {
        0: _trace((1.0, 0.5)),
        1: _trace((3.0, None), stopped="diverged"),
        2: _trace((2.0, 4.0)),
        4: _trace((1.0, 0.2)),
    }
    told = rows(moons, traces, after=-1)
    assert [row["step"] for row in told] == [10, 20]
    assert told[0]["train"] == [2.0, 1.0, 3.0] and told[1]["train"] == [2.25, 0.5, 4.0]
    assert told[0]["gradient"] == [2.0] and told[1]["faster"] == [0.2, 0.2]
    assert told[0]["slower"] is None and rows(moons, traces, after=10) == told[1:]
    assert troubles(moons, traces) == [
        "seed 2 diverged at step 20: its loss is no number now",
        "seed 3 climbs: its training loss is 2 times that at the start",
    ]


RATES = {
    "too low": (1.0, 1.2, 0.5, "At three times the rate the same network ends lower"),
    "too high": (1.0, 0.5, 1.2, "At a third of the rate the same network ends lower"),
    "well": (1.0, 0.99, 1.2, "A third of the rate and three times the rate do no better"),
    "near the edge": (1.0, 1.2, None, "At three times the rate the same network diverges"),
    "nothing is learnt": (1.99, 1.99, 2.0, "None of the three rates learns anything"),
    "lost": (None, 1.2, None, "The rate is too high"),
}


@pytest.mark.parametrize(("own", "slower", "faster", "words"), RATES.values(), ids=RATES)
def test_what_the_twins_say(
    own: float | None, slower: float | None, faster: float | None, words: str, moons: Cast
) -> None:
    traces = {0: _trace((2.0, own)), 3: _trace((2.0, slower)), 4: _trace((2.0, faster))}
    assert about_rate(moons, traces).startswith(words)


def test_a_process_says_json_alone_and_ends_with_its_input(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "justright.recipes.play.worker"],
        input='no json\n{"id": "a", "set": "xor", "levers": {"depth": 0}}\n',
        capture_output=True, text=True, timeout=120, cwd=tmp_path,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0 and "Traceback" not in done.stderr
    assert said[0] == {"id": None, "state": "starting"}
    assert said[1]["state"] == "ready" and said[1]["sets"] == listed()
