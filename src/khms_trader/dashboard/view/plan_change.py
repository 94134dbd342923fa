"""What changed from the plan before to this one: which lines came, went and why. Pure.

It compares what could trade; hundreds of other signals come and go every day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from khms_trader.dashboard.view.plan import Meant, PlanShown
from khms_trader.dashboard.view.plan_words import REST
from khms_trader.dashboard.words import SIDES, day
from khms_trader.domain.order import Side
from khms_trader.domain.plan import BarsState, Plan
from khms_trader.domain.reasons import SkipReason, korean_of
from khms_trader.planning.due import unbuyable

CHANGE_HEADINGS: Final = ("종목", "구분", "바뀐 것", "이유")
CAME: Final = "새로"
GONE: Final = "빠짐"
STAYED: Final = "그대로"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedLine:
    """One symbol that could trade then, now or both times.

    Attributes:
        what: ``CAME``, ``GONE`` or ``STAYED``.
        why: in Korean; may be empty.
    """

    side: Side
    symbol: str
    name: str
    what: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChange:
    """The difference between two plans.

    Attributes:
        against: which plan this one is held against, in Korean.
        notes: what changed beside the lines, a sentence each.
    """

    against: str
    lines: tuple[ChangedLine, ...]
    notes: tuple[str, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """True when what could trade is the same and nothing else changed."""
        return not self.notes and all(line.what == STAYED for line in self.lines)


def change_of(shown: PlanShown) -> PlanChange | None:
    """Return the difference to the plan before; None without one."""
    before = shown.before
    if before is None:
        return None
    now = shown.meant
    sells = [line.symbol for line in before.sells], [line.symbol for line in now.sells]
    buys = [line.symbol for line in before.buys], [line.symbol for line in now.buys]
    return PlanChange(
        against=_against(shown.plan, before.plan),
        lines=(*_lines(Side.SELL, *sells, shown), *_lines(Side.BUY, *buys, shown)),
        notes=tuple(_notes(shown.plan, before.plan)),
    )


def _against(plan: Plan, before: Plan) -> str:
    made = f"{before.generated_at:%m.%d %H:%M}에 만든"
    if before.for_trading_day == plan.for_trading_day:
        return f"{made} 같은 거래일의 계획"
    return f"{made} {day(before.for_trading_day)} 계획"


def _lines(
    side: Side, then: Sequence[str], now: Sequence[str], shown: PlanShown
) -> Iterator[ChangedLine]:
    told = [(symbol, CAME, "") for symbol in now if symbol not in then]
    told += [
        (symbol, GONE, _why_gone(side, symbol, shown.meant))
        for symbol in then
        if symbol not in now
    ]
    told += [(symbol, STAYED, "") for symbol in now if symbol in then]
    for symbol, what, why in told:
        yield ChangedLine(
            side=side,
            symbol=symbol,
            name=shown.names.get(symbol, ""),
            what=what,
            why=why,
        )


def _why_gone(side: Side, symbol: str, now: Meant) -> str:
    plan = now.plan
    if side is Side.BUY:
        line = next((each for each in plan.buys if each.symbol == symbol), None)
        skip = None if line is None else unbuyable(line, plan, now.holdings)
        if skip is not None:
            return REST[skip.reason]
        if now.holds(symbol):
            return REST[SkipReason.ALREADY_HELD]
    elif now.observed is not None and not now.holds(symbol):
        return REST[SkipReason.NOT_HELD]
    unable = (each.reason for each in plan.skipped if each.symbol == symbol)
    reason = next(unable, "")
    return korean_of(reason) if reason else f"{SIDES[side]} 신호가 사라짐"


def _notes(plan: Plan, before: Plan) -> Iterator[str]:
    if plan.strategy.name != before.strategy.name:
        yield f"전략이 {before.strategy.name}에서 {plan.strategy.name}(으)로 바뀜"
    elif dict(plan.strategy.params) != dict(before.strategy.params):
        yield f"전략의 수치가 바뀜: {_params(plan, before)}"
    elif plan.config_hash != before.config_hash:
        yield "계획에 쓰는 설정(settings.yaml)이 바뀜"
    if plan.data_source != before.data_source:
        yield f"시세가 {before.data_source}에서 {plan.data_source}(으)로 바뀜"
    if plan.slots_free != before.slots_free:
        yield f"빈 자리 {before.slots_free}개 → {plan.slots_free}개"
    same_day = plan.for_trading_day == before.for_trading_day
    if same_day and (before.bars, plan.bars) == (
        BarsState.PROVISIONAL,
        BarsState.FINAL,
    ):
        yield "기준일 거래량이 잠정치에서 확정치로 바뀜"


def _params(plan: Plan, before: Plan) -> str:
    now, then = plan.strategy.params, before.strategy.params
    names = sorted(now.keys() | then.keys())
    return ", ".join(
        f"{name} {then.get(name, '없음')} → {now.get(name, '없음')}"
        for name in names
        if now.get(name) != then.get(name)
    )
