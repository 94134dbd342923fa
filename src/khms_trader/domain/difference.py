"""Why the money of a session differed from its plan: causes that add up to the won.

Every figure is whole won. Buys count what was paid, sells what was received, cash what
came in less what went out.
"""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from khms_trader.domain.reasons import korean_of


class Step(IntEnum):
    """Between which two amounts of a session a cause lies, in their order."""

    PLAN_TO_ORDERS = 1
    ORDERS_TO_FILLS = 2
    FILLS_TO_RESULT = 3


class Cause(StrEnum):
    """One reason why an amount became another."""

    NOT_SENT = "not_sent"
    LESS_CASH = "less_cash"
    REJECTED = "rejected"
    NOT_PLACED = "not_placed"
    UNCONFIRMED = "unconfirmed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    PARTIAL = "partial"
    OPEN = "open"
    MORE_FILLED = "more_filled"
    OPEN_PRICE = "open_price"
    SLIPPAGE = "slippage"
    NO_OPEN_PRICE = "no_open_price"
    FEE = "fee"
    TAX = "tax"

    @property
    def korean(self) -> str:
        """The words shown to the reader."""
        return _KOREAN[self]

    @property
    def step(self) -> Step:
        """Where the cause lies."""
        if self in {Cause.NOT_SENT, Cause.LESS_CASH}:
            return Step.PLAN_TO_ORDERS
        if self in {Cause.FEE, Cause.TAX}:
            return Step.FILLS_TO_RESULT
        return Step.ORDERS_TO_FILLS


_KOREAN = {
    Cause.NOT_SENT: "안 보냄",
    Cause.LESS_CASH: "현금에 맞춰 수량 줄임",
    Cause.REJECTED: "거부",
    Cause.NOT_PLACED: "접수 안 됨",
    Cause.UNCONFIRMED: "확인 필요",
    Cause.CANCELLED: "미체결 취소",
    Cause.EXPIRED: "미체결 종료",
    Cause.PARTIAL: "일부만 체결",
    Cause.OPEN: "아직 대기 중",
    Cause.MORE_FILLED: "주문보다 많이 체결",
    Cause.OPEN_PRICE: "시가 차이",
    Cause.SLIPPAGE: "체결 미끄러짐",
    Cause.NO_OPEN_PRICE: "시가 모름",
    Cause.FEE: "수수료(추정)",
    Cause.TAX: "세금(추정)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """Won by side.

    Attributes:
        buy: paid, or meant to be.
        sell: received, or meant to be.
        cash: ``sell`` less ``buy``: what the account gains.
    """

    buy: int = 0
    sell: int = 0
    cash: int = field(init=False)

    def __post_init__(self) -> None:
        """Derive the cash, so that a file holds it too."""
        object.__setattr__(self, "cash", self.sell - self.buy)

    def __add__(self, other: "Amounts") -> "Amounts":
        """Return both together."""
        return Amounts(buy=self.buy + other.buy, sell=self.sell + other.sell)


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseRow:
    """What one cause changed.

    Attributes:
        reason: why a line was not sent, a ``SkipReason`` value; empty for every other
            cause, and where an interrupted run left none.
        lines: how many lines of the plan it touched.
        change: won added to what stood before; less where negative.
    """

    cause: Cause
    reason: str = ""
    lines: int
    change: Amounts

    @property
    def korean(self) -> str:
        """The words shown to the reader, short enough for a narrow table."""
        if self.cause is not Cause.NOT_SENT:
            return self.cause.korean
        reason = korean_of(self.reason).partition("(")[0].partition(":")[0]
        return f"{self.cause.korean}: {reason or '기록 없음'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """From the plan to the result; the rows of a step add up to the next amount.

    Attributes:
        planned: the candidates of the plan at their reference prices.
        ordered: the shares ordered, at the same prices.
        filled: what the fills came to, before costs.
        result: the same with estimated costs: paid for buys, received for sells.
        rows: the causes in the order of their steps; none of them is zero throughout.
    """

    planned: Amounts
    ordered: Amounts
    filled: Amounts
    result: Amounts
    rows: tuple[CauseRow, ...]

    @property
    def story(self) -> tuple[tuple[str, Amounts, bool], ...]:
        """The amounts with the causes between them, each with its Korean words.

        The last place is True for an amount, False for what a cause changed.
        """
        after = (
            (Step.PLAN_TO_ORDERS, "주문", self.ordered),
            (Step.ORDERS_TO_FILLS, "체결", self.filled),
            (Step.FILLS_TO_RESULT, "결과", self.result),
        )
        told = [("계획", self.planned, True)]
        for step, name, amounts in after:
            causes = (row for row in self.rows if row.cause.step is step)
            told += [(row.korean, row.change, False) for row in causes]
            told.append((name, amounts, True))
        return tuple(told)

    @property
    def is_only_costs(self) -> bool:
        """True when all went as planned but for fee and tax."""
        return all(row.cause.step is Step.FILLS_TO_RESULT for row in self.rows)
