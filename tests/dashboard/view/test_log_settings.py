"""Settings in force, what differs from the defaults first and marked."""

from dashboard.logs import SETTINGS
from khms_trader.dashboard.style import look
from khms_trader.dashboard.view.log_settings import changed_of, setting_cells
from khms_trader.dashboard.view.log_words import changed_count
from khms_trader.dashboard.view.table_html import Cell

CHANGED = [
    Cell(text="live.max_positions", is_strong=True),
    Cell(text="5", color="#6741d9", note="기본값: 8", is_strong=True),
]


def test_what_differs_comes_first_and_is_marked() -> None:
    assert setting_cells(SETTINGS, "", look()) == [
        CHANGED,
        ["broker.provider", "paper"],
        ["strategy.params", "(비어 있음)"],
    ]


def test_key_and_value_can_be_searched() -> None:
    assert setting_cells(SETTINGS, " MAX_ ", look()) == [CHANGED]
    assert setting_cells(SETTINGS, "paper", look()) == [["broker.provider", "paper"]]
    assert setting_cells(SETTINGS, "없는 것", look()) == []


def test_what_differs_is_counted() -> None:
    assert [row.key for row in changed_of(SETTINGS)] == ["live.max_positions"]
    assert changed_count(1, 47) == "설정 47개 중 1개가 기본값과 다릅니다."
    assert changed_count(0, 47) == "설정 47개가 모두 기본값입니다."
