"""What happened to each order, in seconds from the moment the command began."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from builders import SESSION, at
from dashboard import executions
from khms_trader.dashboard.view.execution_track import MarkKind, Track, runs
from khms_trader.domain.events import (
    Event,
    ExecutionFinished,
    ExecutionStarted,
    OrderAccepted,
    OrderExpired,
    OrderIntended,
)
from khms_trader.domain.order import Side

KEY = executions.key("086520", Side.SELL)


def started(clock: str) -> Event:
    return ExecutionStarted(
        at=at(clock), account="paper", session=SESSION, plan_id="20260304-1f0c9a2e"
    )


def intended(clock: str) -> Event:
    return OrderIntended(
        at=at(clock), account="paper", session=SESSION, key=KEY, quantity=10
    )


def track_of(symbol: str) -> Track:
    (run,) = runs(executions.the_events(), {symbol: "이름"})
    return next(track for track in run.tracks if track.key.symbol == symbol)


def test_an_order_is_followed_from_its_intent_to_its_fill() -> None:
    marks = track_of("247540").marks

    assert [(mark.kind, mark.seconds, mark.text) for mark in marks] == [
        (MarkKind.INTENDED, 24.0, "주문 결정 10주 시장가"),
        (MarkKind.ACCEPTED, 24.8, "접수 0000000003"),
        (MarkKind.FILLED, 40.0, "체결 10주 주당 101,200원"),
    ]


def test_a_rest_that_was_cancelled_ends_the_line() -> None:
    last = track_of("091990").marks[-1]

    assert (last.kind, last.seconds) == (MarkKind.ENDED, 302.0)
    assert last.text == "취소 (체결 12주)"


def test_refusals_and_lost_answers_are_told_in_korean() -> None:
    refused, lost = track_of("066970").marks[-1], track_of("068760").marks[-1]

    assert refused.text == "거부: 증권사 거부: 40250000 잔액 — 현금을 확인하세요"
    assert (lost.kind, lost.text) == (MarkKind.UNKNOWN, "결과 모름: 답을 받지 못함")


def test_a_run_spans_from_its_trigger_to_its_last_mark() -> None:
    (run,) = runs(executions.the_events(), {})

    assert run.began_at == at("09:01")
    assert run.span == 302.0
    assert len(run.tracks) == 6


def test_each_run_has_its_own_trigger() -> None:
    events = [started("09:01"), started("09:10"), intended("09:10:02.5")]

    (run,) = runs(events, {})

    assert run.began_at == at("09:10")
    assert run.tracks[0].marks[0].seconds == 2.5


def test_what_is_settled_after_the_run_is_told_as_later() -> None:
    next_day = at("09:01", date(2026, 3, 5))
    finished = ExecutionFinished(
        at=at("09:06"), account="paper", session=SESSION, plan_id="20260304-1f0c9a2e"
    )
    expired = OrderExpired(
        at=next_day, account="paper", session=SESSION, key=KEY, filled_quantity=0
    )

    (run,) = runs([started("09:01"), intended("09:01:03"), finished, expired], {})

    assert [mark.is_later for mark in run.tracks[0].marks] == [False, True]
    assert run.span == 3.0


def test_an_order_sent_by_a_tool_counts_from_its_own_intent() -> None:
    (run,) = runs([intended("13:00:05")], {})

    assert run.began_at == at("13:00:05")
    assert run.span == 0.0


@given(waits=st.lists(st.integers(0, 600), min_size=1, max_size=8))
def test_marks_are_by_age_and_never_before_the_trigger(waits: list[int]) -> None:
    moments = [
        at("09:01") + timedelta(seconds=sum(waits[:n])) for n in range(len(waits))
    ]
    accepted = [
        OrderAccepted(at=moment, account="paper", session=SESSION, key=KEY, number="1")
        for moment in moments
    ]

    (run,) = runs([started("09:01"), intended("09:01"), *accepted], {})

    seconds = [mark.seconds for mark in run.tracks[0].marks]
    assert seconds == sorted(seconds)
    assert seconds[0] == 0.0
