"""The process that trains for the playground: JSON lines in, JSON lines out.

In: `{"id": 1, "set": "moons", "levers": {"depth": 3}}` starts a try, and gives up the one before;
`{"stop": true}` stops it where it stands, and its own line again goes on. The end of the lines ends
the process.

Out, each with the "id" of its try: "state" ("starting", "ready", "laid", "paused", "going on",
"ended"), figures ("step", "train_loss", …, "rows"), or "error" with what was seen, what was needed
and what to try.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from justright.errors import JustrightError

if TYPE_CHECKING:
    from justright.recipes.play.inbox import Command
    from justright.recipes.play.sets import Scene

FIRST = "moons"  # the set that the page begins with
WARM_STEPS = 30  # some evaluations included (house convention)
KEPT = 4  # data sets that are kept in memory
TARGET = "target"  # among the levers: the column of a file to predict

Message = dict[str, Any]


class Worker:
    """Plays one try after the other.

    Args:
        lines: What the page asks.
        write: Takes each message.
        folder: The folder that data files must lie in.

    Example:
        >>> said = []
        >>> Worker(['{"id": 1, "set": "nowhere"}'], said.append, Path()).run()
        >>> said[-1]["error"]["seen"]
        "no data set is called 'nowhere'"
    """

    def __init__(
        self, lines: Iterable[str], write: Callable[[Message], None], folder: Path
    ) -> None:
        # Here and below: what needs torch is imported after "starting" has been said.
        from justright.recipes.play.inbox import Inbox

        self._inbox, self._write, self._folder = Inbox(lines), write, folder
        self._scenes: dict[tuple[str, str | None], Scene] = {}
        self._next: Command | None = None
        self._ended = False
        self._paused_s = 0.0

    def run(self) -> None:
        """Work until the lines are at an end."""
        from justright.recipes.play.sets import listed

        self._warm()
        self._write({"id": None, "state": "ready", "sets": listed()})
        self._take()
        while not self._ended:
            command, self._next = self._next, None
            if command is not None and command.stop:
                self._write({"id": command.id, "state": "paused"})
            elif command is not None:
                self._play(command)
            if self._next is None and not self._ended:
                self._take()

    def _warm(self) -> None:
        """Do for nobody what is slow for the first time: imports, and torch's first steps."""
        from justright.recipes.play.cast import cast
        from justright.recipes.play.offer import designed
        from justright.recipes.play.trial import Trial

        scene = self._scene(FIRST, None)
        steps = iter(range(WARM_STEPS))
        Trial(
            cast=cast(scene, designed(scene.parted, {})),
            canvas=None,
            write=lambda _: None,
            changed=lambda: next(steps, None) is None,
        ).run()

    def _take(self) -> None:
        """Wait for the next command."""
        try:
            self._next = self._inbox.newest()
            self._ended = self._next is None
        except JustrightError as error:
            self._refuse(None, error)

    def _play(self, command: "Command") -> None:
        try:
            self._try(command)
        except JustrightError as error:
            self._refuse(command.id, error)
        except BrokenPipeError:
            raise
        except Exception as error:  # a page must hear of it, whatever it is
            unknown = JustrightError(
                f"the try broke off: {type(error).__name__}: {error}",
                "a try that ends",
                try_="other levers, or another data set",
            )
            self._refuse(command.id, unknown)

    def _refuse(self, number: int | str | None, error: JustrightError) -> None:
        from justright.recipes.play.offer import refusal

        self._write({"id": number, "error": refusal(error)})

    def _try(self, command: "Command") -> None:
        from justright.recipes.play.cast import cast
        from justright.recipes.play.offer import designed
        from justright.recipes.play.opening import opening
        from justright.recipes.play.picture import Canvas
        from justright.recipes.play.trial import Trial

        def write(message: Message) -> None:
            self._write({"id": command.id, **message})

        moved = {name: value for name, value in command.levers.items() if name != TARGET}
        scene = self._scene(command.set, command.levers.get(TARGET))
        canvas = Canvas.of(scene)
        found = cast(scene, designed(scene.parted, moved))
        write(opening(scene, found, canvas, moved))
        Trial(
            cast=found,
            canvas=canvas,
            write=write,
            changed=lambda: self._changed(command),
            clock=lambda: time.monotonic() - self._paused_s,
        ).run()

    def _scene(self, name: str, target: str | None) -> "Scene":
        from justright.recipes.play.sets import scene

        key = (name, target)
        found = self._scenes.pop(key, None) or scene(name, target, folder=self._folder)
        self._scenes[key] = found  # the last one used is the last one to go
        if len(self._scenes) > KEPT:
            self._scenes.pop(next(iter(self._scenes)))
        return found

    def _changed(self, command: "Command") -> bool:
        """Whether something else is wanted now; a pause is waited out here."""
        while self._inbox.waiting and not self._ended and self._next is None:
            self._take()
            if self._next is not None and self._next.stop:
                self._pause(command)
        return self._ended or self._next is not None

    def _pause(self, command: "Command") -> None:
        """Wait for the next command; the same one goes on with the try."""
        begin = time.monotonic()
        self._write({"id": command.id, "state": "paused"})
        while self._next is not None and self._next.stop:
            self._next = None
            self._take()
        if self._next == command:
            self._next = None
            self._write({"id": command.id, "state": "going on"})
        self._paused_s += time.monotonic() - begin


def main() -> None:
    """Read standard input, write standard output; what else is printed goes to standard error."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def write(message: Message) -> None:
        out.write(json.dumps(message, allow_nan=False, separators=(",", ":")) + "\n")
        out.flush()

    with suppress(BrokenPipeError, KeyboardInterrupt):
        write({"id": None, "state": "starting"})
        Worker(sys.stdin, write, Path.cwd()).run()


if __name__ == "__main__":
    main()
