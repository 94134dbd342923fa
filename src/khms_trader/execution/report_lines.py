"""One line of the plan, or one order, as the report tells it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from khms_trader.domain.account import Account
from khms_trader.domain.events import Event, LineSkipped, LineWarned, OrderUnconfirmed
from khms_trader.domain.instrument import kind_of
from khms_trader.domain.order import OrderRecord, OrderState, Side
from khms_trader.domain.plan import BuyLine, SellLine
from khms_trader.domain.reasons import SkipReason
from khms_trader.domain.report import LineEnd, LineReport, LineWarning, OrderReport
from khms_trader.execution.run_parts import accepted_at, ended_at
from khms_trader.market.rates import CostRates
from khms_trader.planning.match import STILL_UNKNOWN

_ENDS = {
    OrderState.INTENDED: LineEnd.UNCONFIRMED,
    OrderState.UNCONFIRMED: LineEnd.UNCONFIRMED,
    OrderState.ACCEPTED: LineEnd.OPEN,
    OrderState.PARTIALLY_FILLED: LineEnd.OPEN,
    OrderState.FILLED: LineEnd.FILLED,
    OrderState.CANCELLED: LineEnd.CANCELLED,
    OrderState.EXPIRED: LineEnd.EXPIRED,
    OrderState.REJECTED: LineEnd.REJECTED,
    OrderState.NOT_PLACED: LineEnd.NOT_PLACED,
}
# What a look at the list said: the end tells it already.
_FOUND_WORDS = frozenset({"found_in_list", "not_in_list"})
# What was never to be traded: nothing of it was planned.
_NEVER_MEANT = frozenset({SkipReason.ALREADY_HELD, SkipReason.HELD_OUTSIDE})


LineKey = tuple[str, Side]


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What the lines of one session are told from.

    Attributes:
        before: the account before the first order, if anybody knows it.
        managed: shares under the strategy's management by symbol.
        skips: the newest word on why a line was not sent.
        warnings: what a person should know of a line, in the order it was said.
    """

    slots_free: int
    events: Sequence[Event]
    costs: CostRates
    before: Account | None
    managed: Mapping[str, int]
    skips: Mapping[LineKey, LineSkipped]
    warnings: Mapping[LineKey, tuple[LineWarning, ...]]


def skips_of(events: Iterable[Event]) -> Mapping[LineKey, LineSkipped]:
    """Return the newest word on why a line was not sent, by line."""
    return {(e.symbol, Side(e.side)): e for e in events if isinstance(e, LineSkipped)}


def warnings_of(events: Iterable[Event]) -> Mapping[LineKey, tuple[LineWarning, ...]]:
    """Return the warnings of each line; said again, the newest figure counts."""
    found: dict[LineKey, dict[str, LineWarning]] = {}
    for event in events:
        if isinstance(event, LineWarned):
            line = found.setdefault((event.symbol, Side(event.side)), {})
            line[event.warning] = LineWarning(
                warning=event.warning, detail=event.detail
            )
    return {key: tuple(line.values()) for key, line in found.items()}


def line_report(
    line: BuyLine | SellLine, record: OrderRecord | None, session: Session
) -> LineReport:
    """Return how ``line`` ended, with its order when it has one."""
    side = Side.BUY if isinstance(line, BuyLine) else Side.SELL
    key = (line.symbol, side)
    end, reason, detail, lost = LineEnd.SKIPPED, "", "", ""
    if record is not None:
        end = end_of(record)
        detail, lost = told_of(record, session.events)
    elif key in session.skips:
        reason, detail = session.skips[key].reason, session.skips[key].detail
    wanted = _wanted(line, record, reason, session)
    return LineReport(
        side=side,
        symbol=line.symbol,
        name=line.name,
        planned_quantity=line.quantity if isinstance(line, BuyLine) else None,
        reference_price=line.reference_price,
        end=end,
        reason=reason,
        detail=detail,
        order=order_report(record, session.costs, session.events) if record else None,
        lost=lost,
        is_candidate=wanted is not None,
        wanted_quantity=wanted or 0,
        warnings=session.warnings.get(key, ()),
    )


def end_of(record: OrderRecord) -> LineEnd:
    """Return how the order ended, or where it stands."""
    if record.needs_a_person:
        return LineEnd.UNCONFIRMED
    is_ended = record.state in {OrderState.CANCELLED, OrderState.EXPIRED}
    if is_ended and record.filled_quantity:
        return LineEnd.PARTIAL
    return _ENDS[record.state]


def told_of(record: OrderRecord, events: Iterable[Event]) -> tuple[str, str]:
    """Return the word on where the order stands, and why its answer was once lost.

    The journal keeps the word of a lost answer when the outcome is known later: by
    then it says how it began, no more how it stands.
    """
    words = _words_of_loss(record, events)
    if end_of(record) is LineEnd.UNCONFIRMED or not words:
        return record.detail, ""
    is_stale = record.detail in {*words, *STILL_UNKNOWN, *_FOUND_WORDS}
    return ("" if is_stale else record.detail), words[0]


def was_ever_unknown(record: OrderRecord, events: Iterable[Event]) -> bool:
    """Return True when the order's answer was lost, whatever is known of it now."""
    return end_of(record) is LineEnd.UNCONFIRMED or bool(_words_of_loss(record, events))


def order_report(
    record: OrderRecord, costs: CostRates, events: Sequence[Event] = ()
) -> OrderReport:
    """Return the figures of one order; its costs are estimated, in won.

    Its times are those of ``events``, the session's.
    """
    slippage, slippage_bps = _slippage(record)
    value = record.filled_value
    kind = kind_of(record.key.symbol)
    return OrderReport(
        number=record.number,
        order_type=record.order.order_type,
        quantity=record.order.quantity,
        filled_quantity=record.filled_quantity,
        filled_value=value,
        limit_price=record.order.limit_price,
        open_price=record.open_price,
        slippage=slippage,
        slippage_bps=slippage_bps,
        fee=costs.fee(value),
        tax=costs.tax(record.key.side, value, record.key.session, kind),
        intended_at=record.intended_at,
        updated_at=record.updated_at,
        accepted_at=accepted_at(events, record.key),
        ended_at=ended_at(events, record.key),
    )


def _wanted(
    line: BuyLine | SellLine,
    record: OrderRecord | None,
    reason: str,
    session: Session,
) -> int | None:
    """Return the shares the line would have traded; None when it was no candidate."""
    if isinstance(line, BuyLine):
        could = line.rank <= session.slots_free and reason not in _NEVER_MEANT
        return line.quantity if could or record else None
    if record is not None:
        return record.order.quantity
    if reason in _NEVER_MEANT:
        return None
    shares = session.managed.get(line.symbol, 0)
    if session.before is not None:
        holding = session.before.holding(line.symbol)
        shares = min(shares, holding.quantity if holding else 0)
    return shares if shares or line.held else None


def _words_of_loss(record: OrderRecord, events: Iterable[Event]) -> tuple[str, ...]:
    return tuple(
        event.detail
        for event in events
        if isinstance(event, OrderUnconfirmed) and event.key == record.key
    )


def _slippage(record: OrderRecord) -> tuple[int | None, float | None]:
    """Return won and basis points lost against the open; gains are negative."""
    if record.open_price is None or not record.filled_quantity:
        return None, None
    at_open = record.open_price * record.filled_quantity
    lost = record.key.side.sign * (record.filled_value - at_open)
    return lost, round(lost / at_open * 10_000, 2)
