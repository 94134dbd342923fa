"""What we think KIS's virtual server says, asked of the server itself.

Nothing here runs unless it is named: ``pytest -m kis_virtual --kis-home FOLDER``.
Without ``--allow-orders`` nothing is ordered. Which fields came and which did not is
written beside the recordings, as ``differences.txt``.
"""

from datetime import timedelta

import pytest

from khms_trader.domain.order import BrokerOrder, Order, OrderType, Side
from khms_trader.market.hours import MarketPhase, phase_at
from kis_virtual.own_account import OwnAccount

pytestmark = pytest.mark.kis_virtual

VISIBLE_WITHIN = 30.0
POLL = 2.0


def test_the_account_adds_up(own: OwnAccount) -> None:
    account = own.broker.account()

    worth = sum(holding.value for holding in account.holdings)
    # Totals and rows may be of different moments: 0.2 percent were seen.
    assert account.total == pytest.approx(worth + account.cash_d2, rel=0.02)
    assert account.spendable >= 0
    assert all(h.sellable <= h.quantity for h in account.holdings)


def test_todays_orders_can_be_listed(own: OwnAccount) -> None:
    today = own.clock.now().date()

    orders = own.broker.orders(today)

    numbers = [order.number for order in orders]
    assert len(set(numbers)) == len(numbers)
    assert all(order.filled_quantity <= order.quantity for order in orders)


def test_a_price_lies_within_its_limits(own: OwnAccount) -> None:
    quote = own.quotes.opening_quote(own.symbol, own.clock.now().date())

    assert quote is not None
    assert quote.lower_limit is not None
    assert quote.upper_limit is not None
    assert quote.lower_limit < quote.base_price < quote.upper_limit


def test_an_unknown_symbol_has_no_price(own: OwnAccount) -> None:
    assert own.quotes.opening_quote("999999", own.clock.now().date()) is None


def test_the_book_tells_an_expected_price_or_none(own: OwnAccount) -> None:
    expected = own.quotes.expected_price(own.symbol)

    assert expected is None or expected > 0


def test_a_year_of_bars_comes_in_pages_without_a_gap(own: OwnAccount) -> None:
    last = own.calendar.last_closed(own.clock.now())
    first = own.calendar.next_session(last - timedelta(days=365))

    found = own.bars.history(own.symbol, first)

    days = [bar.session for bar in found.bars]
    assert found.name
    assert days == list(own.calendar.sessions(first, last))
    assert all(b.low <= min(b.open, b.close) for b in found.bars if b.volume)
    assert all(b.high >= max(b.open, b.close) for b in found.bars if b.volume)


def test_an_order_far_below_the_market_rests_and_is_cancelled(
    own: OwnAccount, request: pytest.FixtureRequest
) -> None:
    if not request.config.getoption("--allow-orders"):
        pytest.skip("orders only with --allow-orders")
    now = own.clock.now()
    is_session = own.calendar.is_session(now.date())
    hours = own.calendar.hours(now.date()) if is_session else None
    if hours is None or phase_at(now.time(), hours) is not MarketPhase.CONTINUOUS:
        pytest.skip("orders only while the market trades")
    quote = own.quotes.opening_quote(own.symbol, now.date())
    assert quote is not None
    assert quote.price is not None
    assert quote.lower_limit is not None
    assert quote.lower_limit * 100 < quote.price * 85  # it must not fill
    order = Order(
        symbol=own.symbol,
        side=Side.BUY,
        quantity=1,
        order_type=OrderType.LIMIT,
        limit_price=quote.lower_limit,
    )

    ack = own.broker.submit(order)

    resting = BrokerOrder(
        number=ack.number,
        symbol=order.symbol,
        side=order.side,
        quantity=1,
        order_type=order.order_type,
        ordered_at=ack.accepted_at,
        limit_price=order.limit_price,
        is_open=True,
    )
    try:
        listed = seen(own, ack.number)
    finally:
        own.broker.cancel(resting)
    assert (listed.quantity, listed.filled_quantity) == (1, 0)
    assert (listed.is_open, listed.limit_price) == (True, quote.lower_limit)
    assert not seen(own, ack.number, is_open=False).is_open


def seen(own: OwnAccount, number: str, *, is_open: bool = True) -> BrokerOrder:
    """Return the order once the list shows it so; KIS shows orders seconds late."""
    deadline = own.clock.monotonic() + VISIBLE_WITHIN
    while True:
        listed = own.broker.orders(own.clock.now().date())
        for order in listed:
            if order.number == number and order.is_open == is_open:
                return order
        assert own.clock.monotonic() < deadline, [order.number for order in listed]
        own.clock.sleep(POLL)
