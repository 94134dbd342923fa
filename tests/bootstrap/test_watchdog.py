"""The watchdog looks at a home's files, whatever state they are in."""

import json
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import pytest

from builders import ASOF, SESSION, a_plan, at
from khms_trader.bootstrap.options import RunOptions
from khms_trader.bootstrap.watchdog import WatchOrder, look_around, messages_of
from khms_trader.cli.sentences import sentence
from khms_trader.clock import ManualClock
from khms_trader.config.settings import (
    BrokerSettings,
    CalendarSettings,
    ExecutionSettings,
    Settings,
)
from khms_trader.domain.events import (
    ExecutionFinished,
    ExecutionStarted,
    RunFailed,
)
from khms_trader.domain.message import Level, Message
from khms_trader.errors import UsageError
from khms_trader.planning.document import seal
from khms_trader.planning.watchdog import Alarm
from khms_trader.storage.halt_file import HaltFile
from khms_trader.storage.heartbeat import Heartbeat, HeartbeatFile
from khms_trader.storage.journal import SqliteJournal
from khms_trader.storage.outbox import OutboxFile
from khms_trader.storage.plan_store import PlanFiles
from processes import snapshot

ORDER = WatchOrder(word=sentence)
STARTED = ExecutionStarted(
    at=at("09:01"), account="paper", session=SESSION, plan_id="p"
)
FINISHED = ExecutionFinished(
    at=at("09:02"), account="paper", session=SESSION, plan_id="p"
)


def options_of(
    home: Path, now: datetime, settings: Settings | None = None
) -> RunOptions:
    chosen = settings or Settings()
    return RunOptions(home=home, settings=chosen, clock=ManualClock(now))


def kinds(
    home: Path,
    now: datetime,
    order: WatchOrder = ORDER,
    *,
    settings: Settings | None = None,
) -> list[str]:
    return [str(alarm.kind) for alarm in look(home, now, order, settings=settings)]


def look(
    home: Path,
    now: datetime,
    order: WatchOrder = ORDER,
    *,
    settings: Settings | None = None,
) -> tuple[Alarm, ...]:
    return look_around(options_of(home, now, settings), order)


def journal_of(home: Path) -> SqliteJournal:
    return SqliteJournal(home / "data/state/paper/journal.sqlite3", account="paper")


def beat(home: Path, moment: datetime, *times: str, running: str = "") -> None:
    file = HeartbeatFile(home / "data/state/paper/heartbeat.json")
    file.write(Heartbeat(pid=1, at=moment, times=times, running=running))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose plan for the session was made and executed."""
    PlanFiles(tmp_path / "plans").save(seal(a_plan()))
    with closing(journal_of(tmp_path)) as journal:
        journal.append(replace(STARTED, at=at("09:01", ASOF), session=ASOF))
        journal.append(STARTED, FINISHED)
    return tmp_path


def test_a_home_in_order_is_quiet(home: Path) -> None:
    assert kinds(home, at("08:30")) == []
    assert kinds(home, at("09:07")) == []


def test_an_empty_home_is_silent_and_that_is_the_alarm(tmp_path: Path) -> None:
    assert kinds(tmp_path, at("08:30")) == ["no_plan"]
    assert kinds(tmp_path, at("09:07")) == ["no_execution"]
    assert kinds(tmp_path, at("20:32")) == ["no_execution", "no_plan"]
    assert list(tmp_path.iterdir()) == []


def test_nothing_of_the_home_is_changed_by_a_look(home: Path) -> None:
    HaltFile(home / "data/state/HALT").turn_on(at("08:00"))
    beat(home, at("08:00"))
    outbox = OutboxFile(
        home / "data/state/paper/outbox.sqlite3", ManualClock(at("08:00"))
    )
    with closing(outbox):
        outbox.add(Message(key="a", level=Level.INFO, html="a", at=at("08:00")))
    before = snapshot(home)

    found = kinds(home, at("09:07"))

    assert found == ["halted", "heartbeat_old", "unsent"]
    assert snapshot(home) == before


def test_a_scheduler_that_was_ended_on_purpose_is_not_missed(home: Path) -> None:
    file = HeartbeatFile(home / "data/state/paper/heartbeat.json")
    ended = at("08:00")
    file.write(Heartbeat(pid=1, at=ended, times=("09:01", "15:40"), ended_at=ended))

    assert kinds(home, at("09:07")) == []
    # Unless somebody says that there must be one.
    strict = replace(ORDER, expects_scheduler=True)
    assert kinds(home, at("09:07"), strict) == ["heartbeat_old"]


@pytest.mark.parametrize(
    ("since", "found"),
    [
        ("2026-03-04T08:00:00+09:00", ["halted"]),
        ("2026-03-04T08:00:00", ["halted"]),
        ("어제", ["halted"]),
        ("", ["halted"]),
        ("2026-03-04T08:31:00+09:00", []),
    ],
)
def test_a_halt_is_seen_whoever_wrote_it(
    home: Path, since: str, found: list[str]
) -> None:
    text = json.dumps({"since": since, "reason": ""})
    (home / "data/state/HALT").write_text(text, encoding="utf-8")

    assert kinds(home, at("09:07")) == found


def test_an_altered_plan_is_told_with_what_to_do(home: Path) -> None:
    path = home / "plans/next_open_plan_20260304.json"
    path.write_text(path.read_text(encoding="utf-8").replace("paper", "papier"))

    (alarm,) = look(home, at("08:30"))

    assert alarm.kind == "plan_unusable"
    assert "prepare_next_open_plan.py 로 다시 만드세요" in str(alarm.detail["problem"])


def test_a_plan_of_another_account_is_no_plan(home: Path) -> None:
    PlanFiles(home / "plans").save(seal(replace(a_plan(), account="virtual-1234abcd")))

    assert kinds(home, at("08:30")) == ["plan_unusable"]


def test_a_damaged_journal_is_an_alarm_and_stays_as_it_is(home: Path) -> None:
    path = home / "data/state/paper/journal.sqlite3"
    path.write_bytes(path.read_bytes()[:5000])
    before = snapshot(home)

    (alarm,) = look(home, at("09:07"))

    assert alarm.kind == "journal_unreadable"
    assert str(path) in str(alarm.detail["problem"])
    assert snapshot(home) == before


def test_a_damaged_outbox_is_an_alarm(home: Path) -> None:
    (home / "data/state/paper/outbox.sqlite3").write_bytes(b"")

    assert kinds(home, at("09:07")) == ["outbox_unreadable"]


def test_a_recorded_failure_is_told_with_its_reason(tmp_path: Path) -> None:
    failed = RunFailed(
        at=at("09:01"),
        account="paper",
        session=SESSION,
        job="execute",
        code="plan_missing",
    )
    with closing(journal_of(tmp_path)) as journal:
        journal.append(failed)

    (alarm,) = look(tmp_path, at("09:07"))

    assert (str(alarm.kind), alarm.detail["reason"]) == (
        "execution_failed",
        "plan_missing",
    )


@pytest.mark.parametrize(
    ("provider", "quiet", "alarming"),
    # On paper nothing is waited for; at KIS late opens are, and then the fills.
    [("paper", "09:05", "09:06"), ("korea_invest", "10:21", "10:24")],
)
def test_how_long_an_execution_may_take_is_what_the_settings_say(
    tmp_path: Path,
    provider: Literal["paper", "korea_invest"],
    quiet: str,
    alarming: str,
) -> None:
    account = "paper" if provider == "paper" else "virtual-1234abcd"
    state = tmp_path / "data/state" / account / "journal.sqlite3"
    with closing(SqliteJournal(state, account=account)) as journal:
        journal.append(replace(STARTED, account=account))
    settings = Settings(
        broker=BrokerSettings(provider=provider),
        execution=ExecutionSettings(
            sell_wait_sec=20, fill_wait_sec=300, resolve_sec=30
        ),
    )

    def found(clock: str) -> list[str]:
        options = replace(options_of(tmp_path, at(clock), settings), account=account)
        return [str(alarm.kind) for alarm in look_around(options, ORDER)]

    assert found(quiet) == []
    assert found(alarming) == ["execution_unfinished"]


def test_a_heartbeat_is_missed_where_there_was_one_or_must_be_one(home: Path) -> None:
    expecting = replace(ORDER, expects_scheduler=True)

    assert kinds(home, at("09:07"), expecting) == ["no_heartbeat"]
    beat(home, at("09:05"))
    assert kinds(home, at("09:07"), expecting) == []
    assert kinds(home, at("09:11")) == ["heartbeat_old"]
    beat(home, at("09:05"), running="execute")
    assert kinds(home, at("09:11")) == []
    (home / "data/state/paper/heartbeat.json").write_text("{")
    assert kinds(home, at("09:07")) == ["no_heartbeat"]


@pytest.mark.parametrize(
    ("beaten", "asked", "quiet", "alarming"),
    [
        ((), None, "09:05", "09:06"),
        (("15:40", "09:20"), None, "09:24", "09:25"),
        (("15:40", "09:20"), ("15:40", "09:10"), "09:14", "09:15"),
        (("soon", "later"), None, "09:05", "09:06"),
    ],
)
def test_the_times_are_those_asked_for_else_the_schedulers_else_the_usual(
    tmp_path: Path,
    beaten: tuple[str, ...],
    asked: tuple[str, ...] | None,
    quiet: str,
    alarming: str,
) -> None:
    order = replace(ORDER, times=asked)
    for clock, found in ((quiet, []), (alarming, ["no_execution"])):
        beat(tmp_path, at(clock), *beaten)
        assert kinds(tmp_path, at(clock), order) == found


def test_times_that_make_no_sense_are_refused(home: Path) -> None:
    with pytest.raises(UsageError) as caught:
        look(home, at("09:07"), replace(ORDER, times=("soon",)))

    assert caught.value.code == "schedule_time_unreadable"


def test_the_users_own_closed_days_are_quiet(tmp_path: Path) -> None:
    settings = Settings(calendar=CalendarSettings(closed=(SESSION,)))

    assert kinds(tmp_path, at("09:07"), settings=settings) == []


def test_a_long_weekend_waits_for_the_plan_of_its_end(home: Path) -> None:
    friday, sunday = date(2026, 3, 6), date(2026, 3, 8)
    finished = replace(FINISHED, at=at("09:02", friday), session=friday)
    with closing(journal_of(home)) as journal:
        journal.append(finished)

    assert kinds(home, at("20:32", friday)) == ["no_plan"]
    assert kinds(home, at("20:32", sunday)) == []
    PlanFiles(home / "plans").save(
        seal(replace(a_plan(), for_trading_day=date(2026, 3, 9), data_asof=friday))
    )
    assert kinds(home, at("20:32", friday)) == []


def test_each_alarm_is_one_message(tmp_path: Path) -> None:
    found = look(tmp_path, at("20:32"))

    messages = messages_of(found, at("20:32"))

    assert [message.key for message in messages] == [alarm.key for alarm in found]
