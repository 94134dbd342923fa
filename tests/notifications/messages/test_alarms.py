"""What a person has to know or do: the key says what is the same alarm."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import SESSION, a_row, at
from khms_trader.domain.events import (
    AccountConfirmed,
    ForeignOrdersSeen,
    HoldingReleased,
    JobMissed,
    OrderNoted,
    OrderUnconfirmed,
    RunFailed,
)
from khms_trader.domain.message import Level
from khms_trader.notifications.messages.alarms import (
    account_unconfirmed,
    expiry_warnings,
    foreign_orders,
    halted,
    holding_released,
    holdings_untrusted,
    jobs_missed,
    order_unconfirmed,
    run_failed,
)
from notifications.messages.stories import ACCOUNT, a_key, is_telegram_html, plain

NAMES = {"086520": "에코&프로"}


def missed(due_at: datetime, reason: str = "not_running") -> JobMissed:
    return JobMissed(
        at=at("09:02"),
        account=ACCOUNT,
        session=due_at.date(),
        job="execute",
        due_at=due_at,
        reason=reason,
    )


def confirmed(account: str = ACCOUNT) -> AccountConfirmed:
    return AccountConfirmed(at=at("09:02"), account=account, session=SESSION)


def test_an_order_of_unknown_outcome_says_what_to_do() -> None:
    event = OrderUnconfirmed(
        at=at("09:02"),
        account=ACCOUNT,
        session=SESSION,
        key=a_key(),
        detail="kis_no_answer",
    )

    message = order_unconfirmed(event, NAMES)

    assert message.key == "unconfirmed:virtual-0a1b2c3d:20260304:086520:buy:plan"
    assert (message.level, message.at) == (Level.WARNING, at("09:02"))
    assert plain(message).split("\n") == [
        "확인 필요: 2026-03-04 (수) 매수 에코&프로 086520 - 답을 받지 못함",
        (
            "다시 보내지 않습니다. 증권사 앱에서 확인한 뒤 "
            "scripts/tools/resolve_order.py 에 알려 주세요."
        ),
    ]


def test_an_order_known_by_now_is_no_alarm_under_the_same_key() -> None:
    event = OrderUnconfirmed(
        at=at("09:02"),
        account=ACCOUNT,
        session=SESSION,
        key=a_key(purpose="manual-1"),
        detail="kis_no_answer",
    )

    message = order_unconfirmed(event, NAMES, settled="접수됨")

    assert message.key == order_unconfirmed(event, NAMES).key
    assert message.level is Level.INFO
    assert plain(message) == (
        "2026-03-04 (수) 매수 에코&프로 086520 (manual-1): 한때 결과를 몰랐지만 "
        "확인되었습니다 - 접수됨 (처음에는 답을 받지 못함)"
    )


def test_a_vanished_order_is_another_alarm_than_an_unknown_one() -> None:
    event = OrderNoted(
        at=at("15:40"),
        account=ACCOUNT,
        session=SESSION,
        key=a_key(),
        detail="vanished",
    )

    message = order_unconfirmed(event, {})

    assert message.key.startswith("vanished:")
    assert "접수된 주문이 목록에서 사라짐" in plain(message)


def test_a_failure_is_told_in_the_callers_sentence() -> None:
    event = RunFailed(
        at=at("09:02"), account=ACCOUNT, session=SESSION, job="execute", code="kis_x"
    )

    message = run_failed(event, lambda code: f"<{code}> 때문입니다.")

    assert message.key == "failed:virtual-0a1b2c3d:20260304:execute:kis_x"
    assert plain(message) == ("실행 실패 · 2026-03-04 (수) 거래일\n<kis_x> 때문입니다.")


def test_a_missed_job_is_told_with_why() -> None:
    one, two = jobs_missed(
        [missed(at("09:01")), missed(at("09:01:30"), "kis_x")], str.upper
    )

    assert one.key == "missed:virtual-0a1b2c3d:20260304:execute:202603040901"
    assert plain(one).split("\n") == [
        "놓친 작업: 실행 · 2026-03-04 (수) 거래일 · 예정 2026-03-04 (수) 09:01",
        "그 시간에 스케줄러가 돌고 있지 않았음(컴퓨터 꺼짐·절전)",
    ]
    assert plain(two).endswith("KIS_X")


def test_a_long_absence_is_not_a_flood() -> None:
    days = [at("09:01") - timedelta(days=n) for n in range(60, 0, -1)]

    messages = jobs_missed(map(missed, days), str)

    assert len(messages) == 8 + 7  # weeks, then days
    assert messages[0].key == "missed:virtual-0a1b2c3d:2026W01"
    assert plain(messages[0]).startswith(
        "놓친 작업 2건 · 2026-01-03 (토) ~ 2026-01-04 (일)"
    )


def test_a_halt_is_told_once_for_its_beginning() -> None:
    message = halted(ACCOUNT, "2026-03-04T10:00:00+09:00", "<시험>", at=at("11:00"))

    assert message.key == "halt:virtual-0a1b2c3d:2026-03-04T10:00:00+09:00"
    assert plain(message).split("\n") == [
        "정지(HALT) 상태입니다. 어떤 주문도 나가지 않습니다.",
        "시작: 2026-03-04 (수) 10:00",
        "이유: <시험>",
        "해제: scripts/tools/halt.py off",
    ]


def test_an_unconfirmed_account_is_told_once_a_day() -> None:
    first, later = (
        account_unconfirmed(ACCOUNT, at=at(clock)) for clock in ("08:00", "20:00")
    )

    assert first.key == later.key == "confirm:virtual-0a1b2c3d:20260304"
    assert "--confirm-first-run" in plain(first)


@pytest.mark.parametrize(
    ("days", "told"), [(79, 0), (80, 1), (84, 1), (85, 2), (100, 5), (400, 5)]
)
def test_a_virtual_accounts_end_is_told_every_five_days_from_the_eightieth(
    days: int, told: int
) -> None:
    now = at("09:02") + timedelta(days=days)

    messages = expiry_warnings(confirmed(), now)

    assert len(messages) == told
    assert [m.key for m in messages[:2]] == [
        "expiry:virtual-0a1b2c3d:80",
        "expiry:virtual-0a1b2c3d:85",
    ][:told]


def test_a_paper_account_never_ends() -> None:
    assert expiry_warnings(confirmed("paper"), at("09:02") + timedelta(days=90)) == ()


@settings(max_examples=40)
@given(days=st.lists(st.integers(0, 200), min_size=2).map(sorted))
def test_the_warnings_of_an_end_only_ever_grow(days: list[int]) -> None:
    told = [expiry_warnings(confirmed(), at("09:02") + timedelta(days=d)) for d in days]

    assert all(later[: len(one)] == one for one, later in pairwise(told))


def test_holdings_nobody_can_judge_are_told_again_when_they_change() -> None:
    one = holdings_untrusted(ACCOUNT, SESSION, [("가 1", "격리")], at=at("15:40"))
    two = holdings_untrusted(
        ACCOUNT, SESSION, [("가 1", "격리"), ("나 2", "격리")], at=at("15:41")
    )

    assert one.key != two.key
    assert plain(two).split("\n")[1:] == ["· 가 1 - 격리", "· 나 2 - 격리"]


def test_shares_that_left_the_account_are_told() -> None:
    event = HoldingReleased(
        at=at("15:40"), account=ACCOUNT, session=SESSION, symbol="086520", quantity=7
    )

    assert "에코&프로 086520 7주를 전략 관리에서" in plain(
        holding_released(event, NAMES)
    )


def test_foreign_orders_are_told_again_only_when_there_are_more() -> None:
    one, filled = a_row(number="1"), a_row(number="1", filled=(3, 30))
    events = [
        ForeignOrdersSeen(at=at("09:02"), account=ACCOUNT, session=SESSION, rows=rows)
        for rows in ((one,), (filled,), (filled, a_row(number="2")))
    ]

    messages = [foreign_orders(event, NAMES) for event in events]

    assert messages[0].key == messages[1].key != messages[2].key
    assert "· 매수 에코&프로 086520 3/10주 09:01:00 1" in plain(messages[1])


@settings(max_examples=60)
@given(text=st.text(max_size=12))
def test_any_text_gives_html_that_can_be_sent(text: str) -> None:
    failed = RunFailed(
        at=at("09:02"), account=text, session=SESSION, job=text, code=text
    )
    row = a_row(number=text)
    seen = ForeignOrdersSeen(at=at("09:02"), account=text, session=SESSION, rows=(row,))

    messages = (
        run_failed(failed, str),
        halted(text, text, text, at=at("09:02")),
        account_unconfirmed(text, at=at("09:02")),
        foreign_orders(seen, {"086520": text}),
        *jobs_missed([missed(at("09:01"), text)], str),
    )

    assert all(is_telegram_html(message.html) for message in messages)
