"""The dashboard's room, put together: always the virtual account, never a broker.

Whatever ``broker.provider`` says, the KIS virtual account is shown when there are keys
for it (a practice server counts), else the paper account. Nothing in the room can
order, write or lock.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from khms_trader.bootstrap.account import JOURNAL
from khms_trader.bootstrap.dashboard_live import AccountLine
from khms_trader.bootstrap.dashboard_machine import HomeMachine
from khms_trader.bootstrap.dashboard_market import HomeMarket
from khms_trader.bootstrap.dashboard_plans import StoredPlans
from khms_trader.bootstrap.options import PAPER, RunOptions
from khms_trader.bootstrap.rules import calendar_of, costs, pace_of
from khms_trader.bootstrap.state_check import choose_account
from khms_trader.bootstrap.told_history import report_of
from khms_trader.config.settings import Settings
from khms_trader.dashboard.live import RenewedAccount, Sources
from khms_trader.dashboard.room import Kind, Room, SellReasons, Why
from khms_trader.dashboard.sources import PlanFile, PlanShelf, SettingRow
from khms_trader.domain.account import Account
from khms_trader.domain.events import AccountObserved
from khms_trader.domain.order import OrderRecord, Side
from khms_trader.domain.report import SessionReport
from khms_trader.errors import PlanError
from khms_trader.market.rates import CostRates
from khms_trader.ports import Clock, JournalReader
from khms_trader.storage.journal_view import ReadOnlyJournal

if TYPE_CHECKING:
    from khms_trader.config.secrets import Secrets

_SHOWN_DIGITS: Final = 2


def room_of(
    home: Path,
    settings: Settings,
    secrets: "Secrets | None",
    clock: Clock,
    *,
    say: Callable[[Exception], str],
) -> Room:
    """Return the room of the account to show; nothing is asked of a server yet.

    Raises:
        ConfigError: keys and settings do not go together.
        StorageError: the account's name cannot be made.
    """
    chosen = choose_account(home, settings, secrets, clock)
    options = chosen.options
    calendar, rates = calendar_of(options.settings), costs(options.settings)
    journal = ReadOnlyJournal(options.state / JOURNAL, account=options.account)
    plans = StoredPlans(options.folders)
    line = AccountLine(options, calendar)
    machine = HomeMachine(options, line)
    live = _live(options, journal, line, machine, say=say)
    return Room(
        account_id=options.account,
        account_number=_masked_number(secrets, options.account),
        kind=Kind(options.account.partition("-")[0]),
        why=Why(chosen.choice.value),
        needs_confirmation=options.account != PAPER,
        legacy=frozenset(options.settings.legacy_holdings),
        max_positions=options.settings.live.max_positions,
        start_window=pace_of(options).start_window,
        clock=clock,
        calendar=calendar,
        costs=rates,
        journal=journal,
        plans=plans,
        report=lambda session: _report(journal, plans, session, rates),
        reasons=lambda records: _sell_reasons(plans, records),
        machine=machine,
        market=HomeMarket(options, calendar, live, say, at_work=machine.at_work),
        live=live,
        say=say,
        settings=setting_rows(settings),
        data_source=_data_source(options),
        home=str(home),
    )


def _live(
    options: RunOptions,
    journal: ReadOnlyJournal,
    line: AccountLine,
    machine: HomeMachine,
    *,
    say: Callable[[Exception], str],
) -> RenewedAccount:
    sources = Sources(
        read=line.read,
        stored=lambda: _stored(journal),
        at_work=machine.at_work,
        say=say,
        may_read=machine.may_write,
        owed_since=line.owed_since,
    )
    interval = options.settings.live.loop_sec
    return RenewedAccount(sources, options.clock, interval_seconds=interval)


def setting_rows(settings: Settings) -> tuple[SettingRow, ...]:
    """Return every setting in force beside its default; none of them is a secret."""
    usual = dict(_flat("", asdict(Settings())))
    return tuple(
        SettingRow(key=key, value=value, default=usual.get(key, ""))
        for key, value in _flat("", asdict(settings))
    )


def _flat(prefix: str, values: dict[str, object]) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for name, value in values.items():
        if isinstance(value, dict) and value:
            rows += _flat(f"{prefix}{name}.", value)
        else:
            rows.append((f"{prefix}{name}", _written(value)))
    return rows


def _written(value: object) -> str:
    match value:
        case None | {}:
            return ""
        case bool():
            return "true" if value else "false"
        case tuple() | list():
            return ", ".join(map(str, value))
        case _:
            return str(value)


def _stored(journal: ReadOnlyJournal) -> Account | None:
    newest = journal.newest(AccountObserved)
    return None if newest is None else newest.observed


def _report(
    journal: JournalReader, plans: PlanShelf, session: date, rates: CostRates
) -> SessionReport | None:
    """Return the report of the plan that was executed, superseded since or not."""
    problem: PlanError | None = None
    for file in plans.files():
        if file.session != session:
            continue
        try:
            report = report_of(journal, plans.read(file), rates)
        except PlanError as error:
            problem = problem or error
            continue
        if report is not None:
            return report
    if problem is not None:
        raise problem
    return None


def _sell_reasons(plans: PlanShelf, records: Sequence[OrderRecord]) -> SellReasons:
    wanted = {
        (record.plan_id, record.key.session)
        for record in records
        if record.key.side is Side.SELL and record.plan_id
    }
    sessions = {session for _, session in wanted}
    found: dict[tuple[date, str], str] = {}
    for file in _files(plans):
        if file.session not in sessions:
            continue
        try:
            plan = plans.read(file)
        except PlanError:
            continue  # the page of plans says so
        if (plan.plan_id, file.session) in wanted:
            found |= {(file.session, line.symbol): line.reason for line in plan.sells}
    return found


def _files(plans: PlanShelf) -> Sequence[PlanFile]:
    try:
        return plans.files()
    except PlanError:
        return ()  # the page of plans says so


def _masked_number(secrets: "Secrets | None", account: str) -> str:
    keys = secrets.korea_invest.virtual if secrets else None
    if keys is None or account == PAPER:
        return ""
    shown = keys.account_no.reveal()[:_SHOWN_DIGITS]
    return f"{shown}******-{keys.account_product_code}"


def _data_source(options: RunOptions) -> str:
    source = options.settings.data.source
    if options.account == PAPER:
        return "sample" if source == "auto" else source
    is_practice = options.account.startswith(Kind.PRACTICE)
    own = "practice" if is_practice else "kis"
    return own if source in {"auto", "kis"} else source
