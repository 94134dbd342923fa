"""A public file over HTTP: no key, no token, no pace of the API."""

import requests

from khms_trader.broker.kis.address import is_loopback
from khms_trader.errors import BrokerUnavailable

_CONNECT_SECONDS = 5.0
_READ_SECONDS = 30.0


def downloaded(url: str) -> bytes:
    """Return what lies at ``url``.

    Raises:
        BrokerUnavailable: ``download_failed``, with the reason.
    """
    with requests.Session() as session:
        # A proxy is for the internet; this machine needs none.
        address, _, path = url.partition("://")
        host = path.partition("/")[0]
        session.trust_env = not is_loopback(f"{address}://{host}")
        try:
            response = session.get(url, timeout=(_CONNECT_SECONDS, _READ_SECONDS))
        except requests.RequestException as error:
            # Its text may quote a proxy's password.
            reason = type(error).__name__
            raise BrokerUnavailable("download_failed", url=url, reason=reason) from None
    if response.status_code != requests.codes.ok:
        reason = f"HTTP {response.status_code}"
        raise BrokerUnavailable("download_failed", url=url, reason=reason)
    return response.content
