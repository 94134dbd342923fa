"""Figures as the pages write them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import at
from khms_trader.dashboard.room import Kind
from khms_trader.dashboard.words import (
    ICONS,
    KINDS,
    PAGES,
    STATES,
    day,
    moment,
    not_alone,
    number,
    shares,
    signed_percent,
    signed_won,
    won,
)
from khms_trader.domain.order import OrderState


def test_money_has_thousands_and_a_sign_where_it_is_a_change() -> None:
    assert won(1_234_567) == "1,234,567원"
    assert won(None) == "–"
    assert signed_won(1_234) == "+1,234원"
    assert signed_won(-1_234) == "−1,234원"
    assert signed_won(0) == "0원"
    assert signed_won(None) == "–"
    assert shares(1_200) == "1,200주"


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (Decimal("1.234"), "+1.23%"),
        (-0.5, "−0.50%"),
        (0.001, "0.00%"),
        (-0.001, "0.00%"),
        (None, "–"),
    ],
)
def test_a_percentage_has_two_digits_and_no_sign_for_nothing(
    figure: Decimal | float | None, text: str
) -> None:
    assert signed_percent(figure) == text


@pytest.mark.parametrize(
    ("figure", "digits", "text"),
    [
        (1234.5, 2, "1,234.50"),
        (-0.5, 2, "−0.50"),
        (-0.004, 2, "0.00"),
        (-0.0, 2, "0.00"),
        (-0.4, 0, "0"),
        (-0.04, 1, "0.0"),
        (-0.06, 1, "−0.1"),
        (Decimal("-1234.5"), 1, "−1,234.5"),
        (Decimal("-0.00"), 2, "0.00"),
    ],
)
def test_a_number_that_rounds_to_nothing_has_no_sign(
    figure: Decimal | float, digits: int, text: str
) -> None:
    assert number(figure, digits) == text


@given(
    st.floats(-1e9, 1e9) | st.decimals(-(10**9), 10**9, places=6),
    st.integers(0, 4),
)
def test_no_number_is_ever_a_negative_nothing(
    figure: Decimal | float, digits: int
) -> None:
    for text in (number(figure, digits), signed_percent(figure, digits)):
        assert "-" not in text
        assert text[0] not in "+−" or any(digit in text for digit in "123456789")


@given(st.integers(min_value=1, max_value=10**15))
def test_a_loss_reads_as_the_gain_but_for_its_sign(amount: int) -> None:
    assert signed_won(-amount)[1:] == signed_won(amount)[1:]


def test_days_and_moments_are_as_short_as_they_can_be() -> None:
    now = at("09:30")

    assert day(date(2026, 3, 4)) == "03.04 (수)"
    assert moment(at("09:01:02"), now) == "09:01:02"
    assert moment(at("15:40", date(2026, 3, 3)), now) == "03.03 15:40"
    assert moment(at("15:40", date(2025, 12, 30)), now) == "2025.12.30 15:40"


def test_every_page_kind_and_state_has_a_word() -> None:
    assert ICONS.keys() == PAGES.keys()
    assert set(KINDS) == set(Kind)
    assert set(STATES) == set(OrderState)


def test_an_address_seen_by_others_is_named() -> None:
    assert "server.address = 0.0.0.0" in not_alone("0.0.0.0")  # noqa: S104 - a text
    assert "모든 주소" in not_alone(None)
