"""A small account's life, with figures one can work out by hand.

Tuesday 10,000,000 won; on Wednesday 100 shares at 10,000; they close at 11,000, are
sold on Friday at 12,000, and 2,000,000 won came in on Thursday.
"""

from datetime import date
from typing import Any

from dashboard.rooms import ListedJournal, StillMarket, a_room
from khms_trader.dashboard.room import Room
from khms_trader.market.rates import CostRates
from performance.accounts import FRI, THU, TUE, WED, filled, held, looked

SYMBOL = "086520"
REASON = "종가가 5일 전보다 낮음"
CLOSES = {TUE: 10_000, WED: 10_100, THU: 10_200, FRI: 10_300}
LOOKS = (
    looked(TUE, 10_000_000),
    looked(WED, 9_000_000, held(SYMBOL, 100, 11_000)),
    looked(THU, 11_000_000, held(SYMBOL, 100, 11_000), clock="08:59"),
    looked(THU, 11_000_000, held(SYMBOL, 100, 11_000)),
    looked(FRI, 12_200_000),
)
ORDERS = (
    filled(WED, "buy", SYMBOL, quantity=100, value=1_000_000),
    filled(FRI, "sell", SYMBOL, quantity=100, value=1_200_000),
)


def never_seen() -> Room:
    """Build the room of an account nobody ever read."""
    return a_room()


def seen_once() -> Room:
    """Build the room of an account read on one session only."""
    return lived(journal=ListedJournal(happened=LOOKS[:1]))


def busy() -> Room:
    """Build the room of an account that closed 25 trades on Friday: +1 to +25 won."""
    orders = [
        order
        for number in range(1, 26)
        for order in (
            filled(WED, "buy", f"{number:05d}0", quantity=1, value=10_000),
            filled(FRI, "sell", f"{number:05d}0", quantity=1, value=10_000 + number),
        )
    ]
    return lived(journal=ListedJournal(happened=LOOKS, orders=orders))


def lived(**changes: Any) -> Room:  # noqa: ANN401 - any field of the room
    """Build the room of that account; nothing it does costs anything."""
    reasons: dict[tuple[date, str], str] = {(FRI, SYMBOL): REASON}
    usual: dict[str, Any] = {
        "journal": ListedJournal(happened=LOOKS, orders=ORDERS),
        "market": StillMarket(closes=CLOSES),
        "costs": CostRates(fee_rate=0, tax_rate=0),
        "reasons": lambda _records: reasons,
    }
    return a_room(**(usual | changes))
