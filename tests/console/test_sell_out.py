"""What a person reads before and after selling or adopting by hand."""

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from builders import SESSION, a_holding, an_account, at
from khms_trader.console.screen import Screen
from khms_trader.console.sell_out import show_adoption, show_list, show_sale
from khms_trader.domain.order import OrderType, Side
from khms_trader.domain.report import LineEnd, OrderReport
from khms_trader.planning.sale_gates import TradingHours
from khms_trader.planning.sell_out import Choice, HeldBack, Unmanaged, Whose
from khms_trader.planning.sold_out import OrderLine, SellOut, Standing

ONE, TWO = "100000", "200000"
LEGACY = Unmanaged(
    holding=a_holding(f"{ONE} x10", sellable=7), whose=Whose.LEGACY, quantity=10
)
SURPLUS = Unmanaged(
    holding=a_holding(f"{TWO} x15"), whose=Whose.SURPLUS, quantity=5, managed=10
)
STANDING = Standing(
    account=an_account(LEGACY.holding, SURPLUS.holding),
    found=(LEGACY, SURPLUS),
    managed_positions=1,
    max_positions=8,
    is_paper=False,
    is_confirmed=True,
    hours=TradingHours(session=SESSION, opens_at=at("09:00"), closes_at=at("15:30")),
    is_open=True,
)
CHOICE = Choice(symbol=ONE, name="이름100000", quantity=7, price=12_960)


def an_order_line(end: LineEnd, *, filled: int = 10, detail: str = "") -> OrderLine:
    order = OrderReport(
        number="0000000077",
        order_type=OrderType.MARKET,
        quantity=10,
        filled_quantity=filled,
        filled_value=filled * 10_000,
        limit_price=None,
        open_price=None,
        slippage=None,
        slippage_bps=None,
        fee=14,
        tax=200,
        intended_at=at("10:00"),
        updated_at=at("10:00:03"),
    )
    return OrderLine(
        symbol=ONE,
        name="이름100000",
        side=Side.SELL,
        end=end,
        detail=detail,
        order=order,
    )


class Shown:
    """A screen that remembers."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._file = StringIO()
        self.screen = Screen(Console(file=self._file, width=200), quiet=quiet)

    @property
    def text(self) -> str:
        return self._file.getvalue()


@pytest.fixture
def shown() -> Shown:
    return Shown()


def test_a_list_shows_whose_shares_are_whose_and_what_to_do(shown: Shown) -> None:
    show_list(SellOut(standing=STANDING), shown.screen)

    lines = shown.text.splitlines()
    assert lines[2] == (
        "  이름100000 100000 | legacy | 10 | 7 | 12,000 | 12,960 | 129,600"
    )
    assert lines[3] == (
        "  이름200000 200000 | 초과(전략 10주 위) | 5 | 5 | 12,000 | 12,960 | 64,800"
    )
    assert "2종목 · 평가금액 194,400원" in shown.text
    assert "sell_out_legacy.py --symbol 100000" in shown.text
    assert "sell_out_legacy.py --adopt 100000" in shown.text


def test_a_price_nobody_knows_is_no_zero(shown: Shown) -> None:
    holding = replace(LEGACY.holding, price=0)
    found = (replace(LEGACY, holding=holding),)

    show_list(SellOut(standing=replace(STANDING, found=found)), shown.screen)

    assert "| 12,000 | - | -" in shown.text


def test_nothing_outside_the_strategy_is_said_in_one_line(shown: Shown) -> None:
    show_list(SellOut(standing=replace(STANDING, found=())), shown.screen)

    assert shown.text == ("전략이 관리하지 않는 보유가 없습니다. (전략 보유 1종목)\n")


def test_a_paper_account_is_said_to_have_no_legacy(shown: Shown) -> None:
    show_list(
        SellOut(standing=replace(STANDING, is_paper=True, found=())), shown.screen
    )

    assert "paper 계좌는" in shown.text


def test_an_unconfirmed_account_is_told_what_will_become_legacy(shown: Shown) -> None:
    show_list(SellOut(standing=replace(STANDING, is_confirmed=False)), shown.screen)

    assert "--confirm-first-run 때 모두 legacy 가 됩니다" in shown.text


def test_what_would_be_sold_is_shown_with_how_to_do_it(shown: Shown) -> None:
    show_sale(SellOut(standing=STANDING, choices=(CHOICE,)), shown.screen)

    assert "[팔 주문(아직 보내지 않았습니다)]" in shown.text
    assert "이름100000 100000 | 7 | 12,960 | 90,720" in shown.text
    assert "--confirm" in shown.text


def test_when_the_market_is_closed_the_next_hours_are_named(shown: Shown) -> None:
    standing = replace(STANDING, is_open=False)

    show_sale(SellOut(standing=standing, choices=(CHOICE,)), shown.screen)

    assert "다음 거래 시간: 2026-03-04 (수) 09:00~15:30" in shown.text


def test_a_sale_shows_order_fill_rest_costs_and_both_accounts(shown: Shown) -> None:
    line = an_order_line(LineEnd.OPEN, filled=4)
    done = SellOut(
        standing=STANDING,
        choices=(CHOICE,),
        is_done=True,
        lines=(line,),
        after=an_account(cash=10_040_000),
    )

    show_sale(done, shown.screen)

    assert (
        "  0000000077 | 매도 | 이름100000 100000 | 대기 중 | 4/10 | 10,000 | 6 | 214"
    ) in shown.text
    assert "매도 대기 1건" in shown.text
    assert "계좌(앞): 예수금 10,000,000원" in shown.text
    assert "계좌(뒤): 예수금 10,040,000원" in shown.text


@pytest.mark.parametrize("reason", HeldBack)
def test_whatever_is_held_back_has_a_reason_in_korean(
    shown: Shown, reason: HeldBack
) -> None:
    choice = Choice(symbol=ONE, held_back=reason)

    show_sale(SellOut(standing=STANDING, choices=(choice,)), shown.screen)

    (line,) = [text for text in shown.text.splitlines() if text.startswith("하지 않음")]
    assert line.startswith("하지 않음: 100000 - ")
    assert any("가" <= letter <= "힣" for letter in line.partition(" - ")[2])
    assert line.encode("cp949")


def test_an_unknown_order_is_told_even_when_quiet() -> None:
    shown = Shown(quiet=True)
    line = an_order_line(LineEnd.UNCONFIRMED, filled=0, detail="kis_no_answer")
    done = SellOut(standing=STANDING, is_done=True, lines=(line,))

    show_sale(done, shown.screen)

    assert "확인 필요: 매도 이름100000 100000" in shown.text
    assert "다시 보내지 않습니다" in shown.text


def test_an_order_of_an_earlier_run_is_told_first(shown: Shown) -> None:
    standing = replace(STANDING, settled=(an_order_line(LineEnd.FILLED),))

    show_sale(SellOut(standing=standing, is_done=True), shown.screen)

    assert shown.text.startswith("[앞선 실행이 남긴 주문(지금 상태)]")
    assert "보낸 주문이 없습니다." in shown.text


def test_a_list_or_an_account_that_could_not_be_read_is_told(shown: Shown) -> None:
    done = SellOut(
        standing=STANDING,
        is_done=True,
        lines=(an_order_line(LineEnd.OPEN),),
        unread="kis_no_answer",
    )

    show_sale(done, shown.screen)

    assert "주문 목록을 읽지 못했습니다(답을 받지 못함)" in shown.text
    assert "계좌를 읽지 못했습니다" in shown.text


def test_an_adoption_says_what_follows_from_it(shown: Shown) -> None:
    done = SellOut(standing=STANDING, choices=(CHOICE,), is_done=True)

    show_adoption(done, shown.screen)

    assert "[편입했습니다]" in shown.text
    assert "매도 신호가 나오면 계획이 팝니다" in shown.text


@pytest.mark.parametrize(
    ("managed", "is_done", "is_warned"),
    [(7, False, False), (8, False, True), (8, True, False), (9, True, True)],
)
def test_more_positions_than_the_strategy_may_hold_are_told(
    shown: Shown, managed: int, *, is_done: bool, is_warned: bool
) -> None:
    standing = replace(STANDING, managed_positions=managed)

    show_adoption(
        SellOut(standing=standing, choices=(CHOICE,), is_done=is_done), shown.screen
    )

    assert ("live.max_positions(8)" in shown.text) is is_warned
    is_ahead = is_warned and not is_done
    assert ("편입하면 전략 보유가 9종목이 되어" in shown.text) is is_ahead


def test_what_is_refused_is_told_even_when_quiet() -> None:
    quiet = Shown(quiet=True)
    choices = (
        Choice(symbol="999999", held_back=HeldBack.NOTHING_TO_ADOPT),
        Choice(symbol=ONE, held_back=HeldBack.ALREADY_MANAGED),
    )

    show_adoption(
        SellOut(standing=STANDING, choices=choices, is_done=True), quiet.screen
    )

    assert quiet.text == (
        "하지 않음: 999999 - 보유하지 않아 편입할 수 없음(종목코드를 확인하세요)\n"
    )
