"""Orders that only a person can settle, and whether what the person saw can be so.

The person looks in the broker's app; we check it against everything we know and refuse
what cannot be. Pure: facts in, a step or a refusal out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from khms_trader.domain.order import BrokerOrder, OrderRecord, OrderState, Side
from khms_trader.planning.evidence import Shares
from khms_trader.planning.match import is_alike
from khms_trader.planning.refusals import Refusal

NUMBER_WIDTH: Final = 10  # digits of an order number, zero-padded (kis-wire.md 4.1)


class Doubt(StrEnum):
    """What speaks against the person's word without making it impossible."""

    NUMBER_UNLISTED = "number_unlisted"
    PRICE_DIFFERS = "price_differs"
    ALIKE_LISTED = "alike_listed"
    SHARES_MOVED = "shares_moved"
    SHARES_DIFFER = "shares_differ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One order of unknown outcome, and what is known around it.

    Attributes:
        name: empty when nobody knows it.
        rows: the session's complete order list; None when it cannot be read.
        known: numbers of our other orders of the session.
        shares: what the account shows; None when it cannot be read.
        settles_at: from then on nothing of the session can change.
        now: when it was asked.
        unread: why the list cannot be read, as a detail; empty when it can.
    """

    record: OrderRecord
    name: str
    rows: tuple[BrokerOrder, ...] | None
    known: frozenset[str]
    shares: Shares | None
    settles_at: datetime
    now: datetime
    unread: str = ""

    @property
    def is_over(self) -> bool:
        """True when the order's session has ended for good."""
        return self.now > self.settles_at

    @property
    def alike(self) -> tuple[BrokerOrder, ...]:
        """The listed orders of its symbol and side that are nobody's of ours."""
        key = self.record.key
        return tuple(
            row
            for row in dict.fromkeys(self.rows or ())
            if (row.symbol, row.side) == (key.symbol, key.side)
            and row.number not in self.known
        )

    @property
    def moved(self) -> int | None:
        """Shares that came (went, for a sale) beyond our other orders, if known.

        Later sessions may have moved more, and then nobody can tell.
        """
        if self.shares is None or not self.shares.is_fresh:
            return None
        return self.record.key.side.sign * (self.shares.held - self.shares.expected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What a person saw: one of number, absence and fills.

    Attributes:
        number: digits as typed; empty when not said.
        is_not_there: True when the app shows no such order.
        filled: shares filled in the end; None when not said.
        price: mean won per filled share; None when not said.
    """

    number: str = ""
    is_not_there: bool = False
    filled: int | None = None
    price: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What would be recorded; figures are of the whole order."""

    state: OrderState
    number: str = ""
    filled_quantity: int | None = None
    filled_value: int | None = None
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which order a person talks about; None leaves a field open."""

    symbol: str
    side: Side | None = None
    session: date | None = None

    def fits(self, record: OrderRecord) -> bool:
        """Return True when ``record`` may be meant."""
        key = record.key
        return (
            key.symbol == self.symbol
            and self.side in {None, key.side}
            and self.session in {None, key.session}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What the tool found, and what was or would be recorded.

    Attributes:
        settled: orders that were open and that this run could settle by itself.
        questions: what is still open.
        chosen, step: whose outcome was told, and what follows from it.
        is_done: False while it was only shown.
        after: the chosen order as it stands once recorded and settled.
    """

    account: str
    settled: tuple[OrderRecord, ...] = ()
    questions: tuple[Question, ...] = ()
    chosen: Question | None = None
    step: Step | None = None
    is_done: bool = False
    after: OrderRecord | None = None

    @property
    def needs_a_person(self) -> bool:
        """True while a question is open."""
        return bool(self.questions)


def choose(questions: Sequence[Question], choice: Choice) -> Question | Refusal:
    """Return the one question that ``choice`` means."""
    fitting = [each for each in questions if choice.fits(each.record)]
    if not fitting:
        return _refuse("resolve_no_question", symbol=choice.symbol)
    if len(fitting) > 1:
        keys = [each.record.key for each in fitting]
        told = [f"{key.session} {key.side}" for key in keys]
        return _refuse("resolve_which_one", symbol=choice.symbol, orders=told)
    return fitting[0]


def judge(question: Question, word: Word) -> Step | Refusal:
    """Return what follows from ``word``, or why it cannot be so."""
    has_number = question.record.state.is_working
    if word.filled is not None:
        return _filled(question, word) if has_number else _refuse("resolve_no_number")
    if has_number:
        return _refuse("resolve_has_number", number=question.record.number)
    return _absent(question) if word.is_not_there else _numbered(question, word.number)


def _numbered(question: Question, typed: str) -> Step | Refusal:
    number = typed.lstrip("0").zfill(NUMBER_WIDTH)
    if any(known.partition("-")[0] == number for known in question.known):
        return _refuse("resolve_number_taken", number=number)
    rows = question.rows or ()
    same = [row for row in dict.fromkeys(rows) if row.number.startswith(number)]
    if not same:
        # A list that is empty, or still growing, may just not show it.
        if rows and question.is_over:
            session = question.record.key.session
            return _refuse("resolve_number_unlisted", number=number, session=session)
        return _accepted(number, [Doubt.NUMBER_UNLISTED])
    alike = [row for row in same if is_alike(question.record, row)]
    if len(alike) != 1:
        return _differs(number, same[0])
    order, row = question.record.order, alike[0]
    is_priced_so = (row.order_type, row.limit_price or order.limit_price) == (
        order.order_type,
        order.limit_price,
    )
    return _accepted(row.number, [] if is_priced_so else [Doubt.PRICE_DIFFERS])


def _absent(question: Question) -> Step | Refusal:
    if not question.is_over:
        until = f"{question.settles_at:%Y-%m-%d %H:%M}"
        return _refuse("resolve_session_not_over", until=until)
    doubts = [Doubt.ALIKE_LISTED] if question.alike else []
    if question.moved:
        doubts.append(Doubt.SHARES_MOVED)
    return Step(state=OrderState.NOT_PLACED, doubts=tuple(doubts))


def _filled(question: Question, word: Word) -> Step | Refusal:
    record, filled = question.record, word.filled or 0
    least, most = record.filled_quantity, record.order.quantity
    if not least <= filled <= most:
        return _refuse("resolve_filled_out_of_range", least=least, most=most)
    price = word.price or Decimal(0)
    value = int((price * filled).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    if filled and not _is_possible(record, price, value):
        limit = record.order.limit_price or 0
        return _refuse("resolve_price_impossible", price=price, limit=limit)
    is_whole = filled == most
    return Step(
        state=OrderState.FILLED if is_whole else OrderState.EXPIRED,
        filled_quantity=filled,
        filled_value=value,
        doubts=(Doubt.SHARES_DIFFER,) if _differ(question, filled) else (),
    )


def _is_possible(record: OrderRecord, price: Decimal, value: int) -> bool:
    if price <= 0 or value < record.filled_value:
        return False
    limit = record.order.limit_price
    if limit is None:
        return True
    return price <= limit if record.key.side is Side.BUY else price >= limit


def _differ(question: Question, filled: int) -> bool:
    """Return True when the account shows other shares than the person's fills."""
    moved = question.moved
    return moved is not None and moved != filled


def _accepted(number: str, doubts: Iterable[Doubt]) -> Step:
    return Step(state=OrderState.ACCEPTED, number=number, doubts=tuple(doubts))


def _differs(number: str, row: BrokerOrder) -> Refusal:
    return _refuse(
        "resolve_number_differs",
        number=number,
        side=row.side.value,
        symbol=row.symbol,
        quantity=row.quantity,
    )


def _refuse(code: str, **facts: object) -> Refusal:
    return Refusal(code=code, facts=facts)
