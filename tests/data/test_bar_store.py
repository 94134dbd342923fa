"""What a bar store gives back, and that nobody sees the future."""

import os
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.bars import MON, TUE, WED, Closes, a_panel, a_store, code_of, same
from khms_trader.data.bar_rows import rows_of
from khms_trader.data.marks import PARTIAL
from khms_trader.domain.instrument import Instrument, InstrumentKind
from khms_trader.domain.plan import BarsState
from khms_trader.domain.quality import BarProblem, QualityCode
from khms_trader.errors import DataError
from khms_trader.market.calendar import SEOUL
from khms_trader.ports import BarStore, Listing


def test_it_fulfils_the_ports_it_stands_for(tmp_path: Path) -> None:
    bars: BarStore = a_store(tmp_path)
    listing: Listing = a_store(tmp_path)

    assert (bars.name, bars.basis) == ("store", "adjusted")
    assert listing is not None


def test_bars_come_back_as_they_were_written(tmp_path: Path) -> None:
    store = a_store(
        tmp_path,
        {"035720": {MON: 1000, WED: 1020}, "0007C0": {TUE: 2_000_000_000}},
        _035720="카카오",
    )

    panel = store.panel(WED)

    assert panel.sessions == (MON, TUE, WED)
    assert panel.symbols == ("0007C0", "035720")
    assert panel.close.tolist() == [[0, 1000], [2_000_000_000, 0], [0, 1020]]
    assert panel.open.tolist() == [[0, 999], [1_999_999_999, 0], [0, 1019]]
    assert panel.high.tolist() == [[0, 1002], [2_000_000_002, 0], [0, 1022]]
    assert panel.low.tolist() == [[0, 997], [1_999_999_997, 0], [0, 1017]]
    assert panel.volume.tolist() == [[0, 100], [100, 0], [0, 100]]
    assert (panel.close.dtype.name, panel.volume.dtype.name) == ("int32", "int64")
    assert panel.names == {"035720": "카카오"}


def test_a_row_without_trades_is_kept(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    store.write(a_panel({"000250": {MON: 500}}, volume=0))

    panel = store.panel(MON)

    assert (panel.close.tolist(), panel.volume.tolist()) == ([[500]], [[0]])


def test_only_the_symbols_asked_for_are_returned(tmp_path: Path) -> None:
    store = a_store(tmp_path, {"000250": {MON: 1}, "000440": {MON: 2}})

    assert store.panel(MON, ["000440", "999990"]).symbols == ("000440",)


def test_nothing_after_the_session_asked_for_is_seen(tmp_path: Path) -> None:
    store = a_store(tmp_path, {"000250": {MON: 10, WED: 30}, "000440": {TUE: 20}})

    panel = store.panel(MON)

    assert (panel.sessions, panel.symbols) == ((MON,), ("000250",))


def test_the_file_can_be_read_with_any_parquet_tool(tmp_path: Path) -> None:
    store = a_store(tmp_path, {"000440": {MON: 20}, "000250": {MON: 10, TUE: 11}})

    rows = pq.read_table(store.path).to_pylist()

    assert store.path.name == "store-adjusted.parquet"
    assert [(row["date"], row["symbol"], row["close"]) for row in rows] == [
        (MON, "000250", 10),
        (MON, "000440", 20),
        (TUE, "000250", 11),
    ]


def test_equal_bars_give_equal_bytes(tmp_path: Path) -> None:
    closes = {"000250": {MON: 10, TUE: 11}, "000440": {TUE: 20}}
    first = a_store(tmp_path / "a", closes).path.read_bytes()

    assert a_store(tmp_path / "b", closes).path.read_bytes() == first


def test_row_groups_of_the_future_are_not_read(tmp_path: Path) -> None:
    days = [MON + timedelta(days=number) for number in range(100)]
    store = a_store(tmp_path, {"000250": dict.fromkeys(days, 10)})
    # The second of three groups is made unreadable: whoever touches it fails.
    file = pq.ParquetFile(store.path)
    offset = file.metadata.row_group(1).column(2).data_page_offset
    content = bytearray(store.path.read_bytes())
    content[offset : offset + 40] = bytes(40)
    store.path.write_bytes(content)

    assert len(store.panel(days[39]).sessions) == 40
    assert code_of(store, days[40]) == "bars_unreadable"


def test_calls_that_walk_through_time_share_one_copy(tmp_path: Path) -> None:
    days = [MON + timedelta(days=number) for number in range(60)]
    store = a_store(tmp_path, {"000250": dict.fromkeys(days, 10)})
    store.panel(days[10])

    first, second = store.panel(days[50]), store.panel(days[55])

    assert len(second.sessions) == 56
    assert np.shares_memory(first.close, second.close)


def test_what_is_shared_cannot_be_changed(tmp_path: Path) -> None:
    panel = a_store(tmp_path, {"000250": {MON: 10}}).panel(MON)

    with pytest.raises(ValueError, match="read-only"):
        panel.close[0, 0] = 11


def test_problems_are_kept_beside_the_bars_and_follow_the_file(tmp_path: Path) -> None:
    jump = BarProblem(symbol="000250", code=QualityCode.JUMP, session=TUE, detail="x")
    panel = a_panel({"000250": {MON: 10, TUE: 99}})
    store = a_store(tmp_path)
    store.write(panel, [jump])

    reader = a_store(tmp_path)
    known = reader.problems()
    store.write(panel)

    assert known == (jump,)
    assert reader.problems() == ()
    assert same(reader.panel(WED), panel)


def test_problems_without_a_file_cannot_be_had(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="bars_missing"):
        a_store(tmp_path).problems()


def test_an_equal_file_is_not_written_again(tmp_path: Path) -> None:
    panel = a_panel({"000250": {MON: 10}})
    store = a_store(tmp_path)
    store.write(panel)
    before = store.path.stat()

    store.write(panel)

    assert store.path.stat() == before


def test_a_replaced_file_is_read_again(tmp_path: Path) -> None:
    store = a_store(tmp_path, {"000250": {MON: 10}})
    store.panel(MON)

    a_store(tmp_path, {"000250": {MON: 12}})

    assert store.panel(MON).close.tolist() == [[12]]


def test_stored_bars_are_final(tmp_path: Path) -> None:
    now = datetime(2026, 3, 4, 15, 40, tzinfo=SEOUL)

    assert a_store(tmp_path).state_of(WED, now) is BarsState.FINAL


@pytest.mark.parametrize(
    ("problems", "state"),
    [
        ((), BarsState.PROVISIONAL),
        ((QualityCode.PARTIAL_LAST_DAY,), BarsState.FINAL),
        ((QualityCode.MARKET_GAP,), BarsState.PROVISIONAL),
    ],
)
def test_a_bar_taken_early_is_provisional_unless_the_day_is_called_a_fault(
    tmp_path: Path, problems: tuple[QualityCode, ...], state: BarsState
) -> None:
    now = datetime(2026, 3, 4, 15, 40, tzinfo=SEOUL)
    store = a_store(tmp_path)
    rows = rows_of(a_panel({"000250": {TUE: 10, WED: 11}, "000440": {WED: 5}}))
    rows.marks[(rows.days == rows.days.max()) & (rows.codes == 1)] = PARTIAL
    store.write_rows(
        rows, [BarProblem(symbol="", code=code, session=WED) for code in problems]
    )

    assert store.state_of(WED, now) is state
    assert store.state_of(TUE, now) is BarsState.FINAL


def test_the_listing_has_every_symbol_with_a_bar_and_yesterdays_turnover(
    tmp_path: Path,
) -> None:
    store = a_store(
        tmp_path,
        {
            "000250": {MON: 10, TUE: 11, WED: 12},
            "000255": {WED: 50},
            "000440": {TUE: 20},
        },
        _000250="삼천당제약",
    )

    assert store.instruments(WED) == (
        Instrument(
            symbol="000250",
            name="삼천당제약",
            reference_price=11,
            reference_volume=100,
        ),
        Instrument(symbol="000255", name="", kind=InstrumentKind.PREFERRED),
    )


def test_a_symbol_that_did_not_trade_is_still_listed(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    store.write(a_panel({"000250": {MON: 10, TUE: 10}}, volume=0))

    (listed,) = store.instruments(TUE)

    assert (listed.reference_price, listed.reference_volume) == (10, 0)


def test_the_first_stored_session_has_no_turnover_before_it(tmp_path: Path) -> None:
    store = a_store(tmp_path, {"000250": {MON: 10}})

    assert store.instruments(MON) == (Instrument(symbol="000250", name=""),)


def test_the_listing_of_a_session_that_is_not_stored_cannot_be_had(
    tmp_path: Path,
) -> None:
    store = a_store(tmp_path, {"000250": {MON: 10, TUE: 11}})

    with pytest.raises(DataError) as caught:
        store.instruments(WED)

    assert caught.value.code == "bars_session_missing"
    assert caught.value.facts["session"] == WED
    assert caught.value.facts["newest"] == TUE


def test_importing_the_store_loads_nothing_heavy() -> None:
    script = (
        "import sys, khms_trader.data.bar_store, khms_trader.data.store_quotes, "
        "khms_trader.data.universe, khms_trader.durable; "
        "print(*sorted({'numpy', 'pyarrow', 'pandas'} & set(sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == ""


closes = st.dictionaries(
    st.sampled_from(["000250", "0007C0", "03481K", "950250", "229200"]),
    st.dictionaries(
        st.dates(date(2024, 1, 1), date(2024, 5, 31)), st.integers(4, 10**6)
    ),
    min_size=1,
).map(lambda found: {symbol: bars for symbol, bars in found.items() if bars})


@given(bars=closes.filter(bool), cut=st.dates(date(2024, 1, 1), date(2024, 5, 31)))
@settings(max_examples=25, deadline=None)
def test_what_comes_later_never_changes_what_is_seen(
    bars: Closes, cut: date, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("stores")
    past = {
        symbol: kept
        for symbol, rows in bars.items()
        if (kept := {day: close for day, close in rows.items() if day <= cut})
    }
    whole = a_store(folder / "whole", bars)

    if past:
        assert same(whole.panel(cut), a_store(folder / "past", past).panel(cut))
        assert same(whole.panel(date.max), a_panel(bars))
    else:
        assert code_of(whole, cut) == "bars_start_later"


@given(bars=closes.filter(bool))
@settings(max_examples=25, deadline=None)
def test_any_bars_come_back(
    bars: Closes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = a_store(tmp_path_factory.mktemp("store"), bars)

    assert same(store.panel(date.max), a_panel(bars))
    assert os.listdir(store.path.parent) == ["store-adjusted.parquet"]  # noqa: PTH208
