"""Faults of a running server, replaced from another process."""

import json
from typing import Any

import pytest

from khms_trader.simulator.traffic import Answer, Request
from simulator.practice import Practice, said


def told(practice: Practice, body: bytes) -> Answer:
    request = Request(method="POST", path="/practice/faults", body=body)
    answer = practice.server.handle(request).answer
    assert answer is not None
    return answer


def replaced(practice: Practice, *faults: str) -> Answer:
    return told(practice, json.dumps({"faults": faults}).encode())


def test_new_faults_take_the_place_of_the_old_and_count_from_then() -> None:
    practice = Practice()
    practice.faults.add("price:*:html")
    practice.price()

    answer = replaced(practice, "price:2:throttled")

    assert (answer.status, json.loads(answer.body)) == (200, {"faults": 1})
    assert practice.price().status_code == 200
    assert said(practice.price()) == (500, "EGW00201")


def test_without_faults_the_server_is_honest_from_then_on() -> None:
    practice = Practice()
    practice.faults.add("any:*:html")

    replaced(practice)

    assert practice.price().status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b'{"faults": 5}',
        b'{"faults": [5]}',
        b'{"faults": ["price:1:html", "price:1:stolen"]}',
    ],
)
def test_what_cannot_be_read_changes_nothing(body: bytes) -> None:
    practice = Practice()
    practice.faults.add("price:*:html")

    answer = told(practice, body)

    reply: dict[str, Any] = json.loads(answer.body)
    assert (answer.status, list(reply)) == (400, ["error"])
    assert practice.price().status_code == 500


def test_it_is_no_call_of_kis() -> None:
    practice = Practice()

    replaced(practice)

    assert practice.server.log.seen == ()
