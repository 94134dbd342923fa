"""The lines of a plan as cards and rows: candidates first, the rest by why. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from khms_trader.dashboard.sources import Checkup
from khms_trader.dashboard.view.plan import Line, PlanShown, Standing
from khms_trader.dashboard.view.plan_verdict import (
    Verdict,
    Verdicts,
    cash_by_rank,
    key_of,
    price_words,
)
from khms_trader.dashboard.view.plan_words import (
    REST,
    indicator_figure,
    indicator_word,
)
from khms_trader.dashboard.words import SIDES, shares, won
from khms_trader.domain.order import Side
from khms_trader.domain.plan import BuyLine
from khms_trader.domain.reasons import SkipReason
from khms_trader.planning.state_view import LineRow

MOST_CARDS: Final = 30
MOST_QUOTED: Final = 10
REST_HEADINGS: Final = (
    "종목",
    "구분",
    ">순위",
    ">기준가",
    ">20일 평균 거래대금",
    "거래하지 않는 이유",
)
_HUNDRED_MILLION: Final = 100_000_000
_TEN_THOUSAND: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One candidate.

    Attributes:
        title: side, rank and name.
        amount: what it is meant to be, in shares and won.
        verdict: what is known of its gates, or how it ended.
        is_held_back: it was not, or would not be, sent.
    """

    side: Side
    symbol: str
    title: str
    amount: str
    reason: str
    indicators: tuple[tuple[str, str], ...]
    verdict: str
    price: str = ""
    is_held_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RestRow:
    """One signal that is no candidate."""

    side: Side
    symbol: str
    name: str
    rank: int | None
    reference_price: int
    traded_value: int | None
    why: str


def cards(
    shown: PlanShown, standing: Standing, checkup: Checkup | None = None
) -> tuple[Card, ...]:
    """Return the candidates, sells first, each with what is known of its gates.

    ``checkup`` is what execute would say now; None for a plan that is not ahead.
    """
    rows = {}
    if checkup is not None and checkup.view is not None:
        rows = {(row.line.symbol, row.side): row for row in checkup.view.rows}
    verdicts = Verdicts(
        shown=shown,
        rows=rows,
        cash=cash_by_rank(shown),
        is_ahead=standing is Standing.AHEAD,
    )
    return tuple(
        _card(line, shown, verdicts.of(line), rows.get(key_of(line)))
        for line in shown.meant.candidates
    )


def symbols_to_ask(shown: PlanShown) -> tuple[str, ...]:
    """Return the candidates whose prices a check-up asks for, at most ten."""
    wanted = [line.symbol for line in shown.meant.candidates]
    return tuple(dict.fromkeys(wanted))[:MOST_QUOTED]


def rest_rows(shown: PlanShown) -> tuple[RestRow, ...]:
    """Return the other signals, buys by rank first."""
    return tuple(
        RestRow(
            side=key_of(line)[1],
            symbol=line.symbol,
            name=line.name or shown.names.get(line.symbol, ""),
            rank=line.rank if isinstance(line, BuyLine) else None,
            reference_price=line.reference_price,
            traded_value=line.traded_value_20d if isinstance(line, BuyLine) else None,
            why=REST[reason],
        )
        for line, reason in shown.meant.rest
    )


def rest_counts(shown: PlanShown) -> tuple[str, ...]:
    """Return one sentence per side: how many other signals, and why none trades."""
    counts: Mapping[Side, Counter[SkipReason]] = {side: Counter() for side in Side}
    for line, reason in shown.meant.rest:
        counts[key_of(line)[1]][reason] += 1
    return tuple(
        f"나머지 {SIDES[side]} 신호 {counted.total():,}건: "
        + " · ".join(f"{REST[why]} {counted[why]:,}건" for why in REST if counted[why])
        for side, counted in counts.items()
        if counted
    )


def rough_won(amount: int) -> str:
    """Return an amount that only its size matters of, such as ``12.3억``."""
    if amount >= _HUNDRED_MILLION:
        return f"{amount / _HUNDRED_MILLION:,.1f}억원"
    if amount >= _TEN_THOUSAND:
        return f"{amount // _TEN_THOUSAND:,}만원"
    return won(amount)


def _card(line: Line, shown: PlanShown, verdict: Verdict, row: LineRow | None) -> Card:
    symbol, side = key_of(line)
    rank = f" {line.rank}위" if isinstance(line, BuyLine) else ""
    named = f"{line.name} {symbol}".strip()
    params = shown.plan.strategy.params
    return Card(
        side=side,
        symbol=symbol,
        title=f"{SIDES[side]}{rank} · {named}",
        amount=_amount(line, shown),
        reason=line.reason,
        indicators=tuple(
            (indicator_word(name, params), indicator_figure(figure))
            for name, figure in line.indicators.items()
        ),
        verdict=verdict.text,
        price="" if row is None else price_words(row),
        is_held_back=verdict.is_held_back,
    )


def _amount(line: Line, shown: PlanShown) -> str:
    if isinstance(line, BuyLine):
        at = f"{shares(line.quantity)} × {won(line.reference_price)}"
        return f"{at} = 약 {won(shown.cost(line))}"
    held = shown.meant.shares_of(line.symbol)
    if not held:
        return f"기준가 {won(line.reference_price)}"
    worth = held * line.reference_price
    return f"{shares(held)} × {won(line.reference_price)} = 약 {won(worth)}"
