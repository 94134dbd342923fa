"""Account ids: folder names that tell accounts apart and give no number away."""

import hashlib
import hmac
import secrets
from pathlib import Path
from typing import Final

from filelock import FileLock

from khms_trader.durable import replace_file
from khms_trader.errors import StorageError

_SALT_BYTES: Final = 32
_ID_DIGITS: Final = 8
_LOCK_SECONDS: Final = 10


def account_id(kind: str, number: str, salt: bytes) -> str:
    """Return ``kind`` and eight hex digits that only this salt makes of ``number``."""
    digest = hmac.new(salt, number.encode(), hashlib.sha256).hexdigest()
    return f"{kind}-{digest[:_ID_DIGITS]}"


def salt_of(path: Path) -> bytes:
    """Return the salt in ``path``, made at the first use, readable by its owner only.

    Raises:
        StorageError: ``salt_damaged``, or it cannot be read or written.
    """
    found = _read(path)
    if found is not None:
        return found
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Two first commands at once must not end up with two ids for one account.
        with FileLock(path.with_suffix(".lock"), timeout=_LOCK_SECONDS):
            found = _read(path)
            if found is None:
                found = secrets.token_bytes(_SALT_BYTES)
                _write(path, found)
    except OSError as error:
        raise StorageError(
            "not_writable", path=str(path), reason=error.strerror
        ) from error
    return found


def _write(path: Path, salt: bytes) -> None:
    replace_file(path, lambda file: file.write(salt), private=True)


def _read(path: Path) -> bytes | None:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageError(
            "not_readable", path=str(path), reason=error.strerror
        ) from error
    if len(content) != _SALT_BYTES:
        raise StorageError("salt_damaged", path=str(path))
    return content
