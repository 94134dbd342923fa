"""The program is killed at every point where it writes; the next run gets it right."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from execution.crash_program import ONE, OWNED, POINTS, TWO, Home, a_home
from fakes import Answer, Workbench, at, plan_of
from khms_trader.domain.order import Order, OrderState, Side
from khms_trader.domain.report import LineEnd
from khms_trader.errors import Refused
from khms_trader.planning.executed import Outcome

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kills by signal, and forks")

# Between the commit of the intent and the broker's book lies nothing but the request:
# killed there, the order is never placed, and only the close proves it.
NEVER_PLACED = {
    f"{where}-{count}": symbol
    for count, symbol in ((1, OWNED), (2, ONE), (3, TWO))
    for where in ("intend-after", "attempt-before", "attempt-after", "submit-before")
}
NOT_STARTED = "append-before-1"


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with one killed home per point."""
    folder = tmp_path_factory.mktemp("killed")
    program = Path(__file__).parent / "crash_program.py"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    subprocess.run(
        [sys.executable, str(program), str(folder)], env=environment, check=True
    )
    return folder


@pytest.fixture
def crashed(killed: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Return a copy of the home that was killed at the test's point."""
    point: str = request.getfixturevalue("point")
    return Path(shutil.copytree(killed / point, tmp_path / "home"))


def placed(home: Home) -> list[tuple[Side, str]]:
    return [(row.side, row.symbol) for row in home.orders()]


def ends_at_night(folder: Path) -> dict[str, OrderState]:
    with a_home(folder, at(15, 40)) as home:
        home.execute()
        return {symbol: r.state for symbol, r in home.records().items()}


@pytest.mark.parametrize("point", POINTS)
def test_the_program_really_died_there(crashed: Path, point: str) -> None:
    assert (crashed / "signal").read_text() == str(int(signal.SIGKILL))


@pytest.mark.parametrize("point", POINTS)
def test_a_rerun_finishes_what_was_begun_and_doubles_nothing(
    crashed: Path, point: str
) -> None:
    lost = NEVER_PLACED.get(point)
    with a_home(crashed, at(9, 5)) as home:
        home.execute()

        states = {symbol: r.state for symbol, r in home.records().items()}
        expected = [(Side.SELL, OWNED), (Side.BUY, ONE), (Side.BUY, TWO)]
        assert placed(home) == [order for order in expected if order[1] != lost]
        assert states == {
            symbol: OrderState.UNCONFIRMED if symbol == lost else OrderState.FILLED
            for symbol in (OWNED, ONE, TWO)
        }

    assert ends_at_night(crashed) == {
        symbol: OrderState.NOT_PLACED if symbol == lost else OrderState.FILLED
        for symbol in (OWNED, ONE, TWO)
    }


@pytest.mark.parametrize("point", POINTS)
def test_after_a_rerun_journal_and_broker_hold_the_same_shares(
    crashed: Path, point: str
) -> None:
    with a_home(crashed, at(9, 5)) as home:
        home.execute()
        holdings = home.broker.account().holdings
        managed = dict(home.journal.managed())

    assert {h.symbol: h.quantity for h in holdings} == managed


@pytest.mark.parametrize("point", POINTS)
def test_a_rerun_that_comes_too_late_sends_nothing_more(
    crashed: Path, point: str
) -> None:
    with a_home(crashed, at(10)) as home:
        before = placed(home)
        if point == NOT_STARTED:
            with pytest.raises(Refused, match="start_window_over"):
                home.execute()
            return

        execution = home.execute()

        assert placed(home) == before
        assert execution.outcome is Outcome.DONE_BEFORE
        assert execution.report is not None
        told = {line.symbol: (line.end, line.reason) for line in execution.report.lines}
        for symbol in (OWNED, ONE, TWO):
            if symbol in [name for _, name in before]:
                assert told[symbol] == (LineEnd.FILLED, "")
            elif symbol == NEVER_PLACED.get(point):
                assert told[symbol] == (LineEnd.UNCONFIRMED, "")
                text = Path(execution.report_path).read_text("utf-8")
                assert "앞선 실행이 중단되어 보냈는지 알 수 없음" in text
            else:
                assert told[symbol] == (LineEnd.SKIPPED, "interrupted")


def test_a_late_rerun_cancels_buys_that_the_killed_run_left_open(
    bench: Workbench,
) -> None:
    bench.broker.fills = {ONE: 0, TWO: 4}
    bench.plans.save(plan_of(buys=f"{ONE} {TWO}"))
    bench.broker.on_submit = Power(dies_after=2)
    with pytest.raises(PowerLost):
        bench.execute()
    bench.broker.place(an_unanswered(bench))
    bench.restart()
    bench.clock.move_to(at(10))

    execution = bench.execute()

    assert execution.report is not None
    assert [line.end for line in execution.report.lines] == [
        LineEnd.CANCELLED,
        LineEnd.PARTIAL,
    ]


def an_unanswered(bench: Workbench) -> Order:
    """Return the order whose request was out when the power went."""
    return bench.broker.submitted[-1]


class PowerLost(BaseException):
    """The machine stops: nothing in our program may catch this."""


class Power:
    """Goes out inside the given call of ``submit``, before the order is taken."""

    def __init__(self, *, dies_after: int) -> None:
        self._left = dies_after

    def __call__(self, order: Order) -> None:
        self._left -= 1
        if self._left == 0:
            raise PowerLost


RUNS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(1, 240)), min_size=1, max_size=4
)
ANSWERS = st.dictionaries(
    st.sampled_from([ONE, TWO, OWNED]),
    st.lists(st.sampled_from(Answer), min_size=1, max_size=4),
)


@settings(max_examples=10, deadline=None)
@given(runs=RUNS, answers=ANSWERS, fills=st.integers(0, 10))
def test_however_often_it_runs_and_dies_no_key_has_two_orders(
    runs: list[tuple[int, int]],
    answers: dict[str, list[Answer]],
    fills: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    bench = Workbench(tmp_path_factory.mktemp("bench"), start_at=at(9))
    bench.own(OWNED)
    bench.plans.save(plan_of(buys=f"{ONE} {TWO}", sells=OWNED))
    bench.broker.answers = {symbol: list(each) for symbol, each in answers.items()}
    bench.broker.fills = {ONE: fills}

    for dies_after, pause in runs:
        bench.broker.on_submit = Power(dies_after=dies_after)
        try:
            bench.execute()
        except PowerLost:
            bench.restart()
        bench.clock.sleep(pause)
    bench.clock.move_to(at(15, 40))
    bench.broker.on_submit = Power(dies_after=0)
    last = bench.execute()
    held = {s: n for s, n in bench.broker.shares.items() if n}
    states = {r.key.symbol: r.state for r in bench.journal.order_records()}
    managed = dict(bench.journal.managed())
    bench.close()

    keys = [(row.side, row.symbol) for row in bench.broker.rows]
    assert len(keys) == len(set(keys))
    assert all(state.is_final for state in states.values())
    assert managed == held
    assert last.report is not None
    assert all(line.reason or line.order for line in last.report.lines)
