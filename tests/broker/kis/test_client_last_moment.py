"""An order leaves at once, or not at all: not under a halt, not after a long wait."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import pytest

from broker.kis.loopback_kis import LoopbackKis, Says, a_loopback_kis
from broker.kis.scripted_caller import Veiled
from khms_trader.broker.kis.client import KisClient
from khms_trader.broker.kis.endpoints import BUY, CANCEL, PRICE, SELL, Environment
from khms_trader.broker.kis.manners import Keys, Manners
from khms_trader.broker.kis.pacing import Pace
from khms_trader.broker.kis.reply import Reply
from khms_trader.clock import ManualClock
from khms_trader.errors import OrderRejected, TokenRefused
from khms_trader.market.calendar import SEOUL

START: Final = datetime(2026, 11, 23, 9, 1, tzinfo=SEOUL)
ORDER: Final = {"PDNO": "319400", "ORD_QTY": "1", "ORD_UNPR": "12960"}
LIMITED: Final = Says(
    body={"error_code": "EGW00133", "error_description": "1분당 1회"}, status=403
)


class Halt:
    """A halt file that a person may make at any moment."""

    def __init__(self) -> None:
        self.is_on = False

    def __call__(self) -> bool:
        return self.is_on


class HaltingClock(ManualClock):
    """Somebody halts while the gate is waited for."""

    def __init__(self, halt: Halt) -> None:
        super().__init__(START)
        self._halt = halt

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self._halt.is_on = True


@pytest.fixture
def kis() -> Iterator[LoopbackKis]:
    with a_loopback_kis() as server:
        yield server


def a_client(
    folder: Path, kis: LoopbackKis, clock: ManualClock, halt: Halt
) -> KisClient:
    return KisClient(
        environment=Environment.VIRTUAL,
        address=kis.address,
        keys=Keys(app_key=Veiled("K" * 36), app_secret=Veiled("S" * 180)),
        folder=folder,
        clock=clock,
        manners=Manners(
            pace=Pace(request_seconds=1.1, order_seconds=1.5),
            is_halted=halt,
        ),
    )


@pytest.mark.parametrize("endpoint", [BUY, SELL])
def test_a_halt_during_the_wait_keeps_an_order_from_leaving(
    tmp_path: Path, kis: LoopbackKis, endpoint: object
) -> None:
    halt = Halt()
    client = a_client(tmp_path, kis, HaltingClock(halt), halt)
    client.tokens.current()

    with pytest.raises(OrderRejected, match="order_halted"):
        client.order(endpoint, ORDER)  # type: ignore[arg-type]

    assert kis.heard_of("order-cash") == []


def test_a_halt_lets_an_order_be_taken_back_and_prices_be_read(
    tmp_path: Path, kis: LoopbackKis
) -> None:
    halt = Halt()
    halt.is_on = True
    client = a_client(tmp_path, kis, ManualClock(START), halt)

    client.order(CANCEL, {"ORGN_ODNO": "1"})
    client.read(PRICE, {"FID_INPUT_ISCD": "319400"})

    assert len(kis.heard_of("order-rvsecncl")) == 1


def test_an_order_does_not_wait_for_a_token_that_comes_late(
    tmp_path: Path, kis: LoopbackKis
) -> None:
    clock = ManualClock(START)
    client = a_client(tmp_path, kis, clock, Halt())
    kis.will_say("tokenP", *[LIMITED] * 99)

    with pytest.raises(TokenRefused):
        client.order(BUY, ORDER)

    assert clock.monotonic() < 15
    assert kis.heard_of("order-cash") == []


def test_what_was_answered_does_not_show_itself() -> None:
    reply = Reply(
        body={"access_token": "eyJ.secret"}, continuation="", server_time=None
    )

    assert "eyJ" not in repr(reply)
