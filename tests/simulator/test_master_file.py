"""The master file is laid out as the wire sheet's table of columns says."""

import io
import zipfile

import pytest

from fakes import SESSION
from khms_trader.simulator.kis_api.master import isin, master_file
from simulator.practice import HOST, Market, Practice

URL = f"{HOST}/common/master/kosdaq_code.mst.zip"


def tails() -> list[bytes]:
    lines = master_file(Market().instruments(SESSION), SESSION).splitlines()
    return [line[-221:] for line in lines]


def test_it_comes_zipped_without_any_key() -> None:
    answer = Practice().session.get(URL, timeout=5)

    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["kosdaq_code.mst"]
        assert len(archive.read("kosdaq_code.mst").splitlines()) == 2


def test_it_is_the_same_file_all_session_long() -> None:
    practice = Practice()

    first = practice.session.get(URL, timeout=5).content
    practice.wait(hours=1)

    assert practice.session.get(URL, timeout=5).content == first


def test_a_line_is_nine_twelve_forty_and_two_hundred_twenty_one_bytes() -> None:
    lines = master_file(Market().instruments(SESSION), SESSION).split(b"\n")

    assert [len(line) for line in lines] == [282, 282, 0]
    assert lines[0][:9] == b"100000   "
    assert lines[1][:9] == b"0007C0   "
    assert lines[0][9:21] == b"KR7100000009"
    assert lines[0][21:61].decode("cp949") == "예제전자" + " " * 32
    assert lines[1][21:61].decode("cp949") == "가나다ABC" + " " * 31


@pytest.mark.parametrize(
    ("offset", "width", "share", "fund"),
    [
        (0, 2, b"ST", b"EF"),  # group
        (24, 1, b"N", b"N"),  # SPAC
        (27, 1, b"0", b"0"),  # short-term overheated
        (30, 1, b"N", b"Y"),  # caution
        (36, 9, b"000012970", b"000000000"),  # base price: the next tick up
        (55, 1, b"N", b"Y"),  # halted
        (56, 1, b"N", b"N"),  # liquidation
        (57, 1, b"N", b"N"),  # administrative
        (58, 2, b"00", b"03"),  # market warning
        (69, 3, b"100", b"100"),  # margin rate
        (76, 12, b"000001234567", b"000000000000"),  # volume of the session before
        (108, 15, b"000000000020000", b"000000000020000"),  # listed shares, thousands
        (153, 1, b"0", b"0"),  # preferred
        (206, 9, b"000002594", b"000000000"),  # market cap, 100 million won
    ],
)
def test_a_column_stands_at_its_offset(
    offset: int, width: int, share: bytes, fund: bytes
) -> None:
    found = [tail[offset : offset + width] for tail in tails()]

    assert found == [share, fund]


@pytest.mark.parametrize(
    ("symbol", "code"),
    [
        ("0009K0", "KR70009K0001"),
        ("086520", "KR7086520004"),
        ("000660", "KR7000660001"),
    ],
)
def test_the_standard_code_has_its_check_digit(symbol: str, code: str) -> None:
    assert isin(symbol) == code
