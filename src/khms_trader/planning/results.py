"""What the two jobs return: values for whoever shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from khms_trader.domain.account import Account
from khms_trader.domain.plan import Plan
from khms_trader.domain.report import SessionReport
from khms_trader.planning.refusals import Refusal
from khms_trader.planning.universe import Universe


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A saved plan with what its reader is told beside it.

    Attributes:
        universe: None when the user's own universe file was taken.
        unverified_years: years whose calendar nobody has verified.
    """

    plan: Plan
    path: Path
    account: Account
    managed: Mapping[str, int]
    universe: Universe
    is_own_universe: bool
    unverified_years: tuple[int, ...]


class Outcome(StrEnum):
    """What an execution came to."""

    NOT_A_SESSION = "not_a_session"
    CONFIRMED_ONLY = "confirmed_only"
    EXECUTED = "executed"
    DONE_BEFORE = "done_before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """The result of a run.

    Attributes:
        next_session: the next date the exchange trades.
        refusals: why nothing was sent although the account was confirmed.
    """

    outcome: Outcome
    session: date
    next_session: date
    report: SessionReport | None = None
    report_path: str = ""
    confirmed: Account | None = None
    refusals: tuple[Refusal, ...] = ()
