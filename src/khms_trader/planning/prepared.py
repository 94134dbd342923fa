"""What a prepare came to: a value for whoever shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from khms_trader.domain.account import Account
from khms_trader.domain.bars import Refreshed
from khms_trader.domain.events import HoldingReleased
from khms_trader.domain.order import OrderRecord
from khms_trader.domain.plan import Plan
from khms_trader.domain.quality_summary import QualitySummary
from khms_trader.planning.due import Holdings
from khms_trader.planning.universe import Universe

UNIVERSE: Final = "universe"
"""The key of a plan's errors that is no symbol: why an older universe had to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A saved plan with what its reader is told beside it.

    Attributes:
        universe: None when the user's own universe file was taken.
        basis: price basis of the bars, ``adjusted`` or ``raw``.
        ranked_on: the session whose turnover ranked the universe.
        executes_at: a minute after the session's open.
        quality: how far the bars behind the plan may be trusted.
        unverified_years: years whose calendar nobody has verified.
        released: managed shares that the account turned out not to hold any more.
        open_questions: orders of ours whose end only a person can tell, by age.
        refreshed: what was done for the bars first; None when nothing had to be.
        legacy: symbols that settings keep out of the strategy's reach.
        is_confirmed: the account may be traded.
        is_shifted: the time was made up.
        is_first: the account had no plan before.
    """

    plan: Plan
    path: Path
    account: Account
    managed: Mapping[str, int]
    universe: Universe
    is_own_universe: bool
    basis: str
    ranked_on: date
    executes_at: datetime
    quality: QualitySummary
    unverified_years: tuple[int, ...]
    released: tuple[HoldingReleased, ...] = ()
    open_questions: tuple[OrderRecord, ...] = ()
    refreshed: Refreshed | None = None
    legacy: frozenset[str] = frozenset()
    is_confirmed: bool = True
    is_shifted: bool = False
    is_first: bool = False

    @property
    def needs_a_person(self) -> bool:
        """True when only a person can find out what an order became."""
        return bool(self.open_questions)

    @property
    def holdings(self) -> Holdings:
        """What is held and whose it is, as it was while planning."""
        return Holdings(account=self.account, managed=self.managed, legacy=self.legacy)
