"""Ctrl-C in two stages."""

import os
import signal

import pytest

from justright.cli.interrupt import NOTE, Interrupt


def test_the_first_asks_and_the_second_leaves() -> None:
    told: list[str] = []
    with Interrupt(announce=lambda: told.append("heard")) as interrupt:
        assert not interrupt.asked
        os.kill(os.getpid(), signal.SIGINT)
        assert interrupt.asked and told == ["heard"]
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert told == ["heard"]


def test_the_old_handler_comes_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(ZeroDivisionError), Interrupt() as interrupt:
        assert signal.getsignal(signal.SIGINT) == interrupt.handle
        raise ZeroDivisionError
    assert signal.getsignal(signal.SIGINT) is before


def test_it_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    with Interrupt():
        os.kill(os.getpid(), signal.SIGINT)
    assert capfd.readouterr().err == f"\n{NOTE}\n"
