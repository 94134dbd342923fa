"""Symbols as KRX writes them, and what the code says of the issue."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.domain.instrument import (
    Designation,
    Instrument,
    InstrumentKind,
    kind_of,
    parse_symbol,
)


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("086520", "086520"),
        (" 086520\n", "086520"),
        ("A086520", "086520"),
        ("0007c0", "0007C0"),
        ("a0007c0", "0007C0"),
        ("03481K", "03481K"),
        ("950170", "950170"),
    ],
)
def test_a_code_is_read_with_blanks_case_and_prefix_forgiven(
    text: str, symbol: str
) -> None:
    assert parse_symbol(text) == symbol


@pytest.mark.parametrize(
    "text",
    [
        *("", "5930", "86520", "0865200", "AA086520", "Q086520"),
        *("0007I0", "0007O0", "0007U0", "08652A", "08-520", "086 520", "０８６５２０"),
    ],
)
def test_what_is_no_code_is_not_made_one(text: str) -> None:
    assert parse_symbol(text) is None


@pytest.mark.parametrize("last", "579KLMN")
def test_the_last_place_marks_preferred_shares(last: str) -> None:
    assert kind_of(f"03481{last}") is InstrumentKind.PREFERRED


def test_a_code_ending_in_zero_is_common() -> None:
    assert kind_of("086520") is InstrumentKind.EQUITY
    assert kind_of("0007C0") is InstrumentKind.EQUITY


def test_an_issue_ranks_by_the_won_it_traded() -> None:
    issue = Instrument(
        symbol="086520", name="예제", reference_price=12_960, reference_volume=1_000
    )

    assert issue.reference_value == 12_960_000


def test_every_designation_has_the_exchanges_own_word() -> None:
    words = {designation.korean for designation in Designation}

    assert len(words) == len(Designation)
    assert {"거래정지", "정리매매", "단기과열"} <= words


@given(text=st.text(max_size=8))
@settings(max_examples=200)
def test_a_code_that_was_read_reads_as_itself(text: str) -> None:
    symbol = parse_symbol(text)

    assert symbol is None or parse_symbol(symbol) == symbol


def test_the_benchmark_is_known_to_be_an_etf() -> None:
    assert kind_of("229200") is InstrumentKind.ETF
    assert kind_of("086520") is InstrumentKind.EQUITY
