"""Lines of a plan as cards and rows, candidates first."""

from dataclasses import replace

import pytest

from builders import SESSION
from dashboard import plans
from khms_trader.dashboard.sources import PlanFile
from khms_trader.dashboard.style import look
from khms_trader.dashboard.view.finding import found_by
from khms_trader.dashboard.view.plan import PlanShown, Standing
from khms_trader.dashboard.view.plan_cards import cards_html
from khms_trader.dashboard.view.plan_lines import (
    cards,
    rest_counts,
    rest_rows,
    rough_won,
    symbols_to_ask,
)
from khms_trader.dashboard.view.plan_reading import (
    read_plan,
)

FILE = PlanFile(session=SESSION, name="next_open_plan_20260304.json")


@pytest.fixture
def shown() -> PlanShown:
    return read_plan(plans.planned_room(), FILE)


def test_the_rest_is_counted_by_why_it_does_not_trade(shown: PlanShown) -> None:
    assert rest_counts(shown) == (
        (
            "나머지 매수 신호 3건: 빈 자리 없음 1건 · 이미 전략이 보유 1건 · "
            "전략 밖 보유(legacy·외부) 1건"
        ),
        "나머지 매도 신호 1건: 보유하지 않음 1건",
    )


def test_a_card_says_what_the_cash_of_the_evening_reaches(shown: PlanShown) -> None:
    sell, first, second = cards(shown, Standing.AHEAD)

    assert sell.title == "매도 · 이름086520 086520"
    assert sell.amount == "10주 × 12,960원 = 약 129,600원"
    assert sell.verdict == "전략이 보유 · 나머지는 시가를 보고 결정"
    assert first.title == "매수 1위 · 이름247540 247540"
    assert first.amount == "10주 × 100,000원 = 약 1,001,470원"
    assert first.verdict == (
        "자리 있음 · 현금 충분(그 뒤 498,530원 남음) · 20일 평균 거래대금의 0.10% · "
        "나머지는 시가를 보고 결정"
    )
    assert "현금이 모자라 24주만, 파는 줄이 체결되면" in second.verdict
    assert (first.is_held_back, second.is_held_back) == (False, True)


def test_a_plan_that_is_over_promises_nothing(shown: PlanShown) -> None:
    found = cards(shown, Standing.MISSED)

    assert [card.verdict for card in found] == ["", "", ""]


def test_cards_are_coloured_by_side_and_escaped(shown: PlanShown) -> None:
    card = replace(cards(shown, Standing.AHEAD)[0], reason="<script>")

    made = cards_html([card], look())

    assert "#3579e6" in made
    assert "&lt;script&gt;" in made


def test_at_most_ten_prices_are_asked_for(shown: PlanShown) -> None:
    assert symbols_to_ask(shown) == ("086520", "247540", "091990")


def test_the_rest_can_be_narrowed_down_by_name_or_symbol(shown: PlanShown) -> None:
    rows = rest_rows(shown)

    assert [row.symbol for row in found_by(rows, " 1961 ")] == ["196170"]
    assert [row.symbol for row in found_by(rows, "이름068270")] == ["068270"]
    assert len(found_by(rows, "")) == 4


@pytest.mark.parametrize(
    ("amount", "text"),
    [(12_345, "1만원"), (336_100_000_00, "336.1억원"), (9_999, "9,999원")],
)
def test_amounts_of_which_only_the_size_matters_are_short(
    amount: int, text: str
) -> None:
    assert rough_won(amount) == text
