"""What a fill costs, under the rates its session was executed with. Pure.

Costs are estimates: the broker lists none per order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from khms_trader.domain.events import Event, ExecutionStarted
from khms_trader.domain.instrument import kind_of
from khms_trader.domain.order import Side
from khms_trader.market.rates import CostRates


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRates:
    """The rates of each session, as reports use them.

    Attributes:
        usual: of sessions without rates of their own, such as an order by hand.
    """

    usual: CostRates
    by_session: Mapping[date, CostRates] = field(default_factory=dict)

    def fee(self, value: int, session: date) -> int:
        """Return the fee in won on a fill of ``value`` won."""
        return self._of(session).fee(value)

    def tax(self, side: Side, value: int, session: date, symbol: str) -> int:
        """Return the tax in won on a fill of ``value`` won; buys pay none."""
        return self._of(session).tax(side, value, session, kind_of(symbol))

    def _of(self, session: date) -> CostRates:
        return self.by_session.get(session, self.usual)


def session_rates(events: Iterable[Event], usual: CostRates) -> SessionRates:
    """Return the rates kept when each session's execution first began."""
    kept: dict[date, CostRates] = {}
    for event in events:
        if isinstance(event, ExecutionStarted):
            rates = CostRates(fee_rate=event.fee_rate, tax_rate=event.tax_rate)
            kept.setdefault(event.session, rates)
    return SessionRates(usual=usual, by_session=kept)
