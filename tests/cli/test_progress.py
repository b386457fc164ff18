"""What is shown of a recipe at work."""

import io
import sys

import pytest
from rich.console import Console

from justright.cli.interrupt import NOTE, Interrupt
from justright.cli.progress import (
    LiveProgress,
    PlainProgress,
    QuietProgress,
    is_live,
    listen,
    progress_words,
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environment", "live"),
    [
        (Terminal(), {"TERM": "xterm"}, True),
        (Terminal(), {}, True),
        (Terminal(), {"TERM": "xterm", "NO_COLOR": "1"}, True),
        (Terminal(), {"TERM": "dumb"}, False),
        (Terminal(), {"TERM": "xterm", "CI": "true"}, False),
        (Terminal(), {"TERM": "xterm", "CI": "false"}, True),
        (io.StringIO(), {"TERM": "xterm"}, False),
    ],
)
def test_where_a_live_display_fits(
    stream: io.StringIO, environment: dict[str, str], live: bool
) -> None:
    assert is_live(stream, environment) is live


def test_plain_lines_are_few() -> None:
    now_s, stream = 0.0, io.StringIO()
    plain = PlainProgress(Interrupt(), stream, clock=lambda: now_s)
    plain.stage("training")
    for step in range(1, 251):  # 25 s, ten calls a second
        now_s = step / 10
        plain.training(done_share=step / 250, best="accuracy 0.9", left_s=25 - now_s)
    plain.stage("saving")
    assert stream.getvalue().splitlines() == [
        "[  0.0 s] training",
        "[ 10.0 s] training: 40 %, 0:15 left, best accuracy 0.9",
        "[ 20.0 s] training: 80 %, 0:05 left, best accuracy 0.9",
        "[ 25.0 s] saving",
    ]


def test_plain_lines_have_no_control_characters() -> None:
    stream = io.StringIO()
    plain = PlainProgress(Interrupt(), stream, clock=lambda: 0.0)
    plain.say("344 rows")
    plain.warn("few rows")
    assert stream.getvalue() == "[  0.0 s]   344 rows\n[  0.0 s]   warning: few rows\n"


def display(shown: LiveProgress) -> str:
    with shown.console.capture() as capture:
        shown.console.print(shown.render())
    return capture.get()


def test_the_live_display() -> None:
    interrupt = Interrupt()
    shown = LiveProgress(interrupt, Console(file=Terminal(), width=80, no_color=True))
    assert "✓" not in display(shown)
    shown.stage("training")
    text = display(shown)
    assert text.count("✓") == 5 and "evaluation" in text
    shown.training(done_share=2.0, best="accuracy [0.9]", left_s=61)
    assert "1:01 left, best accuracy [0.9]" in display(shown)
    assert NOTE not in display(shown)
    interrupt.asked = True
    assert NOTE in display(shown)
    shown.stage("a stage that is not on the list")
    assert "✓" not in display(shown)


def test_lines_said_above_the_live_display_are_not_markup() -> None:
    stream = Terminal()
    shown = LiveProgress(Interrupt(), Console(file=stream, width=80, no_color=True))
    shown.say("column [b]x[/b]")
    shown.warn("column [b]y[/b]")
    assert "column [b]x[/b]" in stream.getvalue() and "warning: column [b]y" in stream.getvalue()


def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, colours in (("1", False), ("", True)):
        monkeypatch.setenv("NO_COLOR", variable)
        monkeypatch.setenv("TERM", "xterm-256color")
        stream = Terminal()
        shown = LiveProgress(Interrupt(), Console(file=stream, width=80, color_system="standard"))
        shown.warn("few rows")
        assert ("\x1b[33m" in stream.getvalue()) is colours


def test_listen_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("CI", raising=False)
    for stream, quiet, kind in (
        (io.StringIO(), False, PlainProgress),
        (io.StringIO(), True, QuietProgress),
        (Terminal(), True, QuietProgress),
        (Terminal(), False, LiveProgress),
    ):
        monkeypatch.setattr(sys, "stderr", stream)
        with Interrupt() as interrupt, listen(interrupt, quiet=quiet) as progress:
            assert type(progress) is kind
            progress.stage("reading")
            interrupt.asked = True
            assert progress.should_stop()


def test_words_of_an_unready_training() -> None:
    assert progress_words(0.0, "", -3.0) == "0 %, 0:00 left"
