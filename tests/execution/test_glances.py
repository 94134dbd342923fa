"""So many prices a round, each asked for once, and never one of the future."""

from datetime import date, datetime

import pytest

from execution.state_rooms import ClosedQuotes, FailingQuotes, NoProgress
from fakes import NEXT_SESSION, SESSION, FakeQuotes, at
from khms_trader.execution.glances import Glances
from khms_trader.ports import Quotes


def glances(quotes: Quotes, *, limit: int = 10, is_open: bool = True) -> Glances:
    return Glances(quotes, now=at(9, 5), is_open=is_open, limit=limit)


def test_a_price_is_asked_for_once_whoever_wants_it() -> None:
    quotes = FakeQuotes()
    seeing = glances(quotes)

    seeing.look_at(["100000", "100000"], NoProgress())
    quote = seeing.opening_quote("100000", SESSION)

    assert quote is not None
    assert seeing.last_price("100000", at(9, 5)) == 10_000
    assert quotes.asked == ["100000"]


def test_beyond_the_limit_nobody_is_asked_and_nothing_is_known() -> None:
    quotes = FakeQuotes()
    seeing = glances(quotes, limit=2)

    seeing.look_at(["100000", "200000", "300000"], NoProgress())

    assert seeing.opening_quote("400000", SESSION) is None
    assert quotes.asked == ["100000", "200000"]
    assert list(seeing.seen) == ["100000", "200000"]


def test_a_failure_is_remembered_and_not_asked_for_again() -> None:
    quotes = FakeQuotes()
    seeing = glances(FailingQuotes(quotes, "100000"))

    seeing.look_at(["100000", "200000"], NoProgress())

    assert seeing.seen["100000"].is_failed
    assert seeing.opening_quote("100000", SESSION) is None
    assert quotes.asked == ["200000"]


def test_while_no_session_runs_only_the_last_price_is_asked_for() -> None:
    seeing = glances(ClosedQuotes(), is_open=False)

    seeing.look_at(["100000"], NoProgress())

    assert seeing.seen["100000"].price == 9_500
    assert seeing.opening_quote("100000", SESSION) is None


@pytest.mark.parametrize("session", [NEXT_SESSION, date(2026, 3, 3)])
def test_no_other_session_is_asked_about(session: date) -> None:
    quotes = FakeQuotes()
    seeing = glances(quotes)

    assert seeing.opening_quote("100000", session) is None
    assert (
        seeing.last_price("100000", datetime.combine(session, at(9).timetz())) is None
    )
    assert quotes.asked == []


def test_the_progress_counts_what_is_asked() -> None:
    steps: list[tuple[int, int, str]] = []

    class Counting(NoProgress):
        def step(self, done: int, total: int, what: str) -> None:
            steps.append((done, total, what))

    glances(FakeQuotes(), limit=2).look_at(["100000", "200000", "3"], Counting())

    assert steps == [(0, 2, "quotes"), (1, 2, "quotes")]
