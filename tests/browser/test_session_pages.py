"""Every page of an account that planned and traded, against the server's truth."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser

from browser.dashboard_process import Dashboard, dashboard
from browser.visitor import PAGES, Visitor, visiting
from end_to_end.scenarios import (
    ACCOUNT,
    APP_KEY,
    APP_SECRET,
    BUYS,
    LEGACY,
    PREPARE,
    SELLS,
    Scene,
    a_scene,
    prepare_evening,
)

PREPARED_AT: Final = "2025-07-22T15:45"
SEEN_AT: Final = "2025-07-22T16:10"
WHAT_IS_ON: Final = {
    "now": ("총자산", "보유 종목 4", "전략 밖의 종목 1", "오늘 주문", "다음 거래일"),
    "plan": ("07.23 (수)", "거래할 수 있는 줄 3", "앞선 계획과 다른 점", "빈 자리"),
    "execution": ("07.22", *BUYS, *SELLS),
    "performance": ("수익률", "최대 낙폭", "표본 부족", "끝난 거래"),
    "symbol": ("종가", "마지막 봉", "평균 매수가"),
    "log": ("로그",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evening:
    """A session lived to its end, and the dashboard over it."""

    scene: Scene
    served: Dashboard
    secrets: tuple[str, ...]
    truth: dict[str, Any]


@pytest.fixture(scope="module")
def evening(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Evening]:
    """Live the session; the browser comes first so that nothing is lived without."""
    folder = tmp_path_factory.mktemp("evening")
    with a_scene(prepare_evening(folder), folder / "lived") as scene:
        size = ("--universe-limit", "20", "--qty", "5")
        for ran in (scene.execute(), scene.run(PREPARE, *size, at=PREPARED_AT)):
            assert ran.code == 0, ran.err
        with dashboard(scene.home, at=SEEN_AT) as served:
            yield Evening(
                scene=scene,
                served=served,
                secrets=(APP_KEY, APP_SECRET, ACCOUNT, token_in(scene.home)),
                truth=scene.truth(SEEN_AT),
            )


def token_in(home: Path) -> str:
    (path,) = home.glob("data/state/kis/*/token.json")
    stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return max((str(value) for value in stored.values()), key=len)


@pytest.fixture(scope="module")
def visitor(browser: Browser, evening: Evening) -> Iterator[Visitor]:
    address = evening.served.address
    with visiting(browser, address, secrets=evening.secrets) as visitor:
        yield visitor


def won(amount: int) -> str:
    return f"{amount:,}원"


def test_the_money_on_the_first_page_is_the_server_s(
    visitor: Visitor, evening: Evening
) -> None:
    visitor.open("now")
    text = visitor.awaits("계좌 조회")

    assert visitor.tile("총자산") == won(evening.truth["total"])
    assert visitor.tile("현금(예수금)") == won(evening.truth["cash"])
    assert visitor.tile("D+2 현금") == won(evening.truth["cash_d2"])
    assert f"주문 가능 {won(evening.truth['spendable'])}" in text


def test_each_holding_on_the_first_page_is_the_server_s(
    visitor: Visitor, evening: Evening
) -> None:
    visitor.open("now")
    visitor.awaits("계좌 조회")

    rows = {
        row["symbol"]: [
            f"{row['quantity']}주",
            f"{round(float(row['average_price'])):,}",
            f"{row['price']:,}",
            f"{row['value']:,}",
        ]
        for row in evening.truth["holdings"]
    }
    assert sorted(rows) == sorted([*BUYS, LEGACY])
    shown = visitor.rows("보유 종목") + visitor.rows("전략 밖의 종목")
    for symbol, cells in rows.items():
        (line,) = [each for each in shown if symbol in each]
        assert [cell for cell in cells if cell not in line] == [], line


def test_each_order_of_the_day_is_on_the_first_page(
    visitor: Visitor, evening: Evening
) -> None:
    visitor.open("now")
    visitor.awaits("계좌 조회")

    shown = visitor.rows("오늘 주문")
    taken = sorted(order["symbol"] for order in evening.truth["orders"])
    assert taken == sorted([*BUYS, *SELLS])
    for symbol in taken:
        (line,) = [each for each in shown if symbol in each]
        assert "체결" in line
    # Sold, and in no universe of today: the plan still knows its name.
    assert any("본보기유통" in line and SELLS[1] in line for line in shown)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_says_what_it_is_for(visitor: Visitor, name: str) -> None:
    text = visitor.open(name)

    assert [words for words in WHAT_IS_ON[name] if words not in text] == []
    assert "예상하지 못한" not in text


def test_the_sidebar_leads_from_page_to_page(visitor: Visitor) -> None:
    visitor.open("now")

    for name in (*tuple(PAGES)[1:], "now"):
        text = visitor.switch(name)
        assert [words for words in WHAT_IS_ON[name] if words not in text] == []


def test_the_other_curve_is_drawn_once_its_tab_is_chosen(visitor: Visitor) -> None:
    visitor.open("performance")
    drawn = visitor.page.locator(".st-key-performance-worth .main-svg")
    assert drawn.count() == 0

    visitor.page.get_by_role("tab", name="총자산(원)").click()

    drawn.first.wait_for()
    assert "낙폭 = 수익률 지수" not in visitor.drawn()


def test_the_browser_asks_nobody_but_the_dashboard(
    visitor: Visitor, evening: Evening
) -> None:
    for name in ("now", "symbol"):
        visitor.open(name)

    elsewhere = [
        address
        for address in visitor.asked
        if not address.startswith((evening.served.address, "data:", "blob:"))
    ]
    assert elsewhere == []
    assert visitor.complaints == []


def test_the_terminal_holds_no_secret_and_no_traceback(evening: Evening) -> None:
    assert "127.0.0.1" in evening.served.said
    assert "Traceback" not in evening.served.said
    assert [each for each in evening.secrets if each in evening.served.said] == []


def test_looking_neither_orders_nor_writes_into_the_journal(
    visitor: Visitor, evening: Evening
) -> None:
    (journal,) = evening.scene.home.glob("data/state/practice-*/journal.sqlite3")
    before = journal.read_bytes(), evening.scene.sent()

    visitor.open("now")
    visitor.page.get_by_role("button", name="새로 조회").click()
    visitor.awaits("계좌 조회")

    assert (journal.read_bytes(), evening.scene.sent()) == before
