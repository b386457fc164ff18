"""What the words of the command line come to."""

import argparse
from typing import get_args

import pytest

from justright.cli.arguments import TASKS, duration, seed, setting
from justright.kinds import TaskKind

TIMES = {"60s": 60, "2m": 120, "1h": 3600, "90": 90, "1.5m": 90, ".5s": 0.5, " 3 S ": 3, "10M": 600}
NO_TIMES = ["", "0", "0s", "-5", "soon", "5d", "1h30m", "nan", "inf", "1e3", "9" * 400, "s", "١s"]


@pytest.mark.parametrize(("text", "seconds"), TIMES.items())
def test_times(text: str, seconds: float) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize("text", NO_TIMES)
def test_no_times(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is not a time such as 60s"):
        duration(text)


def test_seeds() -> None:
    assert seed("0") == 0 and seed("4294967295") == 2**32 - 1


@pytest.mark.parametrize("text", ["-1", "1.0", "", "4294967296", "²"])
def test_no_seeds(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="whole number from 0"):
        seed(text)


def test_a_setting_keeps_later_equal_signs() -> None:
    assert setting(" loss = a=b ") == ("loss", "a=b")


@pytest.mark.parametrize("text", ["depth", "=3", "depth=", "="])
def test_no_settings(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="lever=value"):
        setting(text)


def test_every_kind_of_task_can_be_asked_for() -> None:
    assert get_args(TaskKind) == TASKS
