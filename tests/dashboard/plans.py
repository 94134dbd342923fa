"""Plans of the account ``paper`` and what was known while they were made.

For 2026-03-04 it may sell 086520 (10 held) and buy 247540 and 091990 of three slots;
196170 is held already, 035760 is a legacy holding, 112040 has no slot.
"""

from dataclasses import replace

from builders import ASOF, SESSION, a_buy, a_holding, a_plan, a_sell, an_account, at
from dashboard.rooms import (
    ListedJournal,
    ListedPlans,
    StillMachine,
    StillMarket,
    a_room,
)
from khms_trader.dashboard.room import Kind, Room
from khms_trader.dashboard.sources import PlanFile
from khms_trader.domain.account import Account
from khms_trader.domain.events import AccountObserved, HoldingAdopted
from khms_trader.domain.instrument import Instrument
from khms_trader.domain.plan import BarsState, Plan, SkippedSymbol
from khms_trader.errors import PlanError
from khms_trader.market.rates import CostRates
from khms_trader.storage.inspection import Holder

COSTS = CostRates(fee_rate=1_470_000)  # 14.7 bps
CHOSEN = ("086520", "247540", "091990", "112040", "263750", "357780")


def the_plan() -> Plan:
    """Build the newest plan."""
    plan = a_plan(
        a_sell("086520 @12960"),
        a_sell("068270 @150000", held=False),
        a_buy("247540 x10 @100000"),
        a_buy("091990 x30 @20000"),
        a_buy("112040 x5 @40000"),
        a_buy("196170 x3 @60000"),
        a_buy("035760 x1 @50000"),
        slots_free=2,
    )
    skipped = (
        SkippedSymbol(symbol="263750", reason="not_traded"),
        SkippedSymbol(symbol="357780", reason="quarantined"),
    )
    return replace(plan, skipped=skipped)


def the_plan_before() -> Plan:
    """Build the plan of the session before, for which 112040 had a slot."""
    plan = a_plan(
        a_sell("086520 @12800"),
        a_buy("247540 x10 @98000"),
        a_buy("112040 x5 @39000"),
        a_buy("263750 x1 @90000"),
        slots_free=3,
    )
    return replace(
        plan,
        plan_id="20260303-aaaaaaaa",
        for_trading_day=ASOF,
        data_asof=ASOF.replace(day=27, month=2),
        generated_at=at("15:40:12", ASOF.replace(day=27, month=2)),
        config_hash=plan.config_hash,
    )


def provisional(plan: Plan) -> Plan:
    """Return ``plan`` as made before 20:10, with a holding it could not judge."""
    errors = {"196170": "holding_quarantined"}
    return replace(plan, bars=BarsState.PROVISIONAL, errors=errors)


def the_account() -> Account:
    """Build the account as read for the newest plan, with 1,500,000 won to spend."""
    held = (a_holding("086520 x10"), a_holding("196170 x3"), a_holding("035760 x7"))
    account = an_account(*held, cash=1_500_000)
    return replace(account, observed_at=at("15:40:13", ASOF))


def the_journal() -> ListedJournal:
    """Build the journal: 086520 and 196170 were put under management long ago."""
    adopted = [
        HoldingAdopted(
            at=at("16:00", ASOF.replace(day=2)),
            account="paper",
            session=ASOF.replace(day=2),
            symbol=symbol,
            quantity=quantity,
        )
        for symbol, quantity in (("086520", 10), ("196170", 3))
    ]
    seen = AccountObserved(
        at=at("15:40:13", ASOF), account="paper", session=ASOF, observed=the_account()
    )
    return ListedJournal(happened=(*adopted, seen))


def planned_room(*plans: Plan) -> Room:
    """Build the account with ``plans``, else the two above, on 2026-03-04 at 09:30."""
    listed = tuple(Instrument(symbol=symbol, name="") for symbol in CHOSEN)
    return a_room(
        account_id="paper",
        kind=Kind.PAPER,
        costs=COSTS,
        journal=the_journal(),
        plans=ListedPlans(plans=plans or (the_plan_before(), the_plan())),
        market=StillMarket(listed=listed, named={"357780": "솔브레인"}),
    )


class BrokenShelf(ListedPlans):
    """Plans whose newest file is damaged."""

    def read(self, file: PlanFile) -> Plan:
        """Return the plan, but not the newest."""
        if file.session == SESSION:
            raise PlanError("plan_not_json", path=file.name)
        return super().read(file)


def busy_room() -> Room:
    """Return a room in which execute is at work."""
    machine = StillMachine(holding=Holder(purpose="execute", pid="1"))
    return replace(planned_room(), machine=machine)


def broken_room() -> Room:
    """Build the same account with a damaged newest plan file."""
    plans = BrokenShelf(plans=(the_plan_before(), the_plan()))
    return replace(planned_room(), plans=plans)


def planless_room() -> Room:
    """Build an account without any plan."""
    return a_room(account_id="paper", kind=Kind.PAPER)


def provisional_room() -> Room:
    """Build the account with doubtful data behind its plan."""
    return planned_room(the_plan_before(), provisional(the_plan()))
