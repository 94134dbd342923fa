"""Past sessions lived again: what comes out, where it lies, and what stops it."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from khms_trader.bootstrap.replay import ReplayRequest, replay
from khms_trader.config.settings import (
    BrokerSettings,
    DataSettings,
    LiveSettings,
    Settings,
)
from khms_trader.data.bar_store import ParquetBarStore
from khms_trader.data.sample.market import SampleMarket
from khms_trader.domain.panel import Panel
from khms_trader.errors import DataError, StorageError, UsageError
from khms_trader.market.calendar import Calendar
from khms_trader.planning.replayed import Replayed

# Over a year's end: a session that opens at 10:00 lies between.
FIRST, MIDDLE, LAST = date(2025, 12, 22), date(2026, 1, 6), date(2026, 1, 16)
STORED = Settings(data=DataSettings(source="store"))


class NoProgress:
    def step(self, done: int, total: int, what: str) -> None:
        pass


def lived(home: Path, last: date = LAST, **changes: object) -> Replayed:
    request = ReplayRequest(
        home=home,
        settings=Settings(),
        first=FIRST,
        last=last,
        universe_limit=30,
        quantity=1,
    )
    return replay(replace(request, **changes), NoProgress())  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("replay")


@pytest.fixture(scope="module")
def replayed(home: Path) -> Replayed:
    return lived(home)


def report(replayed: Replayed, session: date) -> dict[str, list[dict[str, object]]]:
    path = replayed.folder / "reports" / f"{session:%Y%m%d}_paper.json"
    document: dict[str, list[dict[str, object]]] = json.loads(
        path.read_text(encoding="utf-8")
    )
    return document


def test_every_session_of_the_span_is_lived(replayed: Replayed) -> None:
    figures = replayed.figures

    assert (figures.first, figures.last, figures.sessions) == (FIRST, LAST, 17)
    assert figures.trades.buys > figures.trades.sells > 0
    assert figures.unfinished == 0
    assert figures.no_plans == {}
    assert replayed.data_source == "sample"


def test_the_first_session_is_only_prepared(replayed: Replayed) -> None:
    reports = sorted((replayed.folder / "reports").glob("*.md"))
    plans = sorted((replayed.folder / "plans").glob("*.json"))

    assert [path.name[:8] for path in reports[:2]] == ["20251223", "20251224"]
    assert (len(reports), len(plans)) == (16, 17)


def test_a_late_open_moves_the_execution(replayed: Replayed) -> None:
    lines = report(replayed, date(2026, 1, 2))["lines"]
    orders = [line["order"] for line in lines if line["order"]]

    assert orders
    assert {order["intended_at"] for order in orders} == {"2026-01-02T10:01:00+09:00"}  # type: ignore[index]


def test_nothing_is_written_outside_its_own_folder(
    home: Path, replayed: Replayed
) -> None:
    outside = {
        path
        for path in home.rglob("*")
        if path.is_file() and replayed.folder not in path.parents
    }

    assert outside == set()


def test_results_lie_beside_it_for_programs_and_for_excel(replayed: Replayed) -> None:
    document = json.loads((replayed.folder / "replay.json").read_text(encoding="utf-8"))
    rows = (replayed.folder / "equity.csv").read_text(encoding="utf-8-sig").splitlines()

    assert document["figures"]["digest"] == replayed.figures.digest
    assert document["identity"]["from"] == "2025-12-22"
    assert len(rows) == 1 + 17
    assert rows[-1].endswith(replayed.figures.digest)


def test_the_same_again_lives_nothing_twice(home: Path, replayed: Replayed) -> None:
    again = lived(home)

    assert again.resumed_after == LAST
    assert again.figures == replayed.figures


def test_begun_anew_it_comes_to_the_same(home: Path, replayed: Replayed) -> None:
    anew = lived(home, is_restart=True)

    assert anew.resumed_after is None
    assert anew.figures == replayed.figures


def test_a_longer_replay_goes_on_where_a_shorter_one_ended(
    tmp_path: Path, replayed: Replayed
) -> None:
    shorter = lived(tmp_path, MIDDLE)
    longer = lived(tmp_path)

    assert shorter.folder == longer.folder
    assert longer.resumed_after == MIDDLE
    assert longer.figures == replayed.figures


def test_a_shorter_replay_shows_the_beginning_of_a_longer_one(
    tmp_path: Path, home: Path, replayed: Replayed
) -> None:
    beginning = lived(home, MIDDLE)

    assert beginning.folder == replayed.folder
    assert beginning.figures == lived(tmp_path, MIDDLE).figures


@pytest.mark.parametrize(
    "changes",
    [
        {"quantity": 2},
        {"universe_limit": 20},
        {"first": date(2025, 12, 23)},
        {"settings": Settings(live=LiveSettings(max_positions=3))},
        {"settings": Settings(data=DataSettings(quality_gate=False))},
    ],
)
def test_other_conditions_are_another_replay(
    tmp_path: Path, replayed: Replayed, changes: dict[str, object]
) -> None:
    other = lived(tmp_path, date(2025, 12, 24), **changes)

    assert other.folder.name != replayed.folder.name


def test_the_users_own_universe_is_taken_and_belongs_to_the_conditions(
    tmp_path: Path, replayed: Replayed
) -> None:
    own = tmp_path / "data" / "universe" / "kosdaq_20251222.csv"
    own.parent.mkdir(parents=True)
    own.write_text("ticker\n", encoding="utf-8")

    other = lived(tmp_path, date(2025, 12, 23))

    assert other.folder.name != replayed.folder.name
    assert report(other, date(2025, 12, 23))["lines"] == []


def test_a_halt_of_the_operating_account_does_not_reach_it(
    tmp_path: Path, replayed: Replayed
) -> None:
    halt = tmp_path / "data" / "state" / "HALT"
    halt.parent.mkdir(parents=True)
    halt.touch()

    assert lived(tmp_path).figures == replayed.figures


def changed_ledger(folder: Path, change: Callable[[dict[str, object]], None]) -> None:
    """Change what the checkpoint's paper account holds behind the journal's back."""
    (book,) = folder.glob("checkpoint-*/paper.sqlite3")
    with closing(sqlite3.connect(book)) as connection:
        (text,) = connection.execute("SELECT document FROM ledger").fetchone()
        document = json.loads(text)
        change(document)
        connection.execute("UPDATE ledger SET document = ?", (json.dumps(document),))
        connection.commit()


def one_won_more(document: dict[str, object]) -> None:
    document["cash"] = int(str(document["cash"])) + 1


def nothing_held(document: dict[str, object]) -> None:
    document["positions"] = {}


@pytest.mark.parametrize(
    ("change", "what"), [(one_won_more, "cash"), (nothing_held, "")]
)
def test_books_that_differ_stop_it_on_the_session(
    tmp_path: Path, change: Callable[[dict[str, object]], None], what: str
) -> None:
    shorter = lived(tmp_path, MIDDLE)
    changed_ledger(shorter.folder, change)

    with pytest.raises(StorageError, match="replay_does_not_reconcile") as raised:
        lived(tmp_path)

    facts = raised.value.facts
    assert facts["session"] == date(2026, 1, 7)
    assert what in str(facts["what"])
    if what:
        assert int(str(facts["account"])) - int(str(facts["journal"])) == 1


def test_a_span_without_sessions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="replay_span_empty"):
        lived(tmp_path, date(2025, 12, 21))


def stored(home: Path, *, without: tuple[date, ...] = ()) -> None:
    """Store bars of the generated market, less the sessions named."""
    market = SampleMarket(Calendar())
    symbols = [issue.symbol for issue in market.instruments(LAST)][:60]
    panel = market.panel(LAST, symbols)
    rows = np.array([session not in without for session in panel.sessions])
    cut = Panel(
        sessions=tuple(s for s in panel.sessions if s not in without),
        symbols=panel.symbols,
        open=panel.open[rows],
        high=panel.high[rows],
        low=panel.low[rows],
        close=panel.close[rows],
        volume=panel.volume[rows],
    )
    folder = home / "data" / "bars"
    ParquetBarStore(folder, name="store", basis="adjusted").write(cut)


def test_a_session_without_bars_has_no_plan_and_the_rest_goes_on(
    tmp_path: Path,
) -> None:
    stored(tmp_path, without=(MIDDLE,))

    replayed = lived(tmp_path, settings=STORED)

    assert replayed.figures.no_plans == {"bars_session_missing": 1}
    reports = {path.name[:8] for path in (replayed.folder / "reports").glob("*.md")}
    assert len(reports) == 15
    assert "20260107" not in reports


def test_a_span_beyond_the_bars_is_refused(tmp_path: Path) -> None:
    stored(tmp_path)

    with pytest.raises(UsageError, match="replay_beyond_bars") as raised:
        lived(tmp_path, date(2026, 1, 20), settings=STORED)

    assert raised.value.facts["newest"] == LAST


def test_new_bars_are_another_replay(tmp_path: Path) -> None:
    stored(tmp_path)
    before = lived(tmp_path, date(2025, 12, 23), settings=STORED)
    stored(tmp_path, without=(date(2025, 12, 1),))

    after = lived(tmp_path, date(2025, 12, 23), settings=STORED)

    assert before.folder != after.folder


def test_a_broker_account_is_replayed_on_stored_bars_never_on_generated_ones(
    tmp_path: Path,
) -> None:
    settings = Settings(broker=BrokerSettings(provider="korea_invest"))

    with pytest.raises(DataError, match="bars_missing"):
        lived(tmp_path, settings=settings)
