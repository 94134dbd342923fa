"""Reading a plan with what is known around it: journal, report and older plans.

Nothing is drawn here and no clock is read; the room is asked for what lies in files.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from khms_trader.dashboard.room import Room
from khms_trader.dashboard.sources import PlanFile
from khms_trader.dashboard.view.plan import (
    Meant,
    PlanShown,
    Standing,
    standing_of,
)
from khms_trader.domain.account import Account
from khms_trader.domain.events import (
    AccountObserved,
    ExecutionStarted,
    HoldingAdopted,
    HoldingReleased,
    PlanPrepared,
)
from khms_trader.domain.order import PLAN_PURPOSE, OrderRecord, Side
from khms_trader.domain.plan import Plan
from khms_trader.domain.report import LineReport
from khms_trader.errors import KhmsTraderError
from khms_trader.planning.state_market import Job

Move = HoldingAdopted | HoldingReleased

_LOOKED_AT: Final = 40
"""How many files back the plan before is looked for."""


def read_plan(room: Room, file: PlanFile) -> PlanShown:
    """Return the plan of ``file`` with what is known around it.

    Raises:
        PlanError: the file cannot be used.
        StorageError: the journal cannot be read.
    """
    plan = room.plans.read(file)
    before = plan_before(room, file, plan)
    names = before.names if before is not None else {}
    return PlanShown(
        meant=_meant(room, plan),
        costs=room.costs,
        archived=file.archived,
        before=None if before is None else _meant(room, before),
        reports=_reports(room, plan),
        names=dict(room.names()) | names | plan.names,
        is_executed=_is_executed(room, plan),
        sorted_out=_sorted_out(room, plan),
    )


def standing_in(room: Room, shown: PlanShown) -> Standing:
    """Return where the plan stands now, by the hours of its day."""
    session, holder = shown.plan.for_trading_day, room.machine.holder()
    now, ends_at = room.clock.now(), None
    if session == now.date() and room.calendar.is_session(session):
        ends_at = room.may_start_until(session)
    return standing_of(
        shown,
        now,
        window_ends_at=ends_at,
        is_at_work=holder is not None and holder.purpose == Job.EXECUTE,
    )


def observed_for(plan: Plan, seen: Sequence[AccountObserved]) -> Account | None:
    """Return the account that ``plan`` was made with, among those ``seen``.

    Prepare reads the account after it noted the time that the plan carries.
    """
    after = (e.observed for e in seen if e.observed.observed_at >= plan.generated_at)
    found = next(after, None)
    if found is None and seen:
        return seen[-1].observed
    return found


def managed_while_planning(
    plan: Plan, *, records: Sequence[OrderRecord], moves: Sequence[Move]
) -> Mapping[str, int]:
    """Return the shares under management by symbol when ``plan`` was made."""
    shares: dict[str, int] = {}

    def add(symbol: str, quantity: int) -> None:
        shares[symbol] = shares.get(symbol, 0) + quantity

    for record in records:
        if record.key.purpose == PLAN_PURPOSE and record.key.session <= plan.data_asof:
            add(record.key.symbol, record.net_quantity)
    for move in moves:
        if move.at <= plan.generated_at or move.session <= plan.data_asof:
            sign = 1 if isinstance(move, HoldingAdopted) else -1
            add(move.symbol, sign * move.quantity)
    return {symbol: quantity for symbol, quantity in shares.items() if quantity > 0}


def plan_before(room: Room, file: PlanFile, plan: Plan) -> Plan | None:
    """Return the plan prepared before ``plan`` for the same account, if readable."""
    files = room.plans.files()
    place = files.index(file) if file in files else len(files)
    for older in files[place + 1 : place + 1 + _LOOKED_AT]:
        try:
            found = room.plans.read(older)
        except KhmsTraderError:
            continue  # selected, it says itself what is wrong with it
        if found.account == plan.account and not _is_the_same(found, plan):
            return found
    return None


def _is_the_same(one: Plan, other: Plan) -> bool:
    """Return whether a plan was only made again, with the same outcome."""
    return (
        one.for_trading_day == other.for_trading_day
        and (one.buys, one.sells, one.slots_free)
        == (other.buys, other.sells, other.slots_free)
        and (one.strategy, one.bars) == (other.strategy, other.bars)
    )


def first_choice(room: Room, files: Sequence[PlanFile]) -> int:
    """Return the place of the newest plan of this account, or of one that is broken."""
    for place, file in enumerate(files[:_LOOKED_AT]):
        try:
            account = room.plans.read(file).account
        except KhmsTraderError:
            return place  # what is broken must not be hidden behind an older one
        if account == room.account_id:
            return place
    return 0


def _meant(room: Room, plan: Plan) -> Meant:
    if plan.account != room.account_id:
        return Meant(plan=plan)
    seen = room.events((AccountObserved,), plan.data_asof)
    moves = room.events((HoldingAdopted, HoldingReleased))
    return Meant(
        plan=plan,
        observed=observed_for(
            plan, [e for e in seen if isinstance(e, AccountObserved)]
        ),
        managed=managed_while_planning(
            plan,
            records=room.records(),
            moves=[event for event in moves if isinstance(event, Move)],
        ),
        legacy=room.legacy,
    )


def _sorted_out(room: Room, plan: Plan) -> Mapping[str, int]:
    """Return what was noted when ``plan`` was made; a plan from elsewhere has none."""
    made = room.events((PlanPrepared,), plan.for_trading_day)
    return next(
        (
            event.sorted_out
            for event in made
            if isinstance(event, PlanPrepared) and event.plan_id == plan.plan_id
        ),
        {},
    )


def _is_executed(room: Room, plan: Plan) -> bool | None:
    """Return whether this very plan was executed: its session may have had another.

    Of a plan of another account nobody here can tell.
    """
    if plan.account != room.account_id:
        return None
    started = room.events((ExecutionStarted,), plan.for_trading_day)
    ids = {e.plan_id for e in started if isinstance(e, ExecutionStarted)}
    return plan.plan_id in ids


def _reports(room: Room, plan: Plan) -> Mapping[tuple[str, Side], LineReport]:
    if not _is_executed(room, plan):
        return {}
    try:
        report = room.report(plan.for_trading_day)
    except KhmsTraderError:
        return {}  # the page 실행 says what is wrong
    if report is None or report.plan_id != plan.plan_id:
        return {}
    return {(line.symbol, line.side): line for line in report.lines}
