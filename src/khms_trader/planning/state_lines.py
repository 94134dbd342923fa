"""The lines of the newest plan, each with where it stands now. Pure.

A line that was sent or skipped for good shows that; any other what ``planning.due``
says of it, as far as its price was asked for.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from khms_trader.domain.instrument import kind_of
from khms_trader.domain.order import OrderRecord, OrderType, Side
from khms_trader.domain.plan import BuyLine, Plan, SellLine
from khms_trader.domain.reasons import SkipReason
from khms_trader.market.prices import tick_rule
from khms_trader.planning.due import Decision, TradingRules
from khms_trader.planning.rules import buy_limit_price, sell_limit_price
from khms_trader.planning.state_view import Glance, LineRow, LineStanding

# Most lines of a plan are signals of symbols that are not held or have no slot.
_NEVER_CANDIDATES: Final = frozenset(
    {SkipReason.NOT_HELD, SkipReason.NO_SLOT, SkipReason.ALREADY_HELD}
)

LineKey = tuple[str, Side]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a plan's lines beside the decisions.

    Attributes:
        records: orders of the plan by line.
        skips: lines that were skipped for good, with the reason.
        quotable: lines that wait for nothing but their price.
        is_running: the plan's session trades now, so that a decision means something.
    """

    records: Mapping[LineKey, OrderRecord]
    skips: Mapping[LineKey, SkipReason]
    quotable: frozenset[LineKey]
    glances: Mapping[str, Glance]
    is_running: bool


def line_rows(
    plan: Plan, decisions: Sequence[Decision], known: Known, rules: TradingRules
) -> tuple[tuple[LineRow, ...], Mapping[tuple[Side, str], int]]:
    """Return the lines worth a row, sells first, and how many others there are.

    Args:
        decisions: one per line of ``plan``.
    """
    rows = []
    rest: Counter[tuple[Side, str]] = Counter()
    for decision in decisions:
        row = _row(plan, decision, known, rules)
        if _has_a_row(row, known):
            rows.append(row)
        else:
            rest[row.side, row.reason] += 1
    return tuple(rows), dict(sorted(rest.items()))


def _has_a_row(row: LineRow, known: Known) -> bool:
    skipped = {LineStanding.SKIPPED, LineStanding.WOULD_SKIP}
    if row.standing not in skipped or (row.line.symbol, row.side) in known.quotable:
        return True
    return row.reason not in _NEVER_CANDIDATES


def _row(plan: Plan, decision: Decision, known: Known, rules: TradingRules) -> LineRow:
    line = decision.line
    standing, reason = _standing(decision, known)
    glance = known.glances.get(line.symbol)
    is_sent = standing is LineStanding.SENT
    return LineRow(
        line=line,
        standing=standing,
        price=glance.price if glance is not None else None,
        limit_price=_limit_price(plan, line, glance, rules),
        order=decision.order if standing is LineStanding.WOULD_SEND else None,
        record=known.records[line.symbol, decision.side] if is_sent else None,
        reason=reason,
    )


def _standing(decision: Decision, known: Known) -> tuple[LineStanding, str]:
    key = decision.line.symbol, decision.side
    if key in known.records:
        return LineStanding.SENT, ""
    if key in known.skips:
        return LineStanding.SKIPPED, known.skips[key]
    unjudged = _unjudged(key, known) if key in known.quotable else None
    if unjudged is not None:
        return unjudged, ""
    if decision.skip is not None:
        return LineStanding.WOULD_SKIP, decision.skip.reason
    return LineStanding.WOULD_SEND, ""


def _unjudged(key: LineKey, known: Known) -> LineStanding | None:
    """Return why nothing can be said yet of a line that waits for its price."""
    glance = known.glances.get(key[0])
    if glance is None:
        return LineStanding.NOT_QUOTED
    if glance.is_failed:
        return LineStanding.QUOTE_FAILED
    return None if known.is_running else LineStanding.LATER


def _limit_price(
    plan: Plan, line: BuyLine | SellLine, glance: Glance | None, rules: TradingRules
) -> int | None:
    """Return the worst price the line's order would accept; None for a market order."""
    quote = glance.quote if glance is not None else None
    kind = quote.kind if quote is not None else kind_of(line.symbol)
    rule = tick_rule(plan.for_trading_day, kind)
    if isinstance(line, BuyLine):
        if rules.buy_order is OrderType.MARKET:
            return None
        upper = (quote.upper_limit if quote is not None else None) or 0
        return buy_limit_price(line.reference_price, rules.collar_rate, upper, rule)
    if rules.sell_order is OrderType.MARKET or quote is None:
        return None
    lower = quote.lower_limit or 0
    return sell_limit_price(quote.base_price, rules.collar_rate, lower, rule)
