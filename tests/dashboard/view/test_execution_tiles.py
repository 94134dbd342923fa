"""The tiles of the page 실행."""

from dataclasses import replace

import pytest

from builders import SESSION
from dashboard import executions
from khms_trader.dashboard.view.execution import Executed
from khms_trader.dashboard.view.execution_tiles import (
    executed_at,
    execution_tiles,
    slippage_words,
)
from khms_trader.dashboard.view.tile_html import Tone


def test_a_session_is_told_in_four_tiles_with_their_age() -> None:
    tiles = execution_tiles(executions.the_report(), "29분 전")

    assert [(tile.label, tile.value, tile.sub) for tile in tiles] == [
        ("보낸 주문", "6건", "체결 3건 · 확인 필요 1건"),
        ("체결 금액", "매수 1,253,200원", "매도 129,800원"),
        ("미끄러짐(시가 대비)", "2,200원 손해", "15.9bp · 수수료·세금 약 2,290원"),
        ("실행 뒤 총평가", "4,509,120원", "−944,480원 (−17.32%)"),
    ]
    assert {tile.age for tile in tiles} == {"29분 전"}
    assert tiles[0].tone is Tone.ALARM


def test_what_is_not_known_is_a_dash() -> None:
    report = replace(executions.the_report(), lines=(), before=None, after=None)

    tiles = execution_tiles(report, "방금")

    assert [tile.value for tile in tiles] == ["0건", "매수 0원", "–", "–"]
    assert tiles[0].tone is Tone.PLAIN


def test_until_the_run_has_ended_nothing_is_alarming_or_final() -> None:
    tiles = execution_tiles(
        executions.the_report(), "방금", on_their_way=1, is_under_way=True
    )

    assert tiles[0].sub == "체결 3건 · 보내는 중 1건"
    assert tiles[0].tone is Tone.PLAIN
    assert (tiles[3].label, tiles[3].value, tiles[3].sub) == (
        "실행 전 총평가",
        "5,453,600원",
        "실행이 끝나면 다시 읽습니다",
    )


@pytest.mark.parametrize(
    ("lost", "text"), [(0, "0원"), (1_234, "1,234원 손해"), (-5, "5원 이득")]
)
def test_slippage_is_a_loss_or_a_gain(lost: int, text: str) -> None:
    assert slippage_words(lost) == text


def test_runs_are_named_by_when_they_began() -> None:
    shown = Executed(session=SESSION, report=executions.the_report())

    assert executed_at(shown) == "09:01:00"
