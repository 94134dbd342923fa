"""Which lines of a fresh plan can trade, and the rest counted by why not, in Korean.

What is a candidate is asked of ``planning.due``, which decides it for execute.
"""

from collections.abc import Sequence
from typing import Final

from khms_trader.console.screen import Screen
from khms_trader.console.words import SIDES, named
from khms_trader.domain.order import Side
from khms_trader.domain.plan import BuyLine, SellLine
from khms_trader.domain.reasons import SkipReason
from khms_trader.planning.due import unbuyable
from khms_trader.planning.prepared import Prepared

_MOST_NAMED: Final = 5
_REST: Final = {
    SkipReason.ALREADY_HELD: "이미 전략이 보유",
    SkipReason.HELD_OUTSIDE: "전략 밖 보유(legacy·외부)",
    SkipReason.TOO_SMALL: "한 주도 살 수 없는 금액",
    SkipReason.NO_SLOT: "자리 없음",
    SkipReason.NOT_HELD: "보유하지 않음",
}
_NAMED: Final = frozenset({SkipReason.ALREADY_HELD, SkipReason.HELD_OUTSIDE})

_Unsent = tuple[BuyLine | SellLine, SkipReason]


def candidates(prepared: Prepared) -> list[BuyLine]:
    """Return the buys that may go out if their price allows it, best rank first."""
    plan, holdings = prepared.plan, prepared.holdings
    return [line for line in plan.buys if unbuyable(line, plan, holdings) is None]


def show_rest(prepared: Prepared, screen: Screen) -> None:
    """Count the lines that will not trade by why, and name those that are held."""
    for side, rest in _rest(prepared).items():
        if not rest:
            continue
        counts = " · ".join(
            f"{_REST[reason]} {len(lines)}건"
            + (f"({_names(lines)})" if reason in _NAMED else "")
            for reason in _REST
            if (lines := [line for line, why in rest if why is reason])
        )
        screen.line(f"나머지 {SIDES[side]} 신호 {len(rest)}건: {counts}")


def _rest(prepared: Prepared) -> dict[Side, list[_Unsent]]:
    plan, holdings = prepared.plan, prepared.holdings
    buys: list[_Unsent] = [
        (line, skip.reason)
        for line in plan.buys
        if (skip := unbuyable(line, plan, holdings)) is not None
    ]
    sells: list[_Unsent] = [
        (
            line,
            SkipReason.HELD_OUTSIDE
            if holdings.is_outside(line.symbol)
            else SkipReason.NOT_HELD,
        )
        for line in plan.sells
        if not line.held
    ]
    return {Side.BUY: buys, Side.SELL: sells}


def _names(lines: Sequence[BuyLine | SellLine]) -> str:
    told = ", ".join(named(line.name, line.symbol) for line in lines[:_MOST_NAMED])
    return told + (" 등" if len(lines) > _MOST_NAMED else "")
