"""A plan as a message: what can trade, what it costs, what changed, what to know.

What is a candidate is asked of ``planning.due``, which decides it for execute.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from khms_trader.domain.account import Account
from khms_trader.domain.message import Level, Message
from khms_trader.domain.order import OrderRecord, Side
from khms_trader.domain.plan import BarsState, BuyLine, Plan, SellLine
from khms_trader.domain.reasons import SkipReason
from khms_trader.market.rates import CostRates
from khms_trader.notifications.messages.alarms import CONFIRM, unknown_lines
from khms_trader.notifications.messages.markup import (
    SIDES,
    bold,
    code,
    day_text,
    first_of,
    moment_text,
    named,
    safe,
    short_reason,
    text_of,
    won,
)
from khms_trader.planning.due import Holdings, unbuyable
from khms_trader.planning.prepared import UNIVERSE
from khms_trader.planning.rules import cash_needed

PROBLEMS: Final = {
    "no_bars_for_holding": "일봉이 없어 팔 때인지 알 수 없습니다.",
    "holding_quarantined": "일봉을 믿을 수 없어(격리) 팔 때인지 알 수 없습니다.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTold:
    """A plan with what its reader is told beside it.

    Attributes:
        account: as it was read for the plan.
        managed: shares under management, of what that account held.
        before: the plan prepared before this one, whatever its session.
        unknown: orders whose outcome only a person can find out.
    """

    plan: Plan
    account: Account
    costs: CostRates
    managed: dict[str, int]
    legacy: frozenset[str] = frozenset()
    before: Plan | None = None
    is_confirmed: bool = True
    unknown: Sequence[OrderRecord] = ()

    @property
    def holdings(self) -> Holdings:
        """What is held and whose it is, as it was while planning."""
        return Holdings(account=self.account, managed=self.managed, legacy=self.legacy)

    @property
    def buys(self) -> tuple[BuyLine, ...]:
        """The buys that may go out if their price allows it, best rank first."""
        plan, holdings = self.plan, self.holdings
        return tuple(b for b in plan.buys if unbuyable(b, plan, holdings) is None)

    @property
    def sells(self) -> tuple[SellLine, ...]:
        """The sells of what was held and managed."""
        return tuple(line for line in self.plan.sells if line.held)

    @property
    def cost(self) -> int:
        """Won that the buys take at their reference prices, fee included."""
        return sum(_cost(line, self.costs) for line in self.buys)


def plan_ready(told: PlanTold) -> Message:
    """Return what is said of a plan once it is saved."""
    return Message(
        key=f"plan:{told.plan.plan_id}",
        level=Level.INFO,
        html=plan_html(told),
        at=told.plan.generated_at,
    )


def plan_html(told: PlanTold) -> str:
    """Return the plan as the text of a message."""
    plan = told.plan
    made = moment_text(plan.generated_at)
    asof = day_text(plan.data_asof)
    return text_of(
        [
            f"{bold('계획 ' + day_text(plan.for_trading_day))} · {safe(plan.account)}",
            f"기준일 {asof} · 전략 {safe(plan.strategy.name)} · {made} 만듦",
            *_warnings(told),
            *_buys(told),
            *_sells(told),
            *_rest(told),
            *_money(told),
            *_changes(told),
        ]
    )


def plan_line(told: PlanTold) -> str:
    """Return the plan in one line."""
    buys, sells = len(told.buys), len(told.sells)
    day = day_text(told.plan.for_trading_day)
    if not buys and not sells:
        return f"{day} 거래할 줄 없음"
    return f"{day} 매수 {buys}건({won(told.cost)}) · 매도 {sells}건"


def _cost(line: BuyLine, costs: CostRates) -> int:
    return cash_needed(line.quantity, line.reference_price, costs.fee_rate)


def _warnings(told: PlanTold) -> list[str]:
    plan, lines = told.plan, []
    if not told.is_confirmed:
        lines.append(
            f"{bold('계좌가 확인되지 않아 주문하지 않습니다')}: {code(CONFIRM)}"
        )
    lines += unknown_lines(told.unknown, _names(told))
    for symbol, problem in plan.errors.items():
        if symbol == UNIVERSE:
            lines.append(
                "경고: 종목 목록을 받지 못해 지난 유니버스 "
                f"{safe(plan.universe_file)} 를 그대로 씁니다."
            )
            continue
        name = named(_names(told).get(symbol, ""), symbol)
        lines.append(f"경고: 보유 종목 {name} - {PROBLEMS.get(problem, safe(problem))}")
    if plan.bars is BarsState.PROVISIONAL:
        lines.append("기준일 거래량은 아직 잠정치입니다(20:10 전).")
    return lines


def _names(told: PlanTold) -> dict[str, str]:
    names = {holding.symbol: holding.name for holding in told.account.holdings}
    return names | told.plan.names


def _buys(told: PlanTold) -> list[str]:
    rows = [
        f"{line.rank}. {named(line.name, line.symbol)} · {line.quantity:,}주 × "
        f"{won(line.reference_price)} = {won(_cost(line, told.costs))}"
        for line in told.buys
    ]
    return [bold(f"살 수 있는 줄 {len(rows)}"), *first_of(rows)] if rows else []


def _sells(told: PlanTold) -> list[str]:
    rows = [
        f"· {named(line.name, line.symbol)} · {_held(told, line.symbol)}"
        f"기준가 {won(line.reference_price)}"
        for line in told.sells
    ]
    return [bold(f"팔 줄(보유 중) {len(rows)}"), *first_of(rows)] if rows else []


def _held(told: PlanTold, symbol: str) -> str:
    holding = told.account.holding(symbol)
    held = holding.quantity if holding else 0
    shares = min(held, told.managed.get(symbol, held))
    return f"{shares:,}주 · " if shares else ""


def _rest(told: PlanTold) -> list[str]:
    plan, holdings = told.plan, told.holdings
    skips = [unbuyable(line, plan, holdings) for line in plan.buys]
    why = {
        Side.BUY: Counter(skip.reason for skip in skips if skip is not None),
        Side.SELL: Counter(
            SkipReason.HELD_OUTSIDE
            if holdings.is_outside(line.symbol)
            else SkipReason.NOT_HELD
            for line in plan.sells
            if not line.held
        ),
    }
    lines = [] if told.buys or told.sells else ["다음 거래일에 거래할 줄이 없습니다."]
    for side, counts in why.items():
        told_counts = " · ".join(
            f"{short_reason(reason)} {count:,}건"
            for reason, count in sorted(counts.items())
        )
        if told_counts:
            lines.append(
                f"나머지 {SIDES[side]} 신호 {counts.total():,}건: {told_counts}"
            )
    unable = len(plan.skipped)
    return [*lines, f"신호 없음 {unable:,}종목"] if unable else lines


def _money(told: PlanTold) -> list[str]:
    account = told.account
    cost = f"살 금액 {won(told.cost)}(수수료 포함) · " if told.buys else ""
    cash, total = won(account.spendable), won(account.total)
    lines = [f"{cost}주문 가능 현금 {cash} · 총평가 {total}"]
    if told.cost > account.spendable:
        lines.append(
            "살 금액이 현금보다 많습니다. 순위대로 현금이 되는 만큼만 삽니다(파는 "
            "줄이 체결되면 그 돈도 씁니다)."
        )
    return lines


def _changes(told: PlanTold) -> list[str]:
    """Return which buys came and went; what was bought since has not gone."""
    before = told.before
    if before is None:
        return []
    held = {h.symbol for h in told.account.holdings if h.quantity > 0}
    now = {line.symbol: line.name for line in told.buys}
    then = {
        line.symbol: line.name
        for line in before.buys
        if line.rank <= before.slots_free and line.quantity and line.symbol not in held
    }
    told_changes = [
        f"{word} {', '.join(first_of(names))}"
        for word, names in (
            ("새로", [named(n, s) for s, n in now.items() if s not in then]),
            ("빠짐", [named(n, s) for s, n in then.items() if s not in now]),
        )
        if names
    ]
    day = "같은 날" if _is_same_day(told) else day_text(before.for_trading_day)
    changes = " · ".join(told_changes) or "살 종목이 같음"
    return [f"바뀐 것({day} 계획과 견주어): {changes}"]


def _is_same_day(told: PlanTold) -> bool:
    before = told.before
    return before is not None and before.for_trading_day == told.plan.for_trading_day
