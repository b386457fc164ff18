"""Progress on stderr: a live display on a terminal, plain lines elsewhere."""

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from justright.recipes.progress import STAGES, Progress

if TYPE_CHECKING:
    from rich.console import Console, Group, RenderableType
    from rich.table import Table

    from justright.cli.interrupt import Interrupt

# Redraws of the live display per second, at most: faster is not read, and costs training time.
REFRESH_PER_S = 8

# Seconds between two plain lines about the same training: a log is to be read, not scrolled.
PLAIN_EVERY_S = 10.0


def is_live(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether a stream can show a display that redraws itself.

    Args:
        stream: Where progress goes.
        environment: Environment variables; `CI` and `TERM` are read.

    Returns:
        False for files, pipes, CI and terminals that cannot move the cursor.

    Example:
        >>> import io
        >>> is_live(io.StringIO(), {})
        False
    """
    dumb = environment.get("TERM", "").lower() in ("dumb", "unknown")
    in_ci = environment.get("CI", "").lower() not in ("", "0", "false")
    return stream.isatty() and not dumb and not in_ci


@contextlib.contextmanager
def listen(
    interrupt: "Interrupt", *, quiet: bool, stages: Sequence[str] = STAGES
) -> Iterator[Progress]:
    """The listener that fits where stderr goes.

    Args:
        interrupt: Says whether Ctrl-C was pressed.
        quiet: Show nothing.
        stages: Those that the command has, in order.

    Yields:
        A listener for a recipe.
    """
    if quiet:
        yield QuietProgress(interrupt)
    elif is_live(sys.stderr, os.environ):
        from rich.console import Console
        from rich.live import Live

        interrupt.announce = _nothing  # the display shows it; writing past it would smear it
        shown = LiveProgress(interrupt, Console(stderr=True, highlight=False), stages)
        with Live(
            get_renderable=shown.render,
            console=shown.console,
            refresh_per_second=REFRESH_PER_S,
            transient=True,
        ):
            yield shown
    else:
        yield PlainProgress(interrupt, sys.stderr)


def _nothing() -> None:
    """Say nothing."""


class QuietProgress:
    """Shows nothing; still passes Ctrl-C on."""

    def __init__(self, interrupt: "Interrupt") -> None:
        self._interrupt = interrupt

    def stage(self, name: str) -> None:
        """Ignore it."""

    def say(self, text: str) -> None:
        """Ignore it."""

    def warn(self, text: str) -> None:
        """Ignore it: the final screen repeats what must not be missed."""

    def training(self, *, done_share: float, best: str, left_s: float) -> None:
        """Ignore it."""

    def should_stop(self) -> bool:
        """Whether Ctrl-C was pressed."""
        return self._interrupt.asked


class PlainProgress(QuietProgress):
    """A line per stage, and one per ten seconds of training."""

    def __init__(
        self,
        interrupt: "Interrupt",
        stream: TextIO,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(interrupt)
        self._stream = stream
        self._clock = clock
        self._start_s = self._line_s = clock()
        self._stage = ""

    def stage(self, name: str) -> None:
        """A line."""
        self._stage = name
        self._line_s = self._clock()
        self._write(name)

    def say(self, text: str) -> None:
        """A line."""
        self._write(f"  {text}")

    def warn(self, text: str) -> None:
        """A line."""
        self._write(f"  warning: {text}")

    def training(self, *, done_share: float, best: str, left_s: float) -> None:
        """A line, when the last one is ten seconds old."""
        now_s = self._clock()
        if now_s - self._line_s >= PLAIN_EVERY_S:
            self._line_s = now_s
            self._write(f"{self._stage}: {progress_words(done_share, best, left_s)}")

    def _write(self, text: str) -> None:
        elapsed_s = self._clock() - self._start_s
        print(f"[{elapsed_s:5.1f} s] {text}", file=self._stream, flush=True)


class LiveProgress(QuietProgress):
    """The stages with ticks, and a bar for the training under way."""

    def __init__(
        self, interrupt: "Interrupt", console: "Console", stages: Sequence[str] = STAGES
    ) -> None:
        from rich.spinner import Spinner

        super().__init__(interrupt)
        self._stages_shown = tuple(stages)
        self.console = console
        self._stage: str | None = None
        self._training: tuple[float, str, float] | None = None
        self._spinner = Spinner("dots" if console.encoding.startswith("utf") else "line")

    def stage(self, name: str) -> None:
        """Tick the stages before it."""
        self._stage = name
        self._training = None

    def say(self, text: str) -> None:
        """A line above the display, which stays."""
        self._above(text)

    def warn(self, text: str) -> None:
        """A line above the display, which stays."""
        self._above(f"warning: {text}", style="yellow")

    def training(self, *, done_share: float, best: str, left_s: float) -> None:
        """Move the bar."""
        self._training = (done_share, best, left_s)

    def render(self) -> "Group":
        """The display as it stands; the drawing thread calls this."""
        from rich.console import Group
        from rich.text import Text

        from justright.cli.interrupt import NOTE

        parts: list[RenderableType] = [self._stages()]
        if self._training is not None:
            parts.append(self._bar(*self._training))
        if self._interrupt.asked:
            parts.append(Text(NOTE, style="yellow"))
        return Group(*parts)

    def _above(self, text: str, style: str = "") -> None:
        """Print as it is: a column's name may look like markup."""
        from rich.text import Text

        self.console.print(Text(text, style=style))

    def _stages(self) -> "Table":
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 1))
        shown = self._stages_shown
        now = shown.index(self._stage) if self._stage in shown else -1
        for place, name in enumerate(shown):
            if place < now:
                table.add_row(Text("✓", style="green"), name)
            elif place == now:
                table.add_row(self._spinner, Text(name, style="bold"))
            else:
                table.add_row("", Text(name, style="dim"))
        return table

    def _bar(self, done_share: float, best: str, left_s: float) -> "Table":
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 1))
        bar = ProgressBar(total=1.0, completed=min(max(done_share, 0.0), 1.0), width=24)
        words = Text(progress_words(done_share, best, left_s), no_wrap=True, overflow="ellipsis")
        table.add_row(bar, words)
        return table


def progress_words(done_share: float, best: str, left_s: float) -> str:
    """How far the training is.

    Example:
        >>> progress_words(0.5, "accuracy 0.981", 75.0)
        '50 %, 1:15 left, best accuracy 0.981'
    """
    minutes, seconds = divmod(max(0, round(left_s)), 60)
    words = f"{done_share:.0%}".replace("%", " %") + f", {minutes}:{seconds:02d} left"
    return f"{words}, best {best}" if best else words
