"""What a person reads when the first use of an account was confirmed."""

import io

import pytest
from rich.console import Console

from builders import SESSION, a_buy, a_holding, a_plan, an_account
from khms_trader.console.execute import show_execution
from khms_trader.console.screen import Screen
from khms_trader.planning.executed import Confirmed, Execution, Outcome


def shown(buys: int, sells: int) -> str:
    out = io.StringIO()
    confirmed = Confirmed(
        account=an_account(a_holding("200000 x3")),
        legacy=frozenset({"200000"}),
        next_plan=a_plan(*(a_buy(f"1{n}0000 x1 @1000") for n in range(4))),
        buys=buys,
        sells=sells,
    )
    execution = Execution(
        outcome=Outcome.CONFIRMED_ONLY,
        session=SESSION,
        next_session=SESSION,
        confirmed=confirmed,
    )
    show_execution(execution, Screen(Console(file=out, width=200)), is_dry_run=False)
    return out.getvalue()


@pytest.mark.parametrize(
    ("buys", "sells", "counted"),
    [
        (3, 1, "매수 3건, 매도 1건까지 주문할 수 있습니다."),
        (3, 0, "매수 3건까지 주문할 수 있습니다."),
        (0, 1, "매도 1건까지 주문할 수 있습니다."),
        (0, 0, "보낼 주문이 없습니다."),
    ],
)
def test_only_what_would_go_out_is_counted(buys: int, sells: int, counted: str) -> None:
    expected = f"이제 2026-03-04 (수) 계획을 실행하면 {counted}"

    assert expected in shown(buys, sells).splitlines()
