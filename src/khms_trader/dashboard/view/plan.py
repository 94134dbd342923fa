"""One plan as the page 계획 shows it: what can trade, and everything known around it.

What is a candidate is asked of ``planning.due``, which decides it for execute. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from khms_trader.domain.account import Account
from khms_trader.domain.order import Side
from khms_trader.domain.plan import BuyLine, Plan, SellLine
from khms_trader.domain.reasons import SkipReason
from khms_trader.domain.report import LineReport
from khms_trader.market.rates import CostRates
from khms_trader.planning.due import Holdings, unbuyable
from khms_trader.planning.rules import cash_needed

Line = BuyLine | SellLine


class Standing(StrEnum):
    """Where a plan stands: only one that is ahead may still trade."""

    AHEAD = "ahead"
    EXECUTED = "executed"
    MISSED = "missed"
    SUPERSEDED = "superseded"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """A plan and the account it was made with.

    Attributes:
        observed: the account as it was read for the plan; None when nobody knows.
        managed: shares under management by symbol, while planning.
        legacy: symbols out of the strategy's reach.
    """

    plan: Plan
    observed: Account | None = None
    managed: Mapping[str, int] = field(default_factory=dict)
    legacy: frozenset[str] = frozenset()

    @property
    def holdings(self) -> Holdings:
        """What was held, and whose it was."""
        account = self.observed or _nothing_known(self.plan)
        return Holdings(account=account, managed=self.managed, legacy=self.legacy)

    @property
    def buys(self) -> tuple[BuyLine, ...]:
        """The buys that could trade if their price allows it, best rank first."""
        plan, held = self.plan, self.holdings
        return tuple(b for b in plan.buys if unbuyable(b, plan, held) is None)

    @property
    def sells(self) -> tuple[SellLine, ...]:
        """The sells of what was held and managed."""
        return tuple(line for line in self.plan.sells if line.held)

    @property
    def candidates(self) -> tuple[Line, ...]:
        """Both, in the order in which they are executed."""
        return (*self.sells, *self.buys)

    @property
    def rest(self) -> tuple[tuple[Line, SkipReason], ...]:
        """The signals that are no candidates, each with why, buys first."""
        plan, held = self.plan, self.holdings
        buys = ((line, unbuyable(line, plan, held)) for line in plan.buys)
        found: list[tuple[Line, SkipReason]] = [
            (line, skip.reason) for line, skip in buys if skip is not None
        ]
        found += [
            (line, SkipReason.HELD_OUTSIDE)
            if held.is_outside(line.symbol)
            else (line, SkipReason.NOT_HELD)
            for line in plan.sells
            if not line.held
        ]
        return tuple(found)

    def shares_of(self, symbol: str) -> int:
        """Return how many managed shares of ``symbol`` were there to be sold."""
        managed = self.managed.get(symbol, 0)
        if self.observed is None:
            return managed
        holding = self.observed.holding(symbol)
        return min(holding.quantity if holding else 0, managed)

    def holds(self, symbol: str) -> bool:
        """Return True when the account held shares of ``symbol``."""
        holding = self.holdings.account.holding(symbol)
        return holding is not None and holding.quantity > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanShown:
    """A plan with what its reader is told beside it.

    Attributes:
        before: the plan prepared before this one, whatever its session.
        reports: how the lines ended, by symbol and side, once it was executed.
        names: display names by symbol.
        is_executed: its execution began; None when nobody knows.
        sorted_out: issues that each filter took from the listing; empty if unknown.
    """

    meant: Meant
    costs: CostRates
    archived: int = 0
    before: Meant | None = None
    reports: Mapping[tuple[str, Side], LineReport] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    is_executed: bool | None = False
    sorted_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def plan(self) -> Plan:
        """The plan itself."""
        return self.meant.plan

    def cost(self, line: BuyLine) -> int:
        """Return the won ``line`` takes at its reference price, fee included."""
        return cash_needed(line.quantity, line.reference_price, self.costs.fee_rate)

    @property
    def total_cost(self) -> int:
        """Won that all buys take at their reference prices, fees included."""
        return sum(self.cost(line) for line in self.meant.buys)


def standing_of(
    shown: PlanShown,
    now: datetime,
    *,
    window_ends_at: datetime | None = None,
    is_at_work: bool = False,
) -> Standing:
    """Return where the plan stands at ``now``.

    Args:
        window_ends_at: until when execute may start on its day; None when unknown.
        is_at_work: execute holds the account.
    """
    if shown.is_executed is None:
        return Standing.UNKNOWN
    if shown.is_executed:
        return Standing.EXECUTED
    if shown.archived:
        return Standing.SUPERSEDED
    is_over = shown.plan.for_trading_day < now.date()
    is_late = window_ends_at is not None and now > window_ends_at and not is_at_work
    return Standing.MISSED if is_over or is_late else Standing.AHEAD


def _nothing_known(plan: Plan) -> Account:
    return Account(
        account=plan.account,
        observed_at=plan.generated_at,
        cash=0,
        cash_d2=0,
        spendable=0,
        total=0,
    )
