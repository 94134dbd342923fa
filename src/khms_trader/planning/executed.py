"""What an execution came to: a value for whoever shows it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from khms_trader.domain.account import Account
from khms_trader.domain.plan import Plan
from khms_trader.planning.refusals import Refusal

if TYPE_CHECKING:  # made after the orders, not before them
    from khms_trader.domain.report import SessionReport


class Outcome(StrEnum):
    """What an execution came to."""

    NOT_A_SESSION = "not_a_session"
    CONFIRMED_ONLY = "confirmed_only"
    EXECUTED = "executed"
    DONE_BEFORE = "done_before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """An account as it was when a person confirmed its first use.

    Attributes:
        legacy: symbols that stay out of the strategy's reach from then on.
        next_plan: what the account would execute next, if there is a plan.
        buys, sells: how many orders that may send at most, as things stand.
    """

    account: Account
    legacy: frozenset[str]
    next_plan: Plan | None = None
    buys: int = 0
    sells: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """The result of a run.

    Attributes:
        next_session: the next date the exchange trades.
        confirmed: what this run confirmed, if it did.
        refusals: why nothing was sent although the account was confirmed.
    """

    outcome: Outcome
    session: date
    next_session: date
    report: "SessionReport | None" = None
    report_path: str = ""
    confirmed: Confirmed | None = None
    refusals: tuple[Refusal, ...] = ()
