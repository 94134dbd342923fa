"""The morning's command is killed before every write; the next runs get it right.

Real processes, HTTP and the commands as a person starts them: two buys and one sell
over a practice server of their own, for each point of ``kis_crash_program``.
"""

import json
import os
import signal
import subprocess
import sys
from typing import Any, Final

import pytest

from end_to_end.kis_crash_program import (
    COMMITS,
    NOWHERE,
    ONE,
    OWNED,
    POINTS,
    REQUESTS,
    TWICE,
    TWO,
)
from processes import PROJECT

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kills by signal, and forks")

Told = dict[str, Any]

SYMBOLS: Final = (OWNED, ONE, TWO)
SENT: Final = [[OWNED, "sell"], [ONE, "buy"], [TWO, "buy"]]
# Between the commit of the intent and the whole request lies nothing at the broker:
# killed there, the order was never placed, and only the close proves it.
NEVER_PLACED: Final = {
    f"{kind}-{number}": symbol
    for number, symbol in enumerate(SYMBOLS, start=1)
    for kind in ("attempt", "headers", "body")
}
# How many orders the exchange had when the process died.
TAKEN: Final = {
    **dict.fromkeys(("holder-1", "plan-1", "token-1", "gate-1", "append-1"), 0),
    **dict.fromkeys(("intend-1", "attempt-1", "headers-1", "body-1"), 0),
    **dict.fromkeys(("unanswered-1", "accept-1", "fill-1", "intend-2"), 1),
    **dict.fromkeys(("attempt-2", "headers-2", "body-2"), 1),
    **dict.fromkeys(("unanswered-2", "accept-2", "intend-3"), 2),
    **dict.fromkeys(("attempt-3", "headers-3", "body-3"), 2),
    **dict.fromkeys(("unanswered-3", "accept-3", "fill-2", "fill-3"), 3),
    **dict.fromkeys(("append-2", "draft-1", "report-1", "draft-2", "report-2"), 3),
}


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Told]:
    """Return what every life of the program told, by its point."""
    folder = tmp_path_factory.mktemp("lives")
    tests = PROJECT / "tests"
    program = tests / "end_to_end" / "kis_crash_program.py"
    ran = subprocess.run(
        [sys.executable, str(program), str(folder)],
        env={**os.environ, "PYTHONPATH": str(tests), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return {
        path.parent.name: json.loads(path.read_text(encoding="utf-8"))
        for path in folder.glob("*/told.json")
    }


@pytest.fixture
def told(lives: dict[str, Told], request: pytest.FixtureRequest) -> Told:
    """Return what the life of the test's point told."""
    point: str = request.getfixturevalue("point")
    return lives[point]


def orders_of(truth: Told) -> list[list[str]]:
    """Return symbol and side of every order the exchange took, in order."""
    return [[order["symbol"], order["side"]] for order in truth["orders"]]


def holdings_of(truth: Told) -> dict[str, int]:
    return {holding["symbol"]: holding["quantity"] for holding in truth["holdings"]}


def test_the_points_are_all_that_a_run_writes(lives: dict[str, Told]) -> None:
    whole = lives[NOWHERE]

    assert whole["killed"]["code"] == 0
    # Reports, token, lock and gate are written too; the gate at every request.
    assert {k: whole["written"][k] for k in (*COMMITS, *REQUESTS)} == {
        **COMMITS,
        **dict.fromkeys(REQUESTS, 3),
    }
    assert whole["written"]["draft"] == whole["written"]["report"] == 2


@pytest.mark.parametrize("point", POINTS)
def test_the_process_really_died_there(told: Told, point: str) -> None:
    assert told["killed"]["code"] == -signal.SIGKILL
    if point in TAKEN:
        assert orders_of(told["died"]) == SENT[: TAKEN[point]]


@pytest.mark.parametrize("point", POINTS)
def test_a_rerun_finishes_what_was_begun_and_doubles_nothing(
    told: Told, point: str
) -> None:
    lost = NEVER_PLACED.get(point)
    expected = {
        symbol: "UNCONFIRMED" if symbol == lost else "FILLED" for symbol in SYMBOLS
    }

    assert told["rerun"]["code"] == (5 if lost else 0), told["rerun"]["out"]
    assert told["midday"] == expected
    assert told["ends_at_midday"] == expected


@pytest.mark.parametrize("point", POINTS)
def test_in_the_evening_everything_is_known(told: Told, point: str) -> None:
    lost = NEVER_PLACED.get(point)
    expected = {
        symbol: "NOT_PLACED" if symbol == lost else "FILLED" for symbol in SYMBOLS
    }

    assert told["evening"]["code"] == 0, told["evening"]["out"]
    assert told["again"]["code"] == 0, told["again"]["out"]
    assert told["states"] == expected
    assert told["ends"] == expected


@pytest.mark.parametrize("point", POINTS)
def test_the_exchange_never_has_an_order_twice_or_one_too_many(
    told: Told, point: str
) -> None:
    lost = NEVER_PLACED.get(point)

    assert sorted(orders_of(told["truth"])) == sorted(
        order for order in SENT if order[0] != lost
    )


@pytest.mark.parametrize("point", POINTS)
def test_the_journal_manages_what_the_account_holds(told: Told, point: str) -> None:
    assert holdings_of(told["truth"]) == told["managed"]
    bought = {symbol: 10 for symbol in (ONE, TWO) if symbol != NEVER_PLACED.get(point)}
    kept = {OWNED: 10} if NEVER_PLACED.get(point) == OWNED else {}
    assert told["managed"] == bought | kept


def test_of_two_executions_at_the_same_moment_one_works(
    lives: dict[str, Told],
) -> None:
    both = lives[TWICE]

    assert sorted(both["codes"]) == [0, 6]
    assert orders_of(both["truth"]) == SENT
    assert set(both["states"].values()) == {"FILLED"}
