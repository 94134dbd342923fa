"""Where a KIS client may talk to, and where it keeps what its processes share.

Pure. Keys, tokens and account numbers go to KIS's own two servers or stay on this
machine: any other address is refused before a secret leaves.
"""

import hashlib
import re
from ipaddress import AddressValueError, IPv4Address
from pathlib import Path
from typing import Final

from khms_trader.broker.kis.endpoints import HOSTS, Environment
from khms_trader.errors import ConfigError

# Written out rather than parsed: two parsers may disagree about a sly address.
_LOOPBACK: Final = re.compile(
    r"https?://(?P<host>localhost|\[::1\]|[0-9]{1,3}(?:\.[0-9]{1,3}){3})"
    r"(?::(?P<port>[0-9]{1,5}))?"
)
_LAST_PORT: Final = 65_535
_HASH_LENGTH: Final = 16


def checked_address(address: str, environment: Environment) -> str:
    """Return ``address`` without its last slash.

    It must be the official host of ``environment`` or a loopback address.

    Raises:
        ConfigError: ``kis_address_refused``.
    """
    bare = address.removesuffix("/")
    if bare == HOSTS[environment] or is_loopback(bare):
        return bare
    # What stands before an @ may be a password.
    raise ConfigError("kis_address_refused", address=bare.rpartition("@")[2])


def is_loopback(address: str) -> bool:
    """Return whether ``address`` is this machine: a practice server."""
    found = _LOOPBACK.fullmatch(address)
    if found is None or int(found["port"] or 0) > _LAST_PORT:
        return False
    if found["host"] in {"localhost", "[::1]"}:
        return True
    try:
        return IPv4Address(found["host"]).is_loopback
    except AddressValueError:
        return False


def shared_folder(root: Path, address: str, app_key: str) -> Path:
    """Return the folder of one host and app key, named without showing the key."""
    name = hashlib.sha256(f"{address}\n{app_key}".encode()).hexdigest()
    return root / name[:_HASH_LENGTH]
