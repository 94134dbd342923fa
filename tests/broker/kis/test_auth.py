"""One token for all processes, asked for only when it must be."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.kis.loopback_kis import a_loopback_kis
from khms_trader.broker.kis.auth import AccessToken, AccessTokens, issued
from khms_trader.clock import ManualClock
from khms_trader.errors import BrokerUnavailable, StorageError, TokenRefused
from khms_trader.market.calendar import SEOUL

START: Final = datetime(2026, 11, 23, 8, 55, tzinfo=SEOUL)
TOO_OFTEN: Final = TokenRefused("kis_token_too_often")
NAIVE: Final = """{"access_token": "x",
    "issued_at": "2026-11-23T08:00:00", "expires_at": "2026-11-24T08:00:00"}"""
BROKEN_LINE: Final = """{"access_token": "a\\nb",
    "issued_at": "2026-11-23T08:00:00+09:00",
    "expires_at": "2026-11-24T08:00:00+09:00"}"""
NO_ANSWER: Final = BrokerUnavailable("kis_no_answer")
READ_ONCE: Final = """
import sys
from pathlib import Path
from broker.kis.scripted_caller import Veiled
from khms_trader.broker.kis.client import KisClient
from khms_trader.broker.kis.endpoints import PRICE, Environment
from khms_trader.broker.kis.manners import Keys, Manners
from khms_trader.broker.kis.pacing import Pace
from khms_trader.clock import SystemClock

client = KisClient(
    environment=Environment.VIRTUAL,
    address=sys.argv[1],
    keys=Keys(app_key=Veiled("key"), app_secret=Veiled("secret")),
    folder=Path(sys.argv[2]),
    clock=SystemClock(),
    manners=Manners(pace=Pace(request_seconds=0.05, order_seconds=0.05)),
)
client.read(PRICE, {"FID_INPUT_ISCD": "319400"})
"""


class Issuer:
    """Says what a test wrote down, the last of it for ever."""

    def __init__(self, *said: Mapping[str, Any] | BrokerUnavailable) -> None:
        self._said = list(said)
        self.asked_at: list[float] = []
        self.told: list[tuple[str, dict[str, object]]] = []
        self.clock = ManualClock(START)

    def __call__(self) -> Mapping[str, Any]:
        self.asked_at.append(self.clock.monotonic())
        said = self._said.pop(0) if len(self._said) > 1 else self._said[0]
        if isinstance(said, BrokerUnavailable):
            raise said
        return said

    def tell(self, code: str, facts: Mapping[str, object], /) -> None:
        self.told.append((code, dict(facts)))

    def tokens(self, folder: Path, *, patience: float = 1800) -> AccessTokens:
        return AccessTokens(
            folder / "shared",
            clock=self.clock,
            issue=self,
            interval_seconds=1.1,
            patience_seconds=patience,
            tell=self.tell,
        )


def an_answer(value: str = "eyJ.one", **fields: object) -> dict[str, Any]:
    return {"access_token": value, "token_type": "Bearer", "expires_in": 86400} | fields


def test_a_token_is_issued_once_and_used_again(tmp_path: Path) -> None:
    issuer = Issuer(an_answer())

    first = issuer.tokens(tmp_path).current()
    again = issuer.tokens(tmp_path).current()

    assert (first, len(issuer.asked_at)) == (again, 1)
    assert first.value == "eyJ.one"
    assert first.expires_at == START + timedelta(days=1)


def test_the_file_and_its_folder_are_private(tmp_path: Path) -> None:
    Issuer(an_answer()).tokens(tmp_path).current()

    folder = tmp_path / "shared"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "token.json").stat().st_mode) == 0o600


def test_a_token_does_not_print(tmp_path: Path) -> None:
    assert "eyJ" not in repr(Issuer(an_answer()).tokens(tmp_path).current())


def test_an_old_token_is_renewed_ten_minutes_before_its_end(tmp_path: Path) -> None:
    issuer = Issuer(an_answer("one"), an_answer("two"))
    tokens = issuer.tokens(tmp_path)
    tokens.current()

    issuer.clock.move_to(START + timedelta(hours=23, minutes=49))
    assert tokens.current().value == "one"
    issuer.clock.move_to(START + timedelta(hours=23, minutes=51))
    assert tokens.current().value == "two"


@pytest.mark.parametrize("problem", [TOO_OFTEN, NO_ANSWER])
def test_the_old_token_goes_on_while_it_lives(
    tmp_path: Path, problem: BrokerUnavailable
) -> None:
    issuer = Issuer(an_answer("one"), problem)
    tokens = issuer.tokens(tmp_path)
    tokens.current()
    issuer.clock.move_to(START + timedelta(hours=23, minutes=55))

    assert tokens.current().value == "one"
    assert len(issuer.asked_at) == 2


def test_without_any_token_a_limited_issue_is_awaited(tmp_path: Path) -> None:
    issuer = Issuer(TOO_OFTEN, TOO_OFTEN, TOO_OFTEN, an_answer("late"))

    assert issuer.tokens(tmp_path).current().value == "late"
    assert issuer.asked_at == pytest.approx([0, 1.1, 31.1, 61.1])


def test_a_wait_for_a_token_is_told_once(tmp_path: Path) -> None:
    issuer = Issuer(TOO_OFTEN, TOO_OFTEN, TOO_OFTEN, an_answer("late"))

    issuer.tokens(tmp_path).current()

    assert issuer.told == [("kis_token_wait", {"most_seconds": 1800})]


def test_a_token_that_comes_at_once_is_not_told(tmp_path: Path) -> None:
    issuer = Issuer(an_answer("one"), TOO_OFTEN)
    tokens = issuer.tokens(tmp_path)
    tokens.current()
    issuer.clock.move_to(START + timedelta(hours=23, minutes=55))
    tokens.current()

    assert issuer.told == []


def test_a_limited_issue_is_not_awaited_beyond_the_window(tmp_path: Path) -> None:
    issuer = Issuer(TOO_OFTEN)

    with pytest.raises(TokenRefused) as caught:
        issuer.tokens(tmp_path, patience=90).current()

    assert caught.value.code == "kis_token_too_often"
    assert issuer.asked_at == pytest.approx([0, 1.1, 31.1, 61.1])


def test_other_trouble_without_a_token_is_told_at_once(tmp_path: Path) -> None:
    issuer = Issuer(NO_ANSWER)

    with pytest.raises(BrokerUnavailable) as caught:
        issuer.tokens(tmp_path).current()

    assert caught.value.code == "kis_no_answer"
    assert len(issuer.asked_at) == 1


def test_a_refused_token_is_replaced(tmp_path: Path) -> None:
    issuer = Issuer(an_answer("one"), an_answer("two"))
    tokens = issuer.tokens(tmp_path)

    renewed = tokens.renew(tokens.current())

    assert (renewed.value, tokens.current().value) == ("two", "two")


def test_a_token_another_process_renewed_is_taken_over(tmp_path: Path) -> None:
    issuer = Issuer(an_answer("one"), an_answer("two"), an_answer("three"))
    ours, theirs = issuer.tokens(tmp_path), issuer.tokens(tmp_path)
    refused = ours.current()
    theirs.renew(refused)

    assert ours.renew(refused).value == "two"
    assert len(issuer.asked_at) == 2


def test_a_repeated_token_keeps_its_first_end(tmp_path: Path) -> None:
    issuer = Issuer(an_answer("one"))
    tokens = issuer.tokens(tmp_path)
    first = tokens.current()
    issuer.clock.move_to(START + timedelta(hours=3))

    assert tokens.renew(first).expires_at == first.expires_at


def test_a_short_lived_token_is_not_renewed_at_every_call(tmp_path: Path) -> None:
    issuer = Issuer(an_answer(expires_in=300))
    tokens = issuer.tokens(tmp_path)
    for _ in range(5):
        tokens.current()

    assert len(issuer.asked_at) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"access_token": "x", "issued_at": "today", "expires_at": "later"}',
        NAIVE,
        BROKEN_LINE,
    ],
)
def test_a_corrupt_file_is_no_token(tmp_path: Path, text: str) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "token.json").write_text(text, encoding="utf-8")

    assert Issuer(an_answer("new")).tokens(tmp_path).current().value == "new"


def test_a_token_of_the_future_is_not_trusted(tmp_path: Path) -> None:
    later = Issuer(an_answer("later"))
    later.clock.move_to(START + timedelta(hours=8))
    later.tokens(tmp_path).current()

    assert Issuer(an_answer("now")).tokens(tmp_path).current().value == "now"


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "shared" / "token.json").mkdir(parents=True)

    with pytest.raises(StorageError) as caught:
        Issuer(an_answer()).tokens(tmp_path).current()

    assert caught.value.code == "not_readable"


@pytest.mark.parametrize(
    ("fields", "life"),
    [
        ({"expires_in": 86400}, timedelta(days=1)),
        ({"expires_in": "86400"}, timedelta(days=1)),
        ({"expires_in": 7776000}, timedelta(days=90)),
        ({"expires_in": 1e300}, timedelta(days=90)),
        (
            {
                "expires_in": None,
                "access_token_token_expired": "2026-11-23 09:55:00",
            },
            timedelta(hours=1),
        ),
        (
            {"expires_in": "", "access_token_token_expired": "2026-11-23 20:55:00"},
            timedelta(hours=12),
        ),
        ({"expires_in": True}, timedelta(hours=1)),
        ({"expires_in": -1}, timedelta(hours=1)),
        ({"expires_in": "inf"}, timedelta(hours=1)),
        (
            {"expires_in": 0, "access_token_token_expired": "2020-01-01 00:00:00"},
            timedelta(hours=1),
        ),
    ],
)
def test_the_life_of_a_token_counts_from_its_receipt(
    fields: dict[str, object], life: timedelta
) -> None:
    assert issued(an_answer() | fields, at=START).expires_at == START + life


@pytest.mark.parametrize("value", ["", None, 7, "two words", "line\nbreak", "토큰"])
def test_what_cannot_go_into_a_header_is_no_token(value: object) -> None:
    with pytest.raises(TokenRefused) as caught:
        issued({"access_token": value, "expires_in": 86400}, at=START)

    assert caught.value.code == "kis_token_garbled"
    assert caught.value.facts == {}


@given(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    st.none() | st.text(max_size=20) | st.datetimes().map(str),
)
def test_no_answer_gives_a_token_that_is_dead_or_lives_for_ever(
    expires_in: object, until: object
) -> None:
    answer = an_answer(expires_in=expires_in, access_token_token_expired=until)

    token = issued(answer, at=START)

    assert START < token.expires_at <= START + timedelta(days=90)


def test_two_processes_started_at_once_issue_one_token(tmp_path: Path) -> None:
    with a_loopback_kis() as kis:
        command = [sys.executable, "-c", READ_ONCE, kis.address, str(tmp_path)]
        tests = Path(__file__).parents[2]
        running = [
            subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(tests)})
            for _ in range(3)
        ]
        ended = [process.wait(30) for process in running]

    assert ended == [0, 0, 0]
    assert len(kis.heard_of("tokenP")) == 1
    assert [h.headers["authorization"] for h in kis.heard_of("inquire-price")] == [
        "Bearer token-1"
    ] * 3


def alive(hours: float) -> Callable[[datetime], bool]:
    token = AccessToken(
        value="x", issued_at=START, expires_at=START + timedelta(hours=hours)
    )
    return token.lives


def test_a_token_lives_until_its_end() -> None:
    assert alive(1)(START + timedelta(minutes=59))
    assert not alive(1)(START + timedelta(minutes=60))
