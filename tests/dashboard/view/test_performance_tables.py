"""Tables of the page 성과, and a CSV that Excel opens and nothing runs in."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.performances import lived
from khms_trader.dashboard.view.performance import performance_of
from khms_trader.dashboard.view.performance_tables import (
    flow_rows,
    trade_rows,
    trades_csv,
)
from khms_trader.performance.trade import ClosedTrade, ExitKind
from performance.accounts import FRI, THU, WED


def a_trade(reason: str = "", *, profit: int = 0) -> ClosedTrade:
    return ClosedTrade(
        symbol="086520",
        opened=WED,
        closed=FRI,
        sessions_held=2,
        quantity=100,
        buy_value=1_000_000,
        sell_value=1_000_000 + profit,
        fee=0,
        tax=0,
        kind=ExitKind.PLAN,
        reason=reason,
    )


def parsed(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_row_has_every_figure_of_its_trade() -> None:
    shown = performance_of(lived())

    (row,) = trade_rows(shown.trades.closed, shown.names)

    assert row.cells() == {
        "종목": "이름086520",
        "코드": "086520",
        "매수일": WED,
        "매도일": FRI,
        "보유(거래일)": 2,
        "수량": 100,
        "매수금액": 1_000_000,
        "매도금액": 1_200_000,
        "수수료": 0,
        "세금": 0,
        "손익": 200_000,
        "수익률(%)": 20.0,
        "이유": "종가가 5일 전보다 낮음",
        "추정": "",
    }


def test_the_newest_trade_comes_first() -> None:
    rows = trade_rows([a_trade("먼저"), a_trade("나중")], {})

    assert [row.reason for row in rows] == ["나중", "먼저"]


def test_a_deposit_is_a_row_of_its_own() -> None:
    assert flow_rows(performance_of(lived()).curve) == (
        {
            "거래일": THU,
            "처음 본 때": "03-05 08:59",
            "종류": "입금",
            "금액": 2_000_000,
        },
    )


def test_the_csv_is_utf8_with_bom_and_dos_line_ends() -> None:
    shown = performance_of(lived())

    data = trades_csv(trade_rows(shown.trades.closed, shown.names))

    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == 2
    assert parsed(data)[1] == [
        "이름086520",
        "A086520",
        "2026-03-04",
        "2026-03-06",
        "2",
        "100",
        "1000000",
        "1200000",
        "0",
        "0",
        "200000",
        "20.0",
        "종가가 5일 전보다 낮음",
        "",
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", " ="])
def test_a_name_that_begins_like_a_formula_is_quoted(start: str) -> None:
    rows = trade_rows([a_trade()], {"086520": f'{start}HYPERLINK("http://x")'})

    assert parsed(trades_csv(rows))[1][0] == f'\'{start}HYPERLINK("http://x")'


def test_a_loss_stays_a_number() -> None:
    rows = trade_rows([a_trade(profit=-50_000)], {})

    assert parsed(trades_csv(rows))[1][10:12] == ["-50000", "-5.0"]


@settings(max_examples=80, deadline=None)
@given(name=st.text(max_size=20), reason=st.text(max_size=20))
def test_no_text_of_any_trade_is_ever_run(name: str, reason: str) -> None:
    data = trades_csv(trade_rows([a_trade(reason)], {"086520": name}))

    row = parsed(data)[1]
    assert not row[0].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert not row[12].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
