"""Sentences name a server and what was asked of it in words a person knows."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from khms_trader.broker.kis.endpoints import (
    BALANCE,
    BUY,
    ENDPOINTS,
    PRICE,
    TOKEN,
    Endpoint,
)
from khms_trader.broker.kis.failures import (
    Answer,
    Failure,
    Loss,
    failure_in,
    failure_of,
)
from khms_trader.broker.kis.redaction import Redactor
from khms_trader.cli.sentences import SENTENCES, sentence
from khms_trader.cli.texts.practice_texts import CALL_WORDS, ON_PRACTICE
from khms_trader.errors import BrokerUnavailable

HERE = "http://127.0.0.1:31499"
NO_FIELDS: Mapping[str, str] = {}


def lost(loss: Loss, call: Endpoint = TOKEN, practice: str = "") -> Failure:
    return failure_of(loss, call, fields=NO_FIELDS, practice=practice)


def test_every_call_has_a_word() -> None:
    assert {endpoint.name for endpoint in ENDPOINTS} <= set(CALL_WORDS)


@pytest.mark.parametrize(
    ("call", "word"), [(TOKEN, "접근토큰 발급"), (BALANCE, "잔고 조회"), (BUY, "주문")]
)
def test_a_call_is_named_by_its_word(call: Endpoint, word: str) -> None:
    said = sentence(lost(Loss.SILENT, call).error())

    assert f"({word})" in said
    assert call.name not in said


def test_an_unknown_call_is_named_as_it_is() -> None:
    said = sentence(BrokerUnavailable("kis_no_answer", call="inquire-moon"))

    assert "(inquire-moon)" in said


def test_a_practice_server_that_is_not_there_is_named_with_its_address() -> None:
    said = sentence(lost(Loss.UNREACHED, practice=HERE).error())

    assert said == (
        f"연습 서버 {HERE} 에 연결하지 못했습니다(접근토큰 발급). "
        "run_kis_simulator.py 가 그 포트로 켜져 있는지 확인하세요."
    )


def test_the_internet_is_blamed_only_where_it_is_used() -> None:
    said = sentence(lost(Loss.UNREACHED).error())

    assert "인터넷 연결을 확인하세요" in said
    assert "연습 서버" not in said


@pytest.mark.parametrize("loss", [Loss.CUT, Loss.SILENT])
def test_who_does_not_answer_on_this_machine_may_be_another_program(
    loss: Loss,
) -> None:
    found = lost(loss, practice=HERE)

    assert found.code == loss.value
    assert "다른 프로그램" in sentence(found.error())
    assert HERE in sentence(found.error())


@pytest.mark.parametrize(
    ("content", "status"), [(b"<html>", 200), (b"", 404), (b"<html>", 501)]
)
def test_an_answer_of_another_program_on_this_machine_is_told(
    content: bytes, status: int
) -> None:
    found = failure_in(
        Answer(status=status, content=content),
        PRICE,
        fields=NO_FIELDS,
        redactor=Redactor(),
        practice=HERE,
    )

    assert found is not None
    assert f"{HERE} 의 답" in sentence(found.error())
    assert "다른 프로그램" in sentence(found.error())
    there = replace(found, facts={**found.facts, "practice": ""})
    assert "한국투자증권 서버" in sentence(there.error())


def test_each_sentence_for_practice_stands_for_one_of_the_real_server() -> None:
    assert set(ON_PRACTICE) | set(ON_PRACTICE.values()) <= set(SENTENCES)
