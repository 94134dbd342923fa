"""Whether a person may sell now: the gates of the sell-out tool. Pure.

They are those of a plan's orders, except that any minute of the session will do.
"""

from dataclasses import dataclass
from datetime import date, datetime

from khms_trader.planning.refusals import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class TradingHours:
    """When a person may sell: today's hours, or the next session's."""

    session: date
    opens_at: datetime
    closes_at: datetime

    def is_open(self, now: datetime) -> bool:
        """Return True from the open until just before the close."""
        return self.opens_at <= now < self.closes_at


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleFacts:
    """Everything the gates of a sale look at.

    Attributes:
        halt_file: path of the halt file when the account is halted, else empty.
    """

    now: datetime
    hours: TradingHours
    account: str
    is_real: bool
    is_confirmed: bool
    halt_file: str = ""


def refuse_sale(facts: SaleFacts) -> Refusal | None:
    """Refuse real accounts, unconfirmed ones, HALT, and every hour but the session's.

    The first refusal is the one a person should mend first.
    """
    if facts.is_real:
        return Refusal(code="real_not_supported")
    if facts.halt_file:
        return Refusal(code="halted", facts={"path": facts.halt_file})
    if not facts.is_confirmed:
        return Refusal(code="account_unconfirmed", facts={"account": facts.account})
    if not facts.hours.is_open(facts.now):
        return Refusal(
            code="sell_out_closed",
            facts={
                "session": facts.hours.session,
                "opens": f"{facts.hours.opens_at:%H:%M}",
                "closes": f"{facts.hours.closes_at:%H:%M}",
            },
        )
    return None
