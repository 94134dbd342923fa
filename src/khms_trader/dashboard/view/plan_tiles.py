"""The head of the page 계획: which plan, its tiles, what stands in its way. Pure."""

from collections.abc import Iterator

from khms_trader.dashboard.sources import PlanFile
from khms_trader.dashboard.view.plan import PlanShown, Standing
from khms_trader.dashboard.view.plan_words import STANDINGS
from khms_trader.dashboard.view.tile_html import Tile
from khms_trader.dashboard.words import DASH, day, long_day, won


def file_label(file: PlanFile) -> str:
    """Return how a plan is named where one is chosen."""
    dated = long_day(file.session)
    return f"{dated} · 이전 판 {file.archived}" if file.archived else dated


def span_of(shown: PlanShown, standing: Standing) -> str:
    """Return the sentence under the title."""
    plan = shown.plan
    return (
        f"{day(plan.for_trading_day)} 거래일 · {STANDINGS[standing]} · 기준일 "
        f"{day(plan.data_asof)} · {plan.generated_at:%m.%d %H:%M} 만듦 · 전략 "
        f"{plan.strategy.name} · 계획 {plan.plan_id}"
    )


def heading_notes(shown: PlanShown, standing: Standing, account: str) -> Iterator[str]:
    """Yield what a reader must know before reading the lines."""
    plan = shown.plan
    if plan.account != account:
        yield (
            f"다른 계좌({plan.account})의 계획입니다. 지금 보는 계좌는 {account}이라 "
            "이 계획은 실행되지 않습니다."
        )
    elif shown.meant.observed is None:
        yield "계획을 만들 때의 계좌 기록이 없어, 후보는 순위와 빈 자리로만 가렸습니다."
    cash = shown.meant.observed
    is_short = cash is not None and shown.total_cost > cash.spendable
    if cash is not None and is_short and standing is Standing.AHEAD:
        yield (
            f"살 금액 {won(shown.total_cost)}이 주문 가능 현금 "
            f"{won(cash.spendable)}보다 많습니다. 순위대로 현금이 되는 만큼만 삽니다"
            "(파는 줄이 체결되면 그 돈도 씁니다)."
        )


def plan_tiles(shown: PlanShown, made: str) -> tuple[Tile, ...]:
    """Return the plan at a glance; ``made`` is how long ago it was made."""
    plan, meant = shown.plan, shown.meant
    cash = meant.observed
    seen = "기록 없음" if cash is None else f"{cash.observed_at:%m.%d %H:%M}에 읽음"
    signals = f"매수 신호 {len(plan.buys):,}건"
    return (
        Tile(
            label="살 줄",
            value=f"{len(meant.buys):,}건",
            sub=f"약 {won(shown.total_cost)}, 수수료 포함" if meant.buys else "",
            age=made,
        ),
        Tile(
            label="팔 줄",
            value=f"{len(meant.sells):,}건",
            sub=_proceeds(shown),
            age=made,
        ),
        Tile(label="빈 자리", value=f"{plan.slots_free:,}개", sub=signals, age=made),
        Tile(
            label="계획할 때의 주문 가능 현금",
            value=DASH if cash is None else won(cash.spendable),
            sub="" if cash is None else f"총평가 {won(cash.total)}",
            age=seen,
        ),
    )


def _proceeds(shown: PlanShown) -> str:
    """Return what the sells bring in; nothing where the shares are not known."""
    sold = [
        (line.reference_price, shown.meant.shares_of(line.symbol))
        for line in shown.meant.sells
    ]
    if not sold or not all(quantity for _, quantity in sold):
        return ""
    return f"약 {won(sum(price * quantity for price, quantity in sold))}, 비용 빼기 전"
