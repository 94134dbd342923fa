"""Lines of the master file become instruments, counted from their end."""

import pytest

from broker.kis.wire_builders import a_master_line
from khms_trader.broker.kis.wire.listing import parse_master
from khms_trader.domain.instrument import Designation, Instrument, InstrumentKind
from khms_trader.errors import DataError


def only(line: bytes) -> Instrument:
    (instrument,) = parse_master(line)
    return instrument


def test_a_line_is_an_instrument_with_the_figures_of_the_session_before() -> None:
    assert only(a_master_line("086520")) == Instrument(
        symbol="086520",
        name="에코프로",
        kind=InstrumentKind.EQUITY,
        reference_price=12_310,
        reference_volume=345_678,
    )


@pytest.mark.parametrize("name", ["A", "가" * 20, "에코프로비엠 우", "ＡＢ가나 3호"])
def test_a_name_of_any_width_leaves_the_columns_in_place(name: str) -> None:
    found = only(a_master_line("086520", name))

    assert found.name == name
    assert found.reference_price == 12_310


def test_a_name_that_is_not_padded_to_its_bytes_changes_nothing() -> None:
    line = a_master_line("086520", "가").replace(b" " * 38, b" " * 20, 1)

    assert only(line).reference_volume == 345_678


def test_a_name_in_unknown_characters_does_not_cost_the_listing() -> None:
    line = a_master_line("086520").replace("에코".encode("cp949"), b"\xff\xff\xff\xff")

    assert only(line).reference_price == 12_310


@pytest.mark.parametrize(
    ("columns", "designation"),
    [
        ({"at16": "Y"}, Designation.LOW_LIQUIDITY),
        ({"at27": "2"}, Designation.OVERHEATED),
        ({"at27": "3"}, Designation.OVERHEATED),
        ({"at30": "Y"}, Designation.ATTENTION),
        ({"at55": "YNN"}, Designation.HALTED),
        ({"at55": "NYN"}, Designation.LIQUIDATION),
        ({"at55": "NNY"}, Designation.ADMINISTRATIVE),
        ({"at58": "02"}, Designation.WARNING),
        ({"at58": "03"}, Designation.RISK),
    ],
)
def test_a_flag_is_a_designation(
    columns: dict[str, str], designation: Designation
) -> None:
    assert only(a_master_line("086520", **columns)).designations == {designation}


@pytest.mark.parametrize("columns", [{"at27": "1"}, {"at58": "01"}, {"at60": "Y"}])
def test_a_notice_that_a_mark_may_come_is_none(columns: dict[str, str]) -> None:
    assert only(a_master_line("086520", **columns)).designations == frozenset()


@pytest.mark.parametrize(
    ("symbol", "columns", "kind"),
    [
        ("086520", {"at24": "Y"}, InstrumentKind.SPAC),
        ("086520", {"at153": "1"}, InstrumentKind.PREFERRED),
        ("08652K", {"at153": " "}, InstrumentKind.PREFERRED),
        ("0007C0", {}, InstrumentKind.EQUITY),
        ("229200", {"at0": "EF"}, InstrumentKind.ETF),
        ("950130", {"at0": "DR"}, InstrumentKind.EQUITY),
        ("900110", {"at0": "FS"}, InstrumentKind.EQUITY),
    ],
)
def test_the_kind_is_in_the_columns(
    symbol: str, columns: dict[str, str], kind: InstrumentKind
) -> None:
    assert only(a_master_line(symbol, **columns)).kind is kind


def test_what_is_no_share_is_left_out() -> None:
    lines = [
        a_master_line("Q53003", group="EN"),
        a_master_line("08652S", group="SW"),
        a_master_line("086521", group="SR"),
        a_master_line("247540"),
        b"\n",
    ]

    assert [each.symbol for each in parse_master(b"".join(lines))] == ["247540"]


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ({"at36": "         "}, "stck_sdpr"),
        ({"at36": "0000x2310"}, "stck_sdpr"),
        ({"at76": "            "}, "prdy_vol"),
        ({"at55": "?"}, "trht_yn"),
    ],
)
def test_a_column_that_cannot_be_read_spoils_the_file(
    columns: dict[str, str], field: str
) -> None:
    content = a_master_line("247540") + a_master_line("086520", **columns)

    with pytest.raises(DataError) as caught:
        parse_master(content)

    assert caught.value.code == "kis_master_unreadable"
    assert caught.value.facts == {"line": 2, "field": field}


def test_a_line_that_is_cut_spoils_the_file() -> None:
    for cut in (a_master_line("086520")[:200], a_master_line("086520")[:-30]):
        with pytest.raises(DataError):
            parse_master(cut)


def test_a_file_with_nothing_for_us_is_no_empty_listing() -> None:
    with pytest.raises(DataError) as caught:
        parse_master(b"\n")

    assert caught.value.code == "kis_master_empty"


def test_lines_may_end_as_on_windows_and_the_last_in_nothing() -> None:
    content = a_master_line("247540").replace(b"\n", b"\r\n") + a_master_line(
        "086520"
    ).rstrip(b"\n")

    assert [each.symbol for each in parse_master(content)] == ["086520", "247540"]
