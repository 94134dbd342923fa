"""Stored bars are brought up to date first, and an older universe may stand in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest

from execution.planning_room import (
    ONE,
    THREE,
    TWO,
    FakeBars,
    FakeListing,
    Steps,
    a_room,
)
from fakes import ASOF, SESSION, Workbench, a_workbench, at
from khms_trader.data.universe import UniverseFiles
from khms_trader.domain.bars import Refreshed, RefreshOutcome
from khms_trader.domain.instrument import Instrument
from khms_trader.errors import BrokerUnavailable, DataError, Refused, StorageError
from khms_trader.execution.prepare import prepare
from khms_trader.planning.prepared import Prepared
from khms_trader.ports import Progress

BENCHMARK = "229200"
EVENING = at(15, 40, day=ASOF)
DOWN = DataError("kis_master_unavailable", url="https://x", reason="unreachable")


@dataclass(slots=True, kw_only=True)
class FakeRefresher:
    """Appends a bar to whatever it is asked for, unless told to fail."""

    failing: dict[str, Exception] = field(default_factory=dict)
    failed: frozenset[str] = frozenset()
    asked: list[tuple[Sequence[str], date, int]] = field(default_factory=list)
    seconds: float = 0.0
    bench: Workbench | None = None

    def refresh(
        self, symbols: Sequence[str], asof: date, *, sessions: int, progress: Progress
    ) -> Refreshed:
        self.asked.append((list(symbols), asof, sessions))
        progress.step(len(symbols), len(symbols), "refresh")
        if self.bench is not None:
            self.bench.clock.sleep(self.seconds)
        for symbol in symbols:
            if symbol in self.failing:
                raise self.failing[symbol]
        outcomes = {
            symbol: RefreshOutcome.FAILED
            if symbol in self.failed
            else RefreshOutcome.APPENDED
            for symbol in symbols
        }
        return Refreshed(asof=asof, outcomes=outcomes)


class NoListing:
    """A listing that cannot be had today."""

    def instruments(self, asof: date) -> tuple[Instrument, ...]:
        raise DOWN


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Workbench]:
    with a_workbench(tmp_path, start_at=EVENING) as bench:
        yield bench


def made(bench: Workbench, **changes: object) -> Prepared:
    return prepare(replace(a_room(bench), **changes))  # type: ignore[arg-type]


def listed(bench: Workbench, day: str, *symbols: str, is_ours: bool = True) -> None:
    folder = bench.folder / "universe"
    folder.mkdir(exist_ok=True)
    header = "ticker,made_by" if is_ours else "ticker"
    rows = [f"{symbol},khms_trader" if is_ours else symbol for symbol in symbols]
    text = "\n".join([header, *rows]) + "\n"
    (folder / f"kosdaq_{day}.csv").write_text(text, encoding="utf-8")


def test_holdings_come_first_then_the_universe_and_the_benchmark_for_itself(
    evening: Workbench,
) -> None:
    evening.own("999990")
    evening.own(TWO)
    refresher = FakeRefresher()

    prepared = made(evening, refresher=refresher)

    assert refresher.asked == [
        ([TWO, "999990", ONE, THREE], ASOF, 1),
        ([BENCHMARK], ASOF, 1),
    ]
    assert prepared.refreshed is not None
    assert prepared.refreshed.of(RefreshOutcome.APPENDED) == (TWO, "999990", ONE, THREE)


def test_bars_are_read_after_they_were_refreshed(evening: Workbench) -> None:
    refresher, seen = FakeRefresher(), list[int]()
    bars = FakeBars(on_read=lambda: seen.append(len(refresher.asked)))

    made(evening, refresher=refresher, bars=bars)

    assert seen == [2]


@pytest.mark.parametrize(
    "error", [BrokerUnavailable("kis_no_answer"), StorageError("disk_full")]
)
def test_a_benchmark_that_fails_never_fails_the_plan(
    evening: Workbench, error: Exception
) -> None:
    refresher = FakeRefresher(failing={BENCHMARK: error})

    prepared = made(evening, refresher=refresher)

    assert prepared.plan.buys != ()
    assert prepared.refreshed is not None
    assert BENCHMARK not in prepared.refreshed.outcomes


def test_a_benchmark_that_is_held_is_refreshed_once(evening: Workbench) -> None:
    evening.own(BENCHMARK)
    refresher = FakeRefresher()

    made(evening, refresher=refresher)

    assert [asked for asked, _, _ in refresher.asked] == [[BENCHMARK, ONE, TWO, THREE]]


def test_a_refresh_that_ends_early_makes_no_plan(evening: Workbench) -> None:
    failing = {TWO: BrokerUnavailable("kis_no_answer")}

    with pytest.raises(BrokerUnavailable):
        made(evening, refresher=FakeRefresher(failing=dict(failing)))

    assert evening.plans.load(SESSION) is None


def test_symbols_that_failed_are_missing_bars_like_any_other(
    evening: Workbench,
) -> None:
    bars = FakeBars(behind=frozenset({TWO}))

    with pytest.raises(DataError) as caught:
        made(evening, refresher=FakeRefresher(failed=frozenset({TWO})), bars=bars)

    assert caught.value.code == "bars_too_many_missing"


def test_a_refresh_that_lasts_into_the_next_session_saves_no_plan(
    tmp_path: Path,
) -> None:
    with a_workbench(tmp_path, start_at=at(8, 58)) as bench:
        refresher = FakeRefresher(bench=bench, seconds=60.0)

        with pytest.raises(Refused) as caught:
            made(bench, refresher=refresher)

        assert caught.value.code == "session_opened"
        assert bench.plans.load(SESSION) is None


def test_without_a_refresher_nothing_is_said_of_it(evening: Workbench) -> None:
    assert made(evening).refreshed is None


def test_the_refresh_shows_between_universe_and_bars(evening: Workbench) -> None:
    steps = Steps()

    made(evening, refresher=FakeRefresher(), progress=steps)

    assert steps.seen[1:5] == [
        "1/5 universe",
        "3/4 refresh",
        "4/4 refresh",
        "2/5 bars",
    ]


def test_a_wait_before_the_benchmark_does_not_move_the_bar_back(
    evening: Workbench,
) -> None:
    class Waiting(FakeRefresher):
        def refresh(
            self,
            symbols: Sequence[str],
            asof: date,
            *,
            sessions: int,
            progress: Progress,
        ) -> Refreshed:
            progress.step(0, 1, "bars_wait")
            return super().refresh(symbols, asof, sessions=sessions, progress=progress)

    steps = Steps()

    made(evening, refresher=Waiting(), progress=steps)

    assert steps.seen[2:6] == [
        "0/4 bars_wait",
        "3/4 refresh",
        "3/4 bars_wait",
        "4/4 refresh",
    ]


@pytest.mark.parametrize("is_ours", [True, False])
def test_without_a_listing_the_newest_universe_stands_in_loudly(
    evening: Workbench, *, is_ours: bool
) -> None:
    listed(evening, "20260226", THREE)
    listed(evening, "20260227", TWO, ONE, is_ours=is_ours)

    prepared = made(evening, listing=NoListing(), reuses_universe=True)

    assert prepared.universe.symbols == (TWO, ONE)
    assert prepared.plan.universe_file == "kosdaq_20260227.csv"
    assert prepared.plan.errors == {"universe": "kis_master_unavailable"}
    assert not prepared.is_own_universe
    files = UniverseFiles(evening.folder / "universe")
    assert files.newest_between(ASOF, ASOF) is None


def test_a_universe_made_earlier_the_same_evening_will_do_as_well(
    evening: Workbench,
) -> None:
    made(evening)

    prepared = made(evening, listing=NoListing(), reuses_universe=True)

    assert prepared.universe.symbols == (ONE, TWO, THREE)
    assert prepared.plan.errors == {"universe": "kis_master_unavailable"}


@pytest.mark.parametrize(
    ("day", "reuses"), [("20260220", True), ("20260304", True), ("20260227", False)]
)
def test_an_older_or_later_universe_or_one_that_must_not_does_not(
    evening: Workbench, day: str, *, reuses: bool
) -> None:
    listed(evening, day, ONE)

    with pytest.raises(DataError) as caught:
        made(evening, listing=NoListing(), reuses_universe=reuses)

    assert caught.value is DOWN


def test_a_universe_five_sessions_old_is_the_oldest(evening: Workbench) -> None:
    listed(evening, "20260223", ONE)

    prepared = made(evening, listing=NoListing(), reuses_universe=True)

    assert prepared.universe.symbols == (ONE,)


def test_a_file_of_the_users_own_needs_no_listing(evening: Workbench) -> None:
    listed(evening, f"{ASOF:%Y%m%d}", TWO, is_ours=False)

    prepared = made(evening, listing=NoListing())

    assert prepared.is_own_universe
    assert prepared.plan.errors == {}


def test_a_listing_that_works_is_never_replaced(evening: Workbench) -> None:
    listed(evening, "20260227", ONE)

    prepared = made(evening, listing=FakeListing(), reuses_universe=True)

    assert prepared.universe.symbols == (ONE, TWO, THREE)
    assert prepared.plan.errors == {}
