"""The account is drawn at once and renewed behind the page's back."""

from dataclasses import replace
from threading import Event
from time import monotonic

import pytest

from builders import at
from dashboard.lives import EARLY, LATE, ROW, Server, answering, seen, unreachable
from khms_trader.clock import SystemClock
from khms_trader.dashboard.live import (
    LiveView,
    Reading,
    RenewedAccount,
    Source,
    Sources,
)
from khms_trader.domain.account import Account
from khms_trader.errors import (
    BrokerUnavailable,
    StorageError,
    TokenExpired,
    TokenRefused,
)


def test_the_first_look_of_all_waits_for_the_server() -> None:
    view = Server(answering()).live().look()

    assert view.account == LATE
    assert view.orders == (ROW,)
    assert view.source is Source.SERVER


def test_the_first_look_waits_no_longer_than_it_may() -> None:
    gate = Event()
    server = Server(lambda: Reading(account=LATE) if gate.wait(9) else unreachable())
    live = server.live(first_look_seconds=0.05)

    began = monotonic()
    view = live.look()

    assert monotonic() - began < 5
    assert (view.account, view.is_renewing) == (None, True)
    gate.set()
    assert seen(live, lambda view: view.account is not None).account == LATE


def test_the_second_look_waits_for_nobody() -> None:
    gate = Event()
    server = Server(lambda: Reading(account=LATE) if gate.wait(9) else unreachable())
    live = server.live(first_look_seconds=2)
    live.look()

    began = monotonic()
    live.look()

    assert monotonic() - began < 1.5
    gate.set()


def test_what_the_journal_tells_is_drawn_without_waiting() -> None:
    gate = Event()
    server = Server(lambda: Reading(account=LATE) if gate.wait(9) else unreachable())
    server.stored = EARLY
    live = server.live()

    began = monotonic()
    view = live.look()

    assert monotonic() - began < 0.5
    assert (view.account, view.source) == (EARLY, Source.JOURNAL)
    gate.set()
    assert seen(live, lambda view: view.source is Source.SERVER).account == LATE


def test_a_newer_word_of_the_journal_wins() -> None:
    server = Server(answering(EARLY))
    live = server.live()
    live.look()

    server.stored = LATE

    assert (live.look().account, live.look().source) == (LATE, Source.JOURNAL)


def test_one_thread_does_all_the_reading() -> None:
    server = Server(answering())
    live = server.live()

    seen(live, lambda _: server.asked > 3)

    assert len(server.threads) == 1


def test_a_failure_is_told_and_what_was_read_stays() -> None:
    server = Server(answering())
    live = server.live()
    live.look()

    server.answer = unreachable
    view = seen(live, lambda view: bool(view.problem))

    assert view.problem == "문제: kis_unreachable"
    assert view.account == LATE
    assert view.problem_at is not None


@pytest.mark.parametrize("kind", [TokenRefused, TokenExpired])
def test_a_refused_token_is_told_from_other_failures(
    kind: type[BrokerUnavailable],
) -> None:
    def refused() -> Reading:
        raise kind("kis_refused")

    server = Server(refused)
    live = server.live()
    assert seen(live, lambda view: bool(view.problem)).is_token_problem

    server.answer = unreachable
    assert not seen(
        live, lambda view: view.problem == "문제: kis_unreachable"
    ).is_token_problem

    server.answer = answering()
    assert not seen(live, lambda view: not view.problem).is_token_problem


def test_a_failure_is_forgotten_once_it_works_again() -> None:
    server = Server(unreachable)
    live = server.live()
    assert live.look().problem

    server.answer = answering()

    assert seen(live, lambda view: view.account is not None).problem == ""


def test_nothing_is_asked_while_a_job_is_at_work() -> None:
    server = Server(answering(), at_work="execute")
    live = server.live()

    view = live.look()

    assert view.gives_way_to == "execute"
    assert server.asked == 0


def test_reading_goes_on_when_the_job_has_ended() -> None:
    server = Server(answering(), at_work="execute")
    live = server.live()
    live.look()

    server.at_work = ""
    live.hurry()

    assert seen(live, lambda view: view.account is not None).gives_way_to == ""


def test_hurry_renews_at_once() -> None:
    server = Server(answering())
    live = server.live(interval_seconds=600)
    live.look()

    live.hurry()

    seen(live, lambda _: server.asked == 2)


def test_a_read_only_home_asks_nobody() -> None:
    server = Server(answering(), stored=EARLY, may_read=False)

    view = server.live().look()

    assert view == replace(
        LiveView(fresh_seconds=30.02), account=EARLY, source=Source.JOURNAL
    )
    assert server.asked == 0


def test_a_journal_that_cannot_be_read_does_not_stop_the_account() -> None:
    def broken() -> Account | None:
        raise StorageError("database_damaged")

    live = RenewedAccount(
        Sources(read=answering(), stored=broken, at_work=lambda: "", say=str),
        SystemClock(),
        interval_seconds=600,
    )

    assert live.look().account == LATE


@pytest.mark.parametrize("interval", [1.0, 60.0, 600.0])
def test_a_value_is_fresh_for_longer_than_two_readings(interval: float) -> None:
    view = Server(answering()).live(interval_seconds=interval).look()

    assert view.fresh_seconds > 2 * interval
    assert view.read_at == at("09:30")
