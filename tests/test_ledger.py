"""What an account becomes: every won and share is accounted for, to the last."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.ledger import (
    SETTLEMENT_SESSIONS,
    Ledger,
    LedgerError,
    Position,
    buy,
    sell,
    settle,
    split,
)

TODAY, TOMORROW, SETTLES = date(2026, 3, 4), date(2026, 3, 5), date(2026, 3, 6)
NEW = Ledger(cash=1_000_000)


def bought(
    ledger: Ledger = NEW, *, quantity: int = 10, value: int = 130_000, costs: int = 191
) -> Ledger:
    return buy(
        ledger,
        "086520",
        quantity=quantity,
        value=value,
        costs=costs,
        settles_on=SETTLES,
    )


def sold(
    ledger: Ledger, *, quantity: int = 10, value: int = 140_000, costs: int = 485
) -> Ledger:
    return sell(
        ledger,
        "086520",
        quantity=quantity,
        value=value,
        costs=costs,
        settles_on=SETTLES,
    )


def test_trades_settle_two_sessions_later() -> None:
    assert SETTLEMENT_SESSIONS == 2


def test_a_buy_brings_shares_and_leaves_the_deposit_until_it_settles() -> None:
    ledger = bought()

    assert ledger.positions == {"086520": Position(quantity=10, cost=130_000)}
    assert (ledger.cash, ledger.cash_d2) == (1_000_000, 869_809)
    assert ledger.pending == ((SETTLES, -130_191),)


def test_a_sale_brings_its_proceeds_at_once_for_buys_and_later_as_deposit() -> None:
    ledger = sold(bought())

    assert ledger.positions == {}
    assert (ledger.cash, ledger.cash_d2) == (1_000_000, 1_009_324)
    assert ledger.pending == ((SETTLES, 9_324),)


def test_proceeds_of_a_sale_buy_on_the_same_day() -> None:
    spent = bought(Ledger(cash=130_191))
    assert spent.cash_d2 == 0

    again = bought(sold(spent), quantity=5, value=139_000, costs=204)

    assert again.cash_d2 == 311
    assert again.quantity("086520") == 5


def test_a_second_buy_averages_the_cost() -> None:
    ledger = bought(bought(), quantity=3, value=40_000, costs=58)

    position = ledger.positions["086520"]
    assert position == Position(quantity=13, cost=170_000)
    assert position.average_price == Decimal("13076.9231")


@pytest.mark.parametrize(
    ("quantity", "rest"),
    # 130,001 won for ten shares: the rest costs what it costs, rounded up.
    [(1, (9, 117_001)), (3, (7, 91_001)), (9, (1, 13_001))],
)
def test_a_partial_sale_leaves_the_cost_of_the_rest_rounded_up(
    quantity: int, rest: tuple[int, int]
) -> None:
    ledger = sold(bought(value=130_001), quantity=quantity)

    shares, cost = rest
    assert ledger.positions["086520"] == Position(quantity=shares, cost=cost)


def test_an_unknown_symbol_is_not_held() -> None:
    assert NEW.quantity("086520") == 0
    assert bought().quantity("086520") == 10


def test_a_buy_may_take_the_last_won() -> None:
    assert bought(Ledger(cash=130_191)).cash_d2 == 0


def test_a_buy_for_one_won_more_is_refused() -> None:
    with pytest.raises(LedgerError, match="130191 won needed, 130190 there"):
        bought(Ledger(cash=130_190))


def test_money_that_is_promised_already_cannot_be_spent_again() -> None:
    ledger = bought(Ledger(cash=200_000))

    with pytest.raises(LedgerError, match="69809 there"):
        bought(ledger)


@pytest.mark.parametrize(
    ("quantity", "value", "costs"), [(0, 1, 0), (1, 0, 0), (1, 1, -1)]
)
def test_a_buy_of_nothing_is_refused(quantity: int, value: int, costs: int) -> None:
    with pytest.raises(LedgerError, match="cannot buy"):
        bought(quantity=quantity, value=value, costs=costs)


@pytest.mark.parametrize(
    ("quantity", "value", "costs"),
    [(11, 1, 0), (0, 1, 0), (-1, 1, 0), (1, -1, 0), (1, 1, -1)],
)
def test_a_sale_of_more_than_is_held_or_of_nothing_is_refused(
    quantity: int, value: int, costs: int
) -> None:
    with pytest.raises(LedgerError, match="of 10 shares"):
        sold(bought(), quantity=quantity, value=value, costs=costs)


def test_what_is_not_held_cannot_be_sold() -> None:
    with pytest.raises(LedgerError, match="cannot sell 10 of 0 shares"):
        sold(NEW)


@pytest.mark.parametrize(
    ("today", "cash"),
    [(TODAY, 1_000_000), (TOMORROW, 1_000_000), (SETTLES, 869_809)],
)
def test_a_trade_reaches_the_deposit_on_its_settlement_day(
    today: date, cash: int
) -> None:
    assert settle(bought(), today).cash == cash


def test_a_late_look_settles_everything_that_was_due() -> None:
    ledger = settle(bought(), date(2026, 12, 31))

    assert (ledger.cash, ledger.pending) == (869_809, ())


def test_a_split_multiplies_the_shares_and_keeps_their_cost() -> None:
    ledger = split(bought(), "086520", 5)

    assert ledger.positions == {"086520": Position(quantity=50, cost=130_000)}
    assert ledger.positions["086520"].average_price == Decimal("2600.0000")
    assert ledger.cash_d2 == 869_809


@pytest.mark.parametrize(("symbol", "ratio"), [("247540", 2), ("086520", 0)])
def test_a_split_of_nothing_or_into_nothing_is_refused(symbol: str, ratio: int) -> None:
    with pytest.raises(LedgerError, match="cannot split"):
        split(bought(), symbol, ratio)


@dataclass(frozen=True)
class Wish:
    """What the market offers; what the account cannot fulfil is refused."""

    days: int
    is_buy: bool
    symbol: str
    quantity: int
    price: int
    costs: int


WISHES = st.lists(
    st.builds(
        Wish,
        days=st.integers(0, 2),
        is_buy=st.booleans(),
        symbol=st.sampled_from(("086520", "247540")),
        quantity=st.integers(1, 20),
        price=st.integers(100, 5_000),
        costs=st.integers(0, 99),
    ),
    max_size=25,
)


@dataclass
class Account:
    """A ledger beside a plain sum of what was really booked."""

    ledger: Ledger
    today: date = TODAY
    paid: int = 0
    received: int = 0
    costs: int = 0
    refused: int = 0

    def fulfil(self, wish: Wish) -> None:
        """Book ``wish`` two days ahead, or count its refusal."""
        self.today += timedelta(days=wish.days)
        self.ledger = settle(self.ledger, self.today)
        value = wish.quantity * wish.price
        book = buy if wish.is_buy else sell
        try:
            self.ledger = book(
                self.ledger,
                wish.symbol,
                quantity=wish.quantity,
                value=value,
                costs=wish.costs,
                settles_on=self.today + timedelta(days=SETTLEMENT_SESSIONS),
            )
        except LedgerError:
            self.refused += 1
            return
        self.paid += value if wish.is_buy else 0
        self.received += 0 if wish.is_buy else value
        self.costs += wish.costs


@given(wishes=WISHES, cash=st.integers(0, 100_000))
@settings(max_examples=100)
def test_every_won_is_accounted_for_and_no_cash_is_ever_negative(
    wishes: list[Wish], cash: int
) -> None:
    account = Account(Ledger(cash=cash))

    for wish in wishes:
        account.fulfil(wish)

        ledger = account.ledger
        flows = account.received - account.paid - account.costs
        assert ledger.cash_d2 == cash + flows
        assert ledger.cash_d2 >= 0
        assert ledger.cash >= 0
        assert all(due > account.today for due, _ in ledger.pending)
        assert list(ledger.pending) == sorted(ledger.pending)


@given(wishes=WISHES)
@settings(max_examples=100)
def test_every_share_is_accounted_for_and_none_is_sold_twice(
    wishes: list[Wish],
) -> None:
    account, shares = (
        Account(Ledger(cash=100_000)),
        dict.fromkeys(("086520", "247540"), 0),
    )

    for wish in wishes:
        refused = account.refused
        account.fulfil(wish)
        if account.refused == refused:
            shares[wish.symbol] += wish.quantity if wish.is_buy else -wish.quantity

        assert all(count >= 0 for count in shares.values())
        positions = account.ledger.positions
        assert {symbol: p.quantity for symbol, p in positions.items()} == {
            symbol: count for symbol, count in shares.items() if count
        }
        assert all(position.cost > 0 for position in positions.values())


@given(wishes=WISHES, later=st.integers(0, 4))
@settings(max_examples=100)
def test_settling_moves_the_deposit_and_nothing_else(
    wishes: list[Wish], later: int
) -> None:
    account = Account(Ledger(cash=100_000))
    for wish in wishes:
        account.fulfil(wish)
    day = account.today + timedelta(days=later)

    settled = settle(account.ledger, day)

    assert settled.cash_d2 == account.ledger.cash_d2
    assert settled.positions == account.ledger.positions
    assert settled.cash >= 0
    assert settle(settled, day) == settled
    assert later < SETTLEMENT_SESSIONS or settled.cash == settled.cash_d2
