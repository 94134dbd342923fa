"""Whoever runs the practice server can find out what it may be asked to break."""

import pytest

from khms_trader.cli.sentences import sentence
from khms_trader.cli.simulator import main
from khms_trader.cli.texts.practice_texts import FAULT_CALL_WORDS, FAULT_KIND_WORDS
from khms_trader.errors import UsageError
from khms_trader.simulator.faults import CALLS, FaultKind, parse_fault

KINDS = [name.partition(":")[0] for name in FAULT_KIND_WORDS]


def test_every_call_and_kind_of_a_fault_has_a_word() -> None:
    assert list(FAULT_CALL_WORDS) == list(CALLS)
    assert list(KINDS) == [str(kind) for kind in FaultKind]


def test_the_help_lists_every_call_and_kind(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])

    said = " ".join(capsys.readouterr().out.split())
    assert ended.value.code == 0
    assert "balance_next 잔고 다음 쪽" in said
    for name in (*CALLS, *FAULT_KIND_WORDS):
        assert f" {name} " in said


def test_a_wrong_fault_is_told_with_what_could_be_written() -> None:
    with pytest.raises(UsageError) as caught:
        parse_fault("buying:1:lost")

    said = sentence(caught.value)
    assert '(잘못된 곳: "buying")' in said
    for name in (*CALLS, *FAULT_KIND_WORDS):
        assert f" {name} " in said
