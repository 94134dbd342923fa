"""Which shares are not the strategy's, and which of them a person may sell or adopt.

Pure: facts in, choices out. A managed share is never chosen, whatever is asked for.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from khms_trader.domain.account import Holding
from khms_trader.domain.order import Order, OrderRecord, OrderState, OrderType, Side
from khms_trader.planning.due import Holdings

MANUAL: Final = "manual-"
# The balance was seen up to 3.1 s, and more than 5 s, behind the order list
# (kis-wire.md 7): until it is certain, sold shares may look like shares to sell.
BALANCE_LAG: Final = timedelta(minutes=1)


class Whose(StrEnum):
    """Why shares are not managed.

    LEGACY was there when the account was confirmed, or is named in the settings;
    OUTSIDE came later by hand; SURPLUS lies on top of managed shares of the symbol.
    """

    LEGACY = "legacy"
    OUTSIDE = "outside"
    SURPLUS = "surplus"


class HeldBack(StrEnum):
    """Why something that was asked for is not done."""

    NOT_HELD = "not_held"
    NOTHING_TO_ADOPT = "nothing_to_adopt"
    ALREADY_MANAGED = "already_managed"
    MANAGED = "managed"
    NAMED_IN_SETTINGS = "named_in_settings"
    NOT_SELLABLE = "not_sellable"
    UNKNOWN_ORDER = "unknown_order"
    OPEN_ORDER = "open_order"
    JUST_SOLD = "just_sold"
    HALT = "halt"
    SESSION_OVER = "session_over"

    @property
    def is_nothing_to_do(self) -> bool:
        """True when what was asked for is so already."""
        return self in {HeldBack.NOT_HELD, HeldBack.ALREADY_MANAGED}

    @property
    def is_gate(self) -> bool:
        """True when it would have stopped any order."""
        return self in {HeldBack.HALT, HeldBack.SESSION_OVER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmanaged:
    """Shares of one symbol that the strategy does not manage.

    Attributes:
        quantity: the unmanaged shares of the holding.
        managed: the shares beside them that are the strategy's.
    """

    holding: Holding
    whose: Whose
    quantity: int
    managed: int = 0

    @property
    def sellable(self) -> int:
        """Unmanaged shares that may be sold now."""
        return max(0, min(self.holding.sellable, self.quantity))

    @property
    def value(self) -> int:
        """Worth at the last known price, in won; 0 when nobody knows one."""
        return self.quantity * self.holding.price


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person asked for: symbols by name, or all there are."""

    symbols: tuple[str, ...] = ()
    is_all: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One symbol to sell or to adopt, or why not.

    Attributes:
        quantity: shares; 0 when ``held_back``.
        price: last known price in won; 0 when nobody knows one.
    """

    symbol: str
    name: str = ""
    quantity: int = 0
    price: int = 0
    held_back: HeldBack | None = None

    @property
    def is_refused(self) -> bool:
        """True when it was held back although there was something to do."""
        return self.held_back is not None and not self.held_back.is_nothing_to_do


def unmanaged(
    holdings: Holdings, confirmed: Collection[str] | None
) -> tuple[Unmanaged, ...]:
    """Return every holding, or part of one, that is not managed.

    Args:
        holdings: what is held, and what of it the journal manages.
        confirmed: symbols that became legacy when a person confirmed the account; None
            before that, when everything unmanaged is about to.
    """
    found = []
    for holding in holdings.account.holdings:
        managed = max(0, holdings.managed.get(holding.symbol, 0))
        if holding.quantity > managed:
            found.append(
                Unmanaged(
                    holding=holding,
                    whose=_whose(holding.symbol, managed, holdings.legacy, confirmed),
                    quantity=holding.quantity - managed,
                    managed=managed,
                )
            )
    return tuple(found)


def busy_symbols(records: Iterable[OrderRecord], now: datetime) -> dict[str, HeldBack]:
    """Return the symbols whose shares cannot be told apart yet, and why.

    An open buy may have filled without the journal knowing: its shares would look like
    a stranger's.
    """
    busy: dict[str, HeldBack] = {}
    for record in records:
        reason = _busy(record, now)
        known = busy.get(record.key.symbol)
        if reason and (known is None or _RANK.index(reason) < _RANK.index(known)):
            busy[record.key.symbol] = reason
    return busy


def choose_sales(
    holdings: Holdings,
    found: Sequence[Unmanaged],
    asked: Asked,
    busy: Mapping[str, HeldBack],
) -> tuple[Choice, ...]:
    """Return what of ``asked`` to sell; all means every holding without managed shares.

    A surplus on top of managed shares is sold only when its symbol is named.
    """
    by_symbol = {each.holding.symbol: each for each in found}
    everything = [s for s, each in by_symbol.items() if each.whose is not Whose.SURPLUS]
    return tuple(
        _sale(_choice(symbol, holdings), by_symbol.get(symbol), busy.get(symbol))
        for symbol in _asked_for(asked, everything)
    )


def choose_adoptions(
    holdings: Holdings,
    found: Sequence[Unmanaged],
    asked: Asked,
    busy: Mapping[str, HeldBack],
) -> tuple[Choice, ...]:
    """Return what of ``asked`` to put under management; all means surplus shares too.

    A symbol that the settings name would stay out of reach, so it is held back.
    """
    by_symbol = {each.holding.symbol: each for each in found}
    return tuple(
        _adoption(
            _choice(symbol, holdings),
            by_symbol.get(symbol),
            busy.get(symbol),
            is_named=symbol in holdings.legacy,
        )
        for symbol in _asked_for(asked, by_symbol)
    )


def next_purpose(used: Iterable[str]) -> str:
    """Return ``manual-<n>``, one above the highest of ``used``."""
    numbers = [int(p.removeprefix(MANUAL)) for p in used if p.startswith(MANUAL)]
    return f"{MANUAL}{max(numbers, default=0) + 1}"


def market_sale(choice: Choice) -> Order:
    """Return the order that sells ``choice`` at market."""
    return Order(
        symbol=choice.symbol,
        side=Side.SELL,
        quantity=choice.quantity,
        order_type=OrderType.MARKET,
    )


_RANK: Final = (HeldBack.UNKNOWN_ORDER, HeldBack.OPEN_ORDER, HeldBack.JUST_SOLD)


def _busy(record: OrderRecord, now: datetime) -> HeldBack | None:
    if record.state in {OrderState.INTENDED, OrderState.UNCONFIRMED}:
        return HeldBack.UNKNOWN_ORDER
    if not record.state.is_final:
        return HeldBack.OPEN_ORDER
    is_sale = record.key.side is Side.SELL and record.filled_quantity > 0
    if is_sale and now - record.updated_at < BALANCE_LAG:
        return HeldBack.JUST_SOLD
    return None


def _whose(
    symbol: str,
    managed: int,
    named: Collection[str],
    confirmed: Collection[str] | None,
) -> Whose:
    if managed:
        return Whose.SURPLUS
    is_legacy = confirmed is None or symbol in confirmed or symbol in named
    return Whose.LEGACY if is_legacy else Whose.OUTSIDE


def _asked_for(asked: Asked, everything: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(everything if asked.is_all else asked.symbols))


def _choice(symbol: str, holdings: Holdings) -> Choice:
    holding = holdings.account.holding(symbol)
    if holding is None or holding.quantity < 1:
        return Choice(symbol=symbol, held_back=HeldBack.NOT_HELD)
    return Choice(symbol=symbol, name=holding.name, price=holding.price)


def _sale(choice: Choice, found: Unmanaged | None, busy: HeldBack | None) -> Choice:
    if busy in {HeldBack.UNKNOWN_ORDER, HeldBack.OPEN_ORDER}:
        return _held_back(choice, busy)
    if found is None:
        return _held_back(choice, choice.held_back or HeldBack.MANAGED)
    if busy is not None:
        return _held_back(choice, busy)
    if found.sellable < 1:
        return _held_back(choice, HeldBack.NOT_SELLABLE)
    return replace(choice, quantity=found.sellable)


def _adoption(
    choice: Choice, found: Unmanaged | None, busy: HeldBack | None, *, is_named: bool
) -> Choice:
    if busy in {HeldBack.UNKNOWN_ORDER, HeldBack.OPEN_ORDER}:
        return _held_back(choice, busy)
    if found is None:
        # Sold twice is sold; but who adopts what is not there has mistaken its number.
        absent = choice.held_back is HeldBack.NOT_HELD
        reason = HeldBack.NOTHING_TO_ADOPT if absent else HeldBack.ALREADY_MANAGED
        return _held_back(choice, reason)
    if is_named:
        return _held_back(choice, HeldBack.NAMED_IN_SETTINGS)
    if busy is not None:
        return _held_back(choice, busy)
    return replace(choice, quantity=found.quantity)


def _held_back(choice: Choice, reason: HeldBack) -> Choice:
    return replace(choice, quantity=0, held_back=reason)
