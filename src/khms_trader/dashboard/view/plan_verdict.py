"""What is known of the gates of one line of a plan, or how the line ended. Pure.

Before the session it tells what needs no price; with a check-up what execute would do;
afterwards what was done.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from khms_trader.dashboard.view.plan import Line, PlanShown
from khms_trader.dashboard.view.plan_words import UNJUDGED
from khms_trader.dashboard.words import STATES, shares, signed_percent, won
from khms_trader.domain.order import Order, Side
from khms_trader.domain.plan import BuyLine, SellLine
from khms_trader.domain.reasons import korean_of
from khms_trader.domain.report import LineReport
from khms_trader.planning.rules import affordable, cash_needed
from khms_trader.planning.state_view import LineRow, LineStanding

LineKey = tuple[str, Side]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is said of one line.

    Attributes:
        is_held_back: it was not, or would not be, sent as it was meant.
    """

    text: str
    is_held_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """Judges the lines of one plan.

    Attributes:
        rows: what execute would do now, by line; empty for a plan that is over.
        cash: how far that of the plan's evening reaches, by symbol; see
            ``cash_by_rank``.
        is_ahead: the plan may still trade.
    """

    shown: PlanShown
    rows: Mapping[LineKey, LineRow] = field(default_factory=dict)
    cash: Mapping[str, Verdict] = field(default_factory=dict)
    is_ahead: bool = False

    def of(self, line: Line) -> Verdict:
        """Return what is known of ``line``; its text may be empty."""
        key = key_of(line)
        report, row = self.shown.reports.get(key), self.rows.get(key)
        if report is not None:
            return _ended(report)
        if row is not None and row.standing is not LineStanding.NOT_QUOTED:
            return _judged(row)
        if not self.is_ahead:
            return Verdict(text="")
        return _known(line, self.shown, self.cash)


def key_of(line: Line) -> LineKey:
    """Return symbol and side of ``line``."""
    return line.symbol, Side.BUY if isinstance(line, BuyLine) else Side.SELL


def price_words(row: LineRow) -> str:
    """Return the newest price against the plan's; empty when it was not asked for."""
    if row.price is None:
        return ""
    limit = "" if row.limit_price is None else f" · 한도 {won(row.limit_price)}"
    change = float(row.change) if row.change is not None else None
    return f"현재가 {won(row.price)} (기준가 대비 {signed_percent(change)}){limit}"


def _ended(report: LineReport) -> Verdict:
    order = report.order
    if order is None:
        why = korean_of(report.reason) or "기록 없음"
        return Verdict(text=f"보내지 않음: {why}", is_held_back=True)
    average = order.average_price
    at = "" if average is None else f" · 주당 {average:,.0f}원"
    filled = f"{order.filled_quantity:,}/{order.quantity:,}주"
    return Verdict(text=f"{report.end.korean} {filled}{at}")


def _judged(row: LineRow) -> Verdict:
    """Return what execute would do with the line now."""
    if row.record is not None:
        record = row.record
        filled = f"{record.filled_quantity:,}/{record.order.quantity:,}주"
        return Verdict(text=f"보냄: {STATES[record.state]} {filled}")
    if row.order is not None:
        return Verdict(text=f"지금 실행하면 보냄: {_order_words(row.order, row)}")
    if row.standing in UNJUDGED:
        return Verdict(text=UNJUDGED[row.standing])
    word = "보내지 않음" if row.standing is LineStanding.SKIPPED else "보내지 않을 것"
    return Verdict(text=f"{word}: {korean_of(row.reason)}", is_held_back=True)


def _order_words(order: Order, row: LineRow) -> str:
    if order.limit_price is None:
        return f"{shares(order.quantity)} 시장가"
    late = " (값이 한도를 넘어 대기)" if row.is_beyond_limit else ""
    return f"{shares(order.quantity)} 지정가 {won(order.limit_price)}{late}"


def cash_by_rank(shown: PlanShown) -> Mapping[str, Verdict]:
    """Return for each buy whether the cash of the plan's evening reaches its rank."""
    if shown.meant.observed is None:
        return {}
    left, fee_rate = shown.meant.observed.spendable, shown.costs.fee_rate
    hope = ", 파는 줄이 체결되면 그 돈도 씀" if shown.meant.sells else ""
    found = {}
    for line in shown.meant.buys:
        price = line.reference_price
        quantity = min(line.quantity, affordable(left, price, fee_rate))
        left -= cash_needed(quantity, price, fee_rate)
        if quantity == line.quantity:
            found[line.symbol] = Verdict(text=f"현금 충분(그 뒤 {won(left)} 남음)")
            continue
        word = f"현금이 모자라 {shares(quantity)}만" if quantity else "현금이 모자람"
        found[line.symbol] = Verdict(text=f"{word}{hope}", is_held_back=True)
    return found


def _known(line: Line, shown: PlanShown, cash: Mapping[str, Verdict]) -> Verdict:
    is_short = False
    if isinstance(line, SellLine):
        told = ["전략이 보유", *_sellable(line, shown)]
    else:
        told = ["자리 있음"]
        if line.symbol in cash:
            told.append(cash[line.symbol].text)
            is_short = cash[line.symbol].is_held_back
        if line.traded_value_20d:
            share = shown.cost(line) / line.traded_value_20d * 100
            told.append(f"20일 평균 거래대금의 {_percent(share)}")
    told.append("나머지는 시가를 보고 결정")
    return Verdict(text=" · ".join(told), is_held_back=is_short)


def _sellable(line: SellLine, shown: PlanShown) -> Iterator[str]:
    holding = shown.meant.holdings.account.holding(line.symbol)
    if holding is not None and holding.sellable < holding.quantity:
        yield f"지금 매도 가능 {shares(holding.sellable)}"


def _percent(share: float) -> str:
    return "0.01% 미만" if share < 0.01 else f"{share:.2f}%"
