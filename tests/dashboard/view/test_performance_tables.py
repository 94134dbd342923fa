"""Tables of the page 성과, and a CSV that Excel opens and nothing runs in."""

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.performances import lived
from khms_trader.dashboard.style import look
from khms_trader.dashboard.view.performance import performance_of
from khms_trader.dashboard.view.performance_tables import (
    TRADE_HEADINGS,
    flow_rows,
    trade_cells,
    trade_rows,
    trades_csv,
)
from khms_trader.dashboard.view.table_html import Cell
from khms_trader.performance.trade import ClosedTrade, ExitKind
from performance.accounts import FRI, WED

LOOK = look()


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
    assert flow_rows(performance_of(lived()).curve, LOOK) == (
        (
            "2026-03-05",
            "03-05 08:59",
            "입금",
            Cell(text="+2,000,000원", color=LOOK.up),
        ),
    )


def test_a_trade_is_a_row_that_can_be_read_at_once() -> None:
    shown = performance_of(lived())

    (cells,) = trade_cells(trade_rows(shown.trades.closed, shown.names), LOOK)

    assert cells == (
        Cell(text="이름086520", note="086520"),
        Cell(text="+200,000원", color=LOOK.up, note="+20.00%", is_strong=True),
        Cell(text="종가가 5일 전보다 낮음"),
        "2026-03-06",
        "2026-03-04",
        "2일",
        "100주",
        "1,000,000원",
        "1,200,000원",
        "0원",
        "0원",
    )
    assert len(cells) == len(TRADE_HEADINGS)


def test_what_nobody_knows_of_a_trade_is_a_dash() -> None:
    unknown = replace(a_trade(), opened=None, sessions_held=None, is_estimated=True)

    (cells,) = trade_cells(trade_rows([unknown], {}), LOOK)

    assert cells[0] == Cell(text="086520")
    assert cells[2] == Cell(text="이유 기록 없음", note="추정")
    assert cells[4:6] == ("–", "–")


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


@pytest.mark.parametrize(
    "start",
    [
        *("=", "+", "-", "@", "\t", "\r", "\n", "\0", " =", "\t=", "\u3000@"),
        # Full-width signs, which Excel in Korean reads as the plain ones.
        *("\uff1d", "\uff0b", "\uff0d", "\uff20", "\u200b=", "\ufeff+"),
    ],
)
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
