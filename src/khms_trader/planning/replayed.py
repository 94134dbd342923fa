"""What a replay came to: one row per session lived, and the figures of all of them.

Pure: a row is what the journal and the account said that evening, and every figure is
computed from the rows, so that a resumed replay cannot count anything twice.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Trades:
    """What the orders of a session came to; money in won.

    Attributes:
        buys, sells: orders with at least one filled share.
        unfilled: orders that were sent and got none.
        bought, sold: value of the filled shares, before costs.
        slippage: paid more or received less than at the session's open.
    """

    buys: int = 0
    sells: int = 0
    unfilled: int = 0
    bought: int = 0
    sold: int = 0
    fee: int = 0
    tax: int = 0
    slippage: int = 0

    @property
    def cash_change(self) -> int:
        """What they change the cash by once they have settled, in won."""
        return self.sold - self.bought - self.fee - self.tax

    def __add__(self, other: "Trades") -> "Trades":
        """Return both together."""
        return Trades(
            buys=self.buys + other.buys,
            sells=self.sells + other.sells,
            unfilled=self.unfilled + other.unfilled,
            bought=self.bought + other.bought,
            sold=self.sold + other.sold,
            fee=self.fee + other.fee,
            tax=self.tax + other.tax,
            slippage=self.slippage + other.slippage,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LivedSession:
    """One session, as it stood in the evening after prepare; money in won.

    Attributes:
        cash: cash once everything traded so far has settled (D+2).
        total: ``cash`` and the holdings at the session's close.
        positions: symbols held.
        skips: lines of the plan that were not sent, by ``SkipReason``.
        unfinished: orders that are not final by then, and lines without any end.
        no_plan: the error code for which no plan could be made, or empty.
        digest: of everything the journal holds up to and with this session.
    """

    session: date
    cash: int
    total: int
    positions: int
    trades: Trades
    skips: Mapping[str, int] = field(default_factory=dict)
    unfinished: int = 0
    no_plan: str = ""
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of a replay; money in won.

    Attributes:
        start, end: equity before the first and after the last session.
        return_percent: of the equity at the start.
        drawdown_percent: deepest fall of the evening equity below its highest so far.
        turnover: value of all fills, bought and sold.
        turnover_times: the same in mean equities.
        no_plans: sessions without a plan for the next one, by error code.
    """

    sessions: int
    first: date
    last: date
    start: int
    end: int
    return_percent: float
    drawdown_percent: float
    trades: Trades
    turnover: int
    turnover_times: float
    skips: Mapping[str, int]
    unfinished: int
    no_plans: Mapping[str, int]
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """A finished replay.

    Attributes:
        resumed_after: the last session that was lived before this run, or None.
    """

    figures: Figures
    folder: Path
    data_source: str
    has_quality_gate: bool
    resumed_after: date | None = None


def figures_of(rows: Sequence[LivedSession], *, start: int) -> Figures:
    """Return the figures of ``rows``, oldest first and at least one.

    Args:
        start: equity in won before the first of them.
    """
    trades = sum((row.trades for row in rows), Trades())
    totals = [row.total for row in rows]
    turnover = trades.bought + trades.sold
    return Figures(
        sessions=len(rows),
        first=rows[0].session,
        last=rows[-1].session,
        start=start,
        end=totals[-1],
        return_percent=round((totals[-1] - start) / start * 100, 4),
        drawdown_percent=drawdown_percent([start, *totals]),
        trades=trades,
        turnover=turnover,
        turnover_times=round(turnover * len(totals) / max(sum(totals), 1), 4),
        skips=_added(row.skips for row in rows),
        unfinished=sum(row.unfinished for row in rows),
        no_plans=dict(sorted(Counter(r.no_plan for r in rows if r.no_plan).items())),
        digest=rows[-1].digest,
    )


def drawdown_percent(totals: Sequence[int]) -> float:
    """Return the deepest fall below the highest so far, in percent; 0 or more."""
    peaks = accumulate(totals, max)
    falls = [
        (peak - total) / peak
        for peak, total in zip(peaks, totals, strict=True)
        if peak > 0
    ]
    return round(max(falls, default=0.0) * 100, 4)


def _added(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(sorted(total.items(), key=lambda item: (-item[1], item[0])))
