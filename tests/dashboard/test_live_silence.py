"""What keeps a reading, and for how long: the server, or a job that goes first."""

from datetime import timedelta
from threading import Event
from time import monotonic

import pytest

from builders import at
from dashboard.lives import EARLY, LATE, Server, seen, unreachable
from khms_trader.dashboard.live import (
    LiveView,
    Reading,
)


def test_what_the_server_owes_counts_from_its_last_answer() -> None:
    gate = Event()
    server = Server(lambda: Reading(account=LATE) if gate.wait(9) else unreachable())
    live = server.live(first_look_seconds=0.05)

    began = live.look().renewing_since
    assert began is not None
    assert live.look().owed_since == began

    server.answered = began + timedelta(seconds=3)
    assert live.look().owed_since == server.answered
    server.is_asked_far = False
    assert live.look().owed_since is None
    gate.set()
    assert seen(live, lambda view: view.account is not None).owed_since is None


def test_a_job_that_begins_meanwhile_is_what_the_reading_waits_for() -> None:
    gate = Event()
    server = Server(lambda: Reading(account=LATE) if gate.wait(9) else unreachable())
    live = server.live(first_look_seconds=0.05)
    live.look()

    server.at_work = "execute"
    view = live.look()

    assert (view.gives_way_to, view.owed_since) == ("execute", None)
    gate.set()


def test_who_may_not_wait_does_not_even_the_first_time() -> None:
    gate = Event()
    server = Server(lambda: Reading(account=LATE) if gate.wait(9) else unreachable())
    live = server.live(first_look_seconds=9)

    began = monotonic()
    view = live.look(may_wait=False)

    assert monotonic() - began < 5
    assert view.is_renewing
    gate.set()
    assert seen(live, lambda view: view.account is not None).account == LATE


def test_a_look_after_long_says_at_once_that_it_is_being_renewed() -> None:
    gate = Event()
    server = Server(lambda: Reading(account=LATE) if gate.wait(9) else unreachable())
    server.stored = EARLY

    assert server.live().look().is_renewing
    gate.set()


@pytest.mark.parametrize(("seconds", "silent"), [(9.9, None), (10.0, 10.0), (70, 70.0)])
def test_a_server_is_named_after_ten_seconds(
    seconds: float, silent: float | None
) -> None:
    view = LiveView(owed_since=at("09:30"))

    silence = view.silence(at("09:30") + timedelta(seconds=seconds))

    assert (silence and silence.total_seconds()) == silent
    assert LiveView().silence(at("09:30")) is None
