"""Since when the server owes an answer to what the dashboard reads."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from builders import at
from khms_trader.bootstrap.dashboard_live import AccountLine, Listened
from khms_trader.bootstrap.options import PAPER, RunOptions
from khms_trader.broker.kis.endpoints import BALANCE, Endpoint
from khms_trader.broker.kis.reply import Reply
from khms_trader.clock import ManualClock
from khms_trader.config.settings import Settings
from khms_trader.errors import BrokerUnavailable
from khms_trader.market.calendar import Calendar


class Slow:
    """Answers after three seconds, but not what is continued."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock

    def read(
        self, endpoint: Endpoint, fields: Mapping[str, str], *, continuation: str = ""
    ) -> Reply:
        self._clock.sleep(3)
        if continuation:
            raise BrokerUnavailable("kis_no_answer")
        return Reply(body=fields, continuation="", server_time=None)


def test_only_an_answer_counts_as_one() -> None:
    clock = ManualClock(at("09:30"))
    listened = Listened(Slow(clock), clock)

    assert listened.answered_at is None
    assert listened.read(BALANCE, {"a": "b"}).body == {"a": "b"}
    assert listened.answered_at == at("09:30:03")
    with pytest.raises(BrokerUnavailable):
        listened.read(BALANCE, {}, continuation="N")
    assert listened.answered_at == at("09:30:03")


def a_line(home: Path, account: str) -> AccountLine:
    clock = ManualClock(at("09:30"))
    options = RunOptions(home=home, settings=Settings(), clock=clock, account=account)
    return AccountLine(options, Calendar())


def test_paper_owes_nothing_and_a_server_from_the_beginning_on(tmp_path: Path) -> None:
    began = at("09:29")

    assert a_line(tmp_path, PAPER).owed_since(began) is None
    assert a_line(tmp_path, "practice-0a1b2c3d").owed_since(began) == began
