"""What the pages show of a server that is down, slow or refuses: never a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Final

import pytest
import requests
from playwright.sync_api import Browser

from browser.dashboard_process import dashboard
from browser.visitor import PAGES, Visitor, visiting
from end_to_end.scenarios import ACCOUNT, APP_KEY, APP_SECRET, home_for
from practice_server import Serving, practice_server
from processes import make_home

NOON: Final = "2025-07-22T12:00"
EARLIER: Final = "2025-07-22T08:30"
SECRETS: Final = (APP_KEY, APP_SECRET, ACCOUNT)
CASH: Final = "7,654,321원"
SLOW: Final = "any:*:slow:20"
REFUSED: Final = "token:*:reject:EGW00105"
# A page that waited for every slow answer of a reading would take longer than this; a
# busy machine takes many seconds to draw one at all.
WITHOUT_WAITING: Final = 45.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A home, its server, and somebody who looks."""

    server: Serving
    visitor: Visitor

    def misbehave(self, *faults: str) -> None:
        address = f"{self.server.virtual}/practice/faults"
        answer = requests.post(address, json={"faults": faults}, timeout=20)
        assert answer.status_code == 200, answer.text

    def renew(self) -> None:
        self.visitor.page.get_by_role("button", name="새로 조회").click()

    def renewed(self) -> None:
        """Let the server be honest and see what it tells."""
        self.misbehave()
        self.visitor.open("now")
        self.renew()
        self.visitor.awaits(CASH)

    def health(self) -> None:
        """Open the section 상태 of the page 로그."""
        self.visitor.open("log")
        self.visitor.page.get_by_role("radio", name="상태").click()
        self.visitor.awaits("요청 속도")

    def visit_all(self) -> None:
        for name in PAGES:
            begun = monotonic()
            assert "예상하지 못한" not in self.visitor.open(name)
            assert monotonic() - begun < WITHOUT_WAITING, name


@contextmanager
def a_line(browser: Browser, folder: Path, fault: str) -> Iterator[Line]:
    """Look at an account of which nothing was ever read."""
    options = ("--follow-client", "--at", EARLIER, "--cash", CASH[:-1])
    faults = ("--requests-per-sec", "1000", "--fault", fault)
    with practice_server(make_home(folder / "server"), *options, *faults) as server:
        home = home_for(folder / "home", server.virtual)
        with (
            dashboard(home, at=NOON) as served,
            visiting(browser, served.address, secrets=SECRETS) as visitor,
        ):
            yield Line(server=server, visitor=visitor)
            assert "Traceback" not in served.said
            assert [each for each in SECRETS if each in served.said] == []
        server.process.kill()  # it would wait for its slow answers


@pytest.fixture(scope="module")
def line(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    with a_line(browser, tmp_path_factory.mktemp("line"), REFUSED) as line:
        yield line


def test_a_refused_token_is_told_in_korean_and_mends_itself(line: Line) -> None:
    line.visitor.open("now")
    text = line.visitor.awaits("EGW00105")
    assert CASH not in text
    line.health()
    text = line.visitor.awaits("확인할 것이", seconds=30)
    assert line.visitor.tile("계좌 조회") == "실패"
    assert "EGW00105" in text
    assert "서버가 토큰을 거부합니다" in text
    assert line.visitor.tile("서버의 응답 시간") == "실패"
    line.visit_all()

    line.renewed()

    assert "EGW00105" not in line.visitor.read()


def test_a_slow_server_keeps_no_page_waiting(line: Line) -> None:
    line.renewed()

    line.misbehave(SLOW)
    line.renew()
    line.visitor.awaits("조회 중")
    line.visit_all()

    line.visitor.open("now")
    line.renew()
    line.visitor.awaits("초째 답 없음", seconds=40)
    text = line.visitor.read()
    assert "서버가 1" in text
    assert "값을 보여 줍니다" in text
    assert line.visitor.tile("현금(예수금)") == CASH
    line.health()
    line.visitor.awaits("초째 답하지 않습니다", seconds=40)
    assert line.visitor.tile("계좌 조회") == "답 없음"


def test_a_server_that_went_down_leaves_the_last_values_with_their_age(
    line: Line,
) -> None:
    line.renewed()

    line.server.process.kill()
    line.server.process.wait(timeout=20)
    line.renew()
    text = line.visitor.awaits("값을 보여 줍니다", seconds=30)

    assert "12:0" in text
    assert line.visitor.tile("현금(예수금)") == CASH
    line.health()
    line.visitor.awaits("연습 서버", seconds=30)
    # A page may also meet the next try, which takes its time to be refused.
    assert line.visitor.tile("계좌 조회") in {"실패", "답 없음"}
    assert "확인할 것이 없습니다" not in line.visitor.read()
    line.visit_all()


def test_the_very_first_look_waits_a_little_for_a_slow_server_and_no_longer(
    browser: Browser, tmp_path: Path
) -> None:
    with a_line(browser, tmp_path, SLOW) as line:
        text = line.visitor.open("now")

        assert "아직 한 번도 읽지 못한 계좌" in text
        assert CASH not in text
