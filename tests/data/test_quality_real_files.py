"""The problems of the real files, each known by name and counted."""

import time
from collections import Counter
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from khms_trader.data.bar_store import ParquetBarStore
from khms_trader.data.import_files import BarImport
from khms_trader.data.partial_day import partial_last_day
from khms_trader.data.quality import find_problems
from khms_trader.domain.instrument import Designation, InstrumentKind
from khms_trader.domain.quality import BarProblem
from khms_trader.market.calendar import Calendar

REAL = Path(__file__).parents[2].parent / "shared" / "realdata"
CHAINED = "kosdaq_adjusted_202312_202607.parquet"
NAVER = "kosdaq_adjusted_202312_202506.parquet"
WINDOWS = "kosdaq_raw_windows_2021_2026.parquet"
DIRTY = "kosdaq_dirty_2016_2017.parquet"
KIS = "khms_csv"

pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(not REAL.exists(), reason="no ../shared/realdata"),
]


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ParquetBarStore]:
    """A store of each file alone."""
    found = {}
    for name in (CHAINED, NAVER, WINDOWS, DIRTY, KIS):
        basis = "adjusted" if name == DIRTY else None
        folder = tmp_path_factory.mktemp("bars")
        report = BarImport(Calendar().is_session, basis=basis).run(
            [REAL / name], folder
        )
        basis = report.stores[0].basis
        found[name] = ParquetBarStore(folder, name="store", basis=basis)
    return found


def problems(store: ParquetBarStore, code: str) -> list[BarProblem]:
    return [problem for problem in store.problems() if problem.code == code]


def where(store: ParquetBarStore, code: str) -> list[tuple[str, str, str]]:
    return [(p.symbol, p.session.isoformat(), p.detail) for p in problems(store, code)]


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        (
            NAVER,
            {
                "zero_volume": 807,
                "suspicious_split": 10,
                "jump": 5,
                "impossible_bar": 4,
                "partial_last_day": 1,
            },
        ),
        (
            CHAINED,
            {
                "mixed_sources": 435,
                "zero_volume": 162,
                "impossible_bar": 9,
                "market_gap": 1,
            },
        ),
        (WINDOWS, {"mixed_sources": 1_088, "zero_volume": 348, "market_gap": 1}),
        (DIRTY, {"impossible_bar": 7_494, "missing_rows": 93, "zero_volume": 143}),
        # 165 holes with those of more than five sessions.
        (DIRTY, {"long_gap": 72, "thin_session": 0}),
        (CHAINED, {"long_gap": 0, "thin_session": 1}),
        (NAVER, {"thin_session": 0}),
        (WINDOWS, {"thin_session": 0}),
        (KIS, {"partial_last_day": 1}),
    ],
)
def test_the_problems_of_each_file_are_counted(
    stores: dict[str, ParquetBarStore], name: str, counts: dict[str, int]
) -> None:
    found = Counter(problem.code.value for problem in stores[name].problems())

    assert {code: found[code] for code in counts} == counts


def test_the_lost_session_of_the_chained_file_is_one_gap(
    stores: dict[str, ParquetBarStore],
) -> None:
    assert where(stores[CHAINED], "market_gap") == [("", "2025-09-22", "1")]


def test_windows_by_design_are_one_gap_each(
    stores: dict[str, ParquetBarStore],
) -> None:
    store = stores[WINDOWS]

    assert where(store, "market_gap") == [("", "2021-01-25", "1")]
    assert [found for found in where(store, "long_gap") if not found[0]] == [
        ("", "2022-01-03", "214"),
        ("", "2023-01-02", "215"),
        ("", "2024-01-02", "215"),
        ("", "2025-01-02", "215"),
        ("", "2026-01-02", "217"),
        ("", "2026-03-06", "8"),
    ]


def test_unadjusted_bonus_issues_of_raw_bars_are_told_on_their_day(
    stores: dict[str, ParquetBarStore],
) -> None:
    store = stores[KIS]

    found = where(store, "suspicious_split") + where(store, "jump")

    assert found == [
        ("476060", "2025-10-10", "65,200 → 21,150"),
        ("347850", "2025-11-13", "298,500 → 81,800"),
    ]


def test_partial_last_days_are_seen_and_final_ones_are_not(
    stores: dict[str, ParquetBarStore],
) -> None:
    found = {name: where(store, "partial_last_day") for name, store in stores.items()}

    assert found == {
        NAVER: [("", "2025-06-17", "0.48 < 0.60 x 0.87, 0.64 x 0.78")],
        KIS: [("", "2025-12-17", "0.33 < 0.60 x 0.90, 0.64 x 0.77")],
        CHAINED: [],
        WINDOWS: [],
        DIRTY: [],
    }


def test_real_quiet_days_are_no_partial_ones(
    stores: dict[str, ParquetBarStore],
) -> None:
    panel = stores[CHAINED].panel(date.max)
    # The broken session inside is told here too: nobody traded then either.
    days = range(26, len(panel.sessions) + 1)
    prefixes = [panel.until(panel.sessions[n - 1]).last(40) for n in days]

    found = [partial_last_day(prefix) for prefix in prefixes]

    told = [problem.session for problem in found if problem is not None]
    assert told == [date(2026, 6, 10)]


def test_impossible_bars_are_those_counted_with_pandas(
    stores: dict[str, ParquetBarStore],
) -> None:
    for name, slack in ((NAVER, 1), (CHAINED, 1), (WINDOWS, 0), (KIS, 0)):
        bars = pd.read_parquet(stores[name].path)
        bars = bars[bars["volume"] > 0]
        highest = bars[["open", "close"]].max(axis=1) - bars["high"]
        lowest = bars["low"] - bars[["open", "close"]].min(axis=1)
        expected = bars[(highest > slack) | (lowest > slack)]

        told = {(p.symbol, p.session) for p in problems(stores[name], "impossible_bar")}

        assert told == set(zip(expected["symbol"], expected["date"], strict=True))


def test_the_two_sources_of_the_chained_file_meet_where_the_file_says(
    stores: dict[str, ParquetBarStore],
) -> None:
    source = pd.read_parquet(REAL / CHAINED).sort_values(["ticker", "date"])
    later = source[source["src"] == "yahoo"].groupby("ticker")["date"].min()

    told = {p.symbol: p.session for p in problems(stores[CHAINED], "mixed_sources")}

    assert told == {symbol: day.date() for symbol, day in later.items()}


def test_designations_are_those_of_the_department_on_that_session(
    stores: dict[str, ParquetBarStore],
) -> None:
    source = pd.read_parquet(REAL / WINDOWS)
    for asof in (date(2021, 2, 1), date(2024, 1, 15), date(2026, 3, 20)):
        today = source[source["date"] == pd.Timestamp(asof)].set_index("ticker")["dept"]
        found = stores[WINDOWS].instruments(asof)

        for word, mark in (
            ("관리", Designation.ADMINISTRATIVE),
            ("환기", Designation.ATTENTION),
        ):
            expected = set(today.index[today.str.contains(word, na=False)])
            assert (
                {i.symbol for i in found if mark in i.designations} == expected != set()
            )
        spacs = set(today.index[today.str.contains("SPAC", na=False)])
        assert {i.symbol for i in found if i.kind is InstrumentKind.SPAC} >= spacs


def test_the_real_year_is_judged_at_once(
    stores: dict[str, ParquetBarStore],
) -> None:
    panel = stores[CHAINED].panel(date.max)
    calendar = Calendar().sessions(panel.sessions[0], panel.sessions[-1])
    times = []
    for _ in range(3):
        start = time.perf_counter()
        find_problems(panel, basis="adjusted", calendar_sessions=calendar)
        times.append(time.perf_counter() - start)

    # 28 ms measured; a loop over symbols would take many seconds.
    assert min(times) < 2


def test_nothing_later_changes_what_was_known_of_a_real_day(
    stores: dict[str, ParquetBarStore],
) -> None:
    panel = stores[DIRTY].panel(date.max)
    calendar = Calendar().sessions(panel.sessions[0], panel.sessions[-1])
    whole = find_problems(panel, basis="adjusted", calendar_sessions=calendar)
    for row in (30, 150, 300):
        asof = panel.sessions[row]

        before = find_problems(
            panel.until(asof), basis="adjusted", calendar_sessions=calendar
        )

        assert before == tuple(p for p in whole if p.session <= asof)
