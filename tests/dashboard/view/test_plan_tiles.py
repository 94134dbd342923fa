"""The head of the page 계획, and the words of its figures."""

from dataclasses import replace

import pytest

from builders import SESSION
from dashboard import plans
from khms_trader.dashboard.sources import PlanFile
from khms_trader.dashboard.view.plan import Meant, PlanShown, Standing
from khms_trader.dashboard.view.plan_reading import (
    read_plan,
)
from khms_trader.dashboard.view.plan_tiles import heading_notes, plan_tiles
from khms_trader.dashboard.view.plan_words import indicator_figure, indicator_word

FILE = PlanFile(session=SESSION, name="next_open_plan_20260304.json")


@pytest.fixture
def shown() -> PlanShown:
    return read_plan(plans.planned_room(), FILE)


def test_tiles_tell_the_plan_at_a_glance(shown: PlanShown) -> None:
    tiles = plan_tiles(shown, "17시간 전")

    assert [(tile.label, tile.value, tile.sub) for tile in tiles] == [
        ("살 줄", "2건", "약 1,602,352원, 수수료 포함"),
        ("팔 줄", "1건", "약 129,600원, 비용 빼기 전"),
        ("빈 자리", "2개", "매수 신호 5건"),
        ("계획할 때의 주문 가능 현금", "1,500,000원", "총평가 1,759,200원"),
    ]
    assert {tile.age for tile in tiles} == {"17시간 전", "03.03 15:40에 읽음"}


def test_what_unknown_shares_bring_in_is_left_out(shown: PlanShown) -> None:
    unknown = replace(shown, meant=Meant(plan=shown.plan))

    tile = plan_tiles(unknown, "방금")[1]

    assert (tile.label, tile.value, tile.sub) == ("팔 줄", "1건", "")


def test_too_little_cash_and_a_foreign_account_are_said_above(shown: PlanShown) -> None:
    (short,) = heading_notes(shown, Standing.AHEAD, "paper")
    (foreign, _) = heading_notes(shown, Standing.AHEAD, "virtual-0a1b2c3d")

    assert "1,602,352원이 주문 가능 현금 1,500,000원보다 많습니다" in short
    assert foreign.startswith("다른 계좌(paper)의 계획입니다.")


def test_known_indicators_are_named_in_korean() -> None:
    assert indicator_word("ma", {"ma_window": 30}) == "30일 평균"
    assert indicator_word("rsi", {}) == "rsi"
    assert indicator_figure(float("nan")) == "알 수 없음"
    assert indicator_figure(32_802_409.8) == "32,802,410"
    assert indicator_figure(0.125) == "0.12"
