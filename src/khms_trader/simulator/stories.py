"""Market events on request: what happens to a symbol on one session.

A story is written ``symbol:date:what[:argument]``::

    724440:2025-07-22:halted          no trade all day
    724440:2025-07-22:administrative  marked since this morning (any mark by its name)
    724440:2025-07-22:limit_up        opens at the upper limit, limit_down at the lower
    724440:2025-07-22:open:27000      opens at so many won
    724440:2025-07-22:split:5         one share has become five

It tells of the quotes of its own session, until the close; bars and other sessions
know nothing of it, but the shares of a split stay. Without stories the market is the
one behind it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from khms_trader.domain.instrument import Designation, parse_symbol
from khms_trader.domain.quote import Quote
from khms_trader.errors import UsageError
from khms_trader.market.calendar import SEOUL, Calendar
from khms_trader.market.prices import lower_limit, round_down, tick_rule, upper_limit
from khms_trader.ports import Quotes

_MARKS: Final = frozenset(Designation)
_LIMITS: Final = frozenset({"limit_up", "limit_down"})
_NUMBERED: Final = {"open": 1, "split": 2}
"""What takes a number, and the least it may be."""

_MOST_DIGITS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One event of one symbol on one session.

    Attributes:
        what: a designation, ``limit_up``, ``limit_down``, ``open`` or ``split``.
        number: won of an ``open``, shares of a ``split``; 0 otherwise.
    """

    symbol: str
    session: date
    what: str
    number: int = 0


def parse_story(text: str) -> Story:
    """Return the story that ``text`` tells.

    Raises:
        UsageError: ``story_unreadable``.
    """
    names = (*text.strip().split(":", 3), "", "", "", "")[:4]
    symbol, session, what, argument = names
    known, day = parse_symbol(symbol), _day(session)
    if known is None:
        raise UsageError("story_unreadable", text=text, part=symbol)
    if day is None:
        raise UsageError("story_unreadable", text=text, part=session)
    if what not in {*_MARKS, *_LIMITS, *_NUMBERED}:
        raise UsageError("story_unreadable", text=text, part=what)
    number = _number(argument)
    least = _NUMBERED.get(what, 0)
    if number < least or (argument and not least):
        raise UsageError("story_unreadable", text=text, part=argument)
    return Story(symbol=known, session=day, what=what, number=number)


class StoriedQuotes:
    """The quotes of a market with ``stories`` told on top; implements ``Quotes``."""

    def __init__(
        self, quotes: Quotes, calendar: Calendar, stories: Iterable[Story]
    ) -> None:
        """Tell ``stories`` over ``quotes``."""
        self._quotes = quotes
        self._calendar = calendar
        self._stories: dict[tuple[str, date], list[Story]] = defaultdict(list)
        for story in stories:
            self._stories[story.symbol, story.session].append(story)

    def opening_quote(self, symbol: str, session: date) -> Quote | None:
        """Return the quote of ``session`` as its stories have it.

        Raises:
            DataError: as the quotes behind it.
        """
        quote = self._quotes.opening_quote(symbol, session)
        for story in self._stories.get((symbol, session), ()):
            quote = _told(quote, story) if quote else None
        return quote

    def last_price(self, symbol: str, at: datetime) -> int | None:
        """Return the newest price in won known at ``at``.

        Raises:
            DataError: as the quotes behind it.
        """
        known = self._quotes.last_price(symbol, at)
        session = at.astimezone(SEOUL).date()
        if known is None or (symbol, session) not in self._stories:
            return known
        calendar = self._calendar
        if not calendar.opens_at(session) <= at < calendar.closes_at(session):
            return known
        quote = self.opening_quote(symbol, session)
        if quote is not None and quote.is_halted:
            return self._quotes.last_price(
                symbol, calendar.closes_at(calendar.previous_session(session))
            )
        return quote.open_price if quote else known


def _told(quote: Quote, story: Story) -> Quote:
    if story.what == "split":
        return _split(quote, story.number)
    if story.what == "open":
        rule = tick_rule(quote.session, quote.kind)
        return _opened(quote, round_down(story.number, rule))
    if story.what in _LIMITS:
        is_up = story.what == "limit_up"
        limit = quote.upper_limit if is_up else quote.lower_limit
        return _opened(quote, limit or quote.base_price)
    mark = Designation(story.what)
    marked = replace(quote, designations=quote.designations | {mark})
    return replace(marked, open_price=None) if marked.is_halted else marked


def _opened(quote: Quote, won: int) -> Quote:
    return replace(quote, open_price=won, price=won)


def _split(quote: Quote, ratio: int) -> Quote:
    rule = tick_rule(quote.session, quote.kind)

    def share(won: int) -> int:
        return max(round_down(won // ratio, rule), 1)

    base = share(quote.base_price)
    opened = share(quote.open_price) if quote.open_price else None
    is_limited = quote.upper_limit is not None
    return replace(
        quote,
        base_price=base,
        upper_limit=upper_limit(base, rule) if is_limited else None,
        lower_limit=lower_limit(base, rule) if is_limited else None,
        open_price=opened,
        price=opened or base,
        split_ratio=ratio,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str) -> int:
    """Return the whole number in ``text``, 0 for nothing and -1 for anything else."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
    return int(text) if is_number else -1 if text else 0
