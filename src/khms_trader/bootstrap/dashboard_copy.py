"""The account in a copy of its state: a look writes nothing into the operating one.

What is wrong with the copy is said of the files it was made from, where a person can
mend it. Only that there is no room for a copy is its own fault.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from khms_trader.bootstrap.account import OpenAccount, opened
from khms_trader.bootstrap.options import RunOptions
from khms_trader.errors import StorageError

_WRITING: Final = frozenset(
    {
        "disk_full",
        "not_writable",
        "write_failed",
        "journal_not_writable",
        "paper_book_not_writable",
    }
)


@contextmanager
def opened_apart(options: RunOptions) -> Iterator[OpenAccount]:
    """Open a copy of the account for a ``with`` block, to be read.

    Raises:
        ConfigError: keys or source are missing, or do not go together.
        StorageError: the account's files cannot be used, or ``no_room_for_a_copy``.
    """
    try:
        lent = TemporaryDirectory(prefix="khms-", ignore_cleanup_errors=True)
    except OSError as error:
        raise _no_room(error.strerror) from error
    with lent as folder:
        try:
            there = replace(options, is_dry_run=True, replay=Path(folder))
            with opened(there) as account:
                yield account
        except StorageError as error:
            raise _of_the_original(error, folder, str(options.state)) from error


def _of_the_original(error: StorageError, copy: str, original: str) -> StorageError:
    is_copy = str(error.facts.get("path", "")).startswith(copy)
    if is_copy and error.code in _WRITING:
        return _no_room(error.facts.get("reason"))
    facts = {
        name: fact.replace(copy, original) if isinstance(fact, str) else fact
        for name, fact in error.facts.items()
        if name != "kept"  # with the copy
    }
    code = "database_damaged" if error.code == "journal_damaged" else error.code
    return StorageError(code, **facts)


def _no_room(reason: object) -> StorageError:
    return StorageError("no_room_for_a_copy", reason=reason or "")
