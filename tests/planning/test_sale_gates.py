"""Each gate of a sale by hand, on both sides of its edge."""

from dataclasses import replace

import pytest

from builders import SESSION, at
from khms_trader.planning.refusals import Refusal
from khms_trader.planning.sale_gates import SaleFacts, TradingHours, refuse_sale

HOURS = TradingHours(session=SESSION, opens_at=at("09:00"), closes_at=at("15:30"))
FINE = SaleFacts(
    now=at("10:00"),
    hours=HOURS,
    account="virtual-0a1b2c3d",
    is_real=False,
    is_confirmed=True,
)
CLOSED = Refusal(
    code="sell_out_closed",
    facts={"session": SESSION, "opens": "09:00", "closes": "15:30"},
)


@pytest.mark.parametrize(
    ("moment", "refusal"),
    [
        ("08:59:59.999", CLOSED),
        ("09:00", None),
        ("15:29:59.999", None),
        ("15:30", CLOSED),
    ],
)
def test_orders_leave_from_the_open_until_just_before_the_close(
    moment: str, refusal: Refusal | None
) -> None:
    assert refuse_sale(replace(FINE, now=at(moment))) == refusal


def test_a_real_account_is_refused_whatever_else_holds() -> None:
    facts = replace(FINE, is_real=True, halt_file="HALT", is_confirmed=False)

    assert refuse_sale(facts) == Refusal(code="real_not_supported")


def test_a_halted_account_is_refused() -> None:
    refusal = refuse_sale(replace(FINE, halt_file="/home/data/state/HALT"))

    assert refusal == Refusal(code="halted", facts={"path": "/home/data/state/HALT"})


def test_an_account_nobody_confirmed_is_refused() -> None:
    refusal = refuse_sale(replace(FINE, is_confirmed=False))

    assert refusal == Refusal(
        code="account_unconfirmed", facts={"account": "virtual-0a1b2c3d"}
    )
