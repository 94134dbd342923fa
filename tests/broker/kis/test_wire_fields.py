"""What cannot be read is an error with its field and call, never a zero."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khms_trader.broker.kis.wire.fields import Fields, object_of, objects_of
from khms_trader.errors import BrokerUnavailable

DAY = date(2026, 7, 31)


def read(value: object) -> Fields:
    return Fields({"Amount": value}, "inquire-balance")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0", 0),
        ("346455", 346_455),
        ("  1657 ", 1_657),
        ("0000000041", 41),
        ("-36890", -36_890),
        ("100.0000", 100),
        (7, 7),
    ],
)
def test_a_whole_number_is_read_through_its_padding(
    value: object, expected: int
) -> None:
    assert read(value).whole("amount") == expected


@pytest.mark.parametrize(
    "value",
    ["", "   ", "1,000", "12.5", "abc", "1e3", "１２", "1_000", None, True, 1.0],
)
def test_anything_else_is_not_a_whole_number(value: object) -> None:
    with pytest.raises(BrokerUnavailable) as caught:
        read(value).whole("amount")

    assert caught.value.code == "kis_body_unreadable"
    assert caught.value.facts == {"call": "inquire-balance", "field": "amount"}


@pytest.mark.parametrize(
    "reader",
    [
        lambda fields: fields.whole("absent"),
        lambda fields: fields.count("absent"),
        lambda fields: fields.decimal("absent"),
        lambda fields: fields.text("absent"),
        lambda fields: fields.flag("absent"),
        lambda fields: fields.day("absent"),
        lambda fields: fields.moment(DAY, "absent"),
        lambda fields: fields.symbol("absent"),
    ],
)
def test_a_missing_field_is_never_a_value(reader: Callable[[Fields], object]) -> None:
    with pytest.raises(BrokerUnavailable):
        reader(read("1"))


def test_a_quantity_is_never_negative() -> None:
    with pytest.raises(BrokerUnavailable):
        read("-1").count("amount")


@given(st.text(max_size=12))
def test_no_text_becomes_a_number_it_does_not_say(text: str) -> None:
    try:
        found = read(text).whole("amount")
    except BrokerUnavailable:
        return

    assert Decimal(text.strip()) == found


def test_decimals_are_kept_as_written() -> None:
    assert read("135440.2517").decimal("amount") == Decimal("135440.2517")


@pytest.mark.parametrize("text", ["2026073", "20260732", "2026-07-31", ""])
def test_a_date_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BrokerUnavailable):
        read(text).day("amount")


@pytest.mark.parametrize("text", ["114811", " 114811 "])
def test_a_time_is_seoul_time(text: str) -> None:
    moment = read(text).moment(DAY, "amount")

    assert moment.isoformat() == "2026-07-31T11:48:11+09:00"


@pytest.mark.parametrize("text", ["246000", "9:01", "90100", ""])
def test_a_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BrokerUnavailable):
        read(text).moment(DAY, "amount")


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("086520", "086520"),
        ("A0007c0", "0007C0"),
        ("00000A000660", "000660"),
        ("Q530036", "Q530036"),
    ],
)
def test_a_code_is_read_in_every_form_kis_writes_it(text: str, symbol: str) -> None:
    assert read(text).symbol("amount") == symbol


def test_a_list_may_come_as_its_only_object_and_padded_with_blank_ones() -> None:
    blank = {"pdno": "   ", "hldg_qty": ""}

    for found in ({"a": "1"}, [{"a": "1"}], [{}, {"a": "1"}, blank]):
        rows = objects_of({"OUTPUT1": found}, "output1", "call")

        assert [row.text("a") for row in rows] == ["1"]


@pytest.mark.parametrize("found", ["text", ["text"], None, 3])
def test_a_list_of_something_else_is_unreadable(found: object) -> None:
    with pytest.raises(BrokerUnavailable):
        objects_of({"output1": found}, "output1", "call")


def test_an_object_that_is_empty_is_unreadable() -> None:
    bodies: list[dict[str, object]] = [{"output": {}}, {"output": []}]

    for body in bodies:
        with pytest.raises(BrokerUnavailable):
            object_of(body, "output", "call")
