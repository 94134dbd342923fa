"""The master file is downloaded once and unpacked, or there is no listing."""

import io
import zipfile
from datetime import date

import pytest

from broker.kis.wire_builders import a_master_line
from khms_trader.broker.kis.master import MASTER_URL, KisMaster, unpack_master
from khms_trader.errors import BrokerUnavailable, DataError
from khms_trader.ports import Listing

ASOF = date(2026, 7, 31)


def zipped(content: bytes, name: str = "kosdaq_code.mst") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def test_the_listing_is_downloaded_once() -> None:
    asked = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return zipped(a_master_line("086520"))

    listing: Listing = KisMaster(fetch)

    assert [each.symbol for each in listing.instruments(ASOF)] == ["086520"]
    assert listing.instruments(ASOF) == listing.instruments(ASOF)
    assert asked == [MASTER_URL]


def test_the_address_can_be_another() -> None:
    content = zipped(a_master_line("086520"))
    served = {"http://127.0.0.1:8000/master.zip": content}

    listing = KisMaster(served.__getitem__, "http://127.0.0.1:8000/master.zip")

    assert len(listing.instruments(ASOF)) == 1


def test_a_download_that_fails_is_a_missing_listing() -> None:
    def fetch(url: str) -> bytes:
        raise BrokerUnavailable("kis_no_answer")

    with pytest.raises(DataError) as caught:
        KisMaster(fetch).instruments(ASOF)

    assert caught.value.code == "kis_master_unavailable"
    assert caught.value.facts == {"url": MASTER_URL, "reason": "kis_no_answer"}


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>not found</html>", zipped(b"x", "readme.txt")],
)
def test_a_download_that_is_no_master_file_is_refused(content: bytes) -> None:
    with pytest.raises(DataError) as caught:
        unpack_master(content)

    assert caught.value.facts["line"] == 0


def test_a_download_that_was_cut_is_refused() -> None:
    whole = zipped(a_master_line("086520") * 50)
    spoilt = whole[:60] + bytes(20) + whole[80:]

    for content in (whole[: len(whole) // 2], spoilt):
        with pytest.raises(DataError):
            unpack_master(content)
