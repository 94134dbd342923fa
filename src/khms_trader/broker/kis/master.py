"""The listing from KIS's master file: a public download, no call of the API.

How it is fetched is given: this module knows addresses and zip files, no HTTP.
"""

import io
import zipfile
import zlib
from collections.abc import Callable
from datetime import date
from typing import Final

from khms_trader.broker.kis.wire.listing import parse_master
from khms_trader.domain.instrument import Instrument
from khms_trader.errors import DataError, NotAvailable

MASTER_URL: Final = (
    "https://new.real.download.dws.co.kr/common/master/kosdaq_code.mst.zip"
)

_MEMBER_SUFFIX: Final = ".mst"
# The real file has half a million bytes; more than this is no master file.
_MOST_BYTES: Final = 50_000_000


class KisMaster:
    """A ``Listing``: the KOSDAQ issues with designations, as of the newest file."""

    def __init__(self, fetch: Callable[[str], bytes], url: str = MASTER_URL) -> None:
        """Download ``url`` with ``fetch``, once, when first asked.

        ``fetch`` raises ``NotAvailable`` when it cannot.
        """
        self._fetch = fetch
        self._url = url
        self._known: tuple[Instrument, ...] | None = None

    def instruments(self, asof: date) -> tuple[Instrument, ...]:  # noqa: ARG002 - port
        """Return the issues of the file there is now; it knows no other day.

        Reference price and volume are those of the session before the file's.

        Raises:
            DataError: ``kis_master_unavailable``, ``kis_master_unreadable`` or
                ``kis_master_empty``.
        """
        if self._known is None:
            self._known = parse_master(unpack_master(self._download()))
        return self._known

    def _download(self) -> bytes:
        try:
            return self._fetch(self._url)
        except NotAvailable as error:
            code = "kis_master_unavailable"
            raise DataError(code, url=self._url, reason=error.code) from error


def unpack_master(content: bytes) -> bytes:
    """Return the master file inside the zip file ``content``.

    Raises:
        DataError: ``kis_master_unreadable`` with line 0 when there is none.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = [i for i in archive.infolist() if _is_master(i)]
            if not found:
                raise _no_master("member")
            return archive.read(found[0])
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise _no_master("zip") from error


def _is_master(member: zipfile.ZipInfo) -> bool:
    is_named = member.filename.lower().endswith(_MEMBER_SUFFIX)
    return is_named and member.file_size <= _MOST_BYTES


def _no_master(field: str) -> DataError:
    return DataError("kis_master_unreadable", line=0, field=field)
