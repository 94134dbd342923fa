"""A refresh that was cut off goes on where it was, however it ended."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from data.killed_refresh import SYMBOLS
from data.refreshing import BEFORE, CALENDAR, SESSIONS, Room, at, series
from khms_trader.clock import ManualClock
from khms_trader.data.bar_rows import BarRows
from khms_trader.data.bar_store import ParquetBarStore
from khms_trader.data.daily_rows import rows_from
from khms_trader.data.refresh_shelf import BarShelf
from khms_trader.domain.bars import RefreshOutcome
from khms_trader.domain.quality import BarProblem
from khms_trader.errors import TokenRefused

TESTS = Path(__file__).parents[1]
TWENTY = 20


def test_a_killed_process_loses_at_most_the_last_twenty_symbols(
    tmp_path: Path,
) -> None:
    program = [sys.executable, "-m", "data.killed_refresh", str(tmp_path)]
    killed = subprocess.run(
        program, env=os.environ | {"PYTHONPATH": str(TESTS)}, check=False
    )
    room = Room(tmp_path, *SYMBOLS)
    kept = room.store.panel(BEFORE).symbols

    refreshed = room.refresh()

    assert killed.returncode == -signal.SIGKILL
    assert kept == SYMBOLS[:TWENTY]
    assert room.source.asked == list(SYMBOLS[TWENTY:])
    assert len(refreshed.of(RefreshOutcome.UNCHANGED)) == TWENTY
    assert all(room.stored(s) == series(s)[-101:-1] for s in SYMBOLS)
    assert room.store.problems() == ()


@settings(max_examples=8, deadline=None)
@given(ends=st.lists(st.integers(1, 45), max_size=3))
def test_wherever_it_is_cut_off_nothing_is_had_twice(ends: list[int]) -> None:
    with TemporaryDirectory() as folder:
        room = Room(Path(folder), *SYMBOLS)
        room.clock.move_to(at("15:40"))
        for end in ends:
            refused = TokenRefused("kis_token_refused")
            room.source.failing = {room.source.requests + end: refused}
            with suppress(TokenRefused):
                room.refresh()
        room.source.failing = {}

        room.refresh()

        assert len(room.source.asked) <= len(SYMBOLS) + len(ends)
        assert all(len(room.stored(symbol)) == 100 for symbol in SYMBOLS)


class SlowStore(ParquetBarStore):
    """A store whose file takes a second to write."""

    def __init__(self, folder: Path, clock: ManualClock) -> None:
        super().__init__(folder, name="kis", basis="adjusted")
        self.clock = clock
        self.written: list[int] = []

    def write_rows(self, rows: BarRows, problems: Iterable[BarProblem]) -> None:
        self.clock.sleep(1.0)
        self.written.append(len(rows.symbols))
        super().write_rows(rows, problems)


def test_writing_takes_no_more_than_a_twentieth_of_the_time(tmp_path: Path) -> None:
    clock = ManualClock(at("15:40"))
    store = SlowStore(tmp_path, clock)
    shelf = BarShelf(store, calendar=CALENDAR, clock=clock)
    began_at = clock.monotonic()
    for n in range(1_000):
        symbol, asked_at = f"{n:05d}0", clock.now()
        bars = series(symbol, SESSIONS[-2:])
        shelf.put(symbol, rows_from(symbol, bars, name="", fetched_at=asked_at))
        clock.sleep(1 / 16)
        shelf.write_if_due()

    assert store.written[0] == 20
    assert len(store.written) == 4
    assert clock.monotonic() - began_at < 1_000 / 16 * 1.07
