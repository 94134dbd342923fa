"""The signals that end a long-running command."""

import signal

import pytest

from khms_trader.cli.signals import STILL_STOPPING, STOPPING, stopping_on_signals
from khms_trader.execution.stopping import StopFlag


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_sets_the_flag_and_says_that_it_ends(
    number: signal.Signals, capfd: pytest.CaptureFixture[str]
) -> None:
    flag = StopFlag()

    with stopping_on_signals(flag):
        signal.raise_signal(number)

    assert flag.is_set
    assert capfd.readouterr().err.strip() == STOPPING


def test_a_second_one_says_what_is_still_waited_for(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with stopping_on_signals(StopFlag()):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    assert capfd.readouterr().err.split("\n\n")[-1].strip() == STILL_STOPPING


def test_afterwards_everything_is_as_it_was() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)

    with stopping_on_signals(StopFlag()):
        assert signal.getsignal(signal.SIGINT) is not before[0]

    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has none")
def test_what_was_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    flag = StopFlag()
    try:
        with stopping_on_signals(flag):
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)

    assert not flag.is_set
