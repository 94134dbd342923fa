"""The one way a file of ours is written: whole and on the disk, or not at all.

A leaf beside ``clock``: adapters may import it, it knows no room. It never reads what
it writes and never deletes anything but unfinished temporary files of its own making.
"""

import errno
import os
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

from khms_trader.errors import StorageError

_CODES: Final = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EACCES: "not_writable",
    errno.EPERM: "not_writable",
    errno.EROFS: "not_writable",
}
# Some file systems (network shares, containers) cannot sync a folder at all.
_NO_FOLDER_SYNC: Final = {errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EPERM}
# A younger unfinished file may be one that another process is just writing.
_LEFT_OVER_SECONDS: Final = 60.0


def replace_file(
    path: Path, write: Callable[[BinaryIO], object], *, private: bool = False
) -> None:
    """Replace ``path`` by what ``write`` puts out, synced to the disk.

    Missing parent folders are made and a symbolic link keeps pointing where it did.
    ``private`` gives mode 0600 from the first byte on. On Windows modes do not apply
    (the folder's access list does), a folder cannot be synced, and replacing a file
    that another program holds open is refused as ``not_writable``. What a killed
    writer of the same file left unfinished a minute ago or earlier is removed.

    Raises:
        StorageError: ``disk_full``, ``not_writable`` or ``write_failed``; the old file
            is as it was and no unfinished file is left.
    """
    target = Path(os.path.realpath(path))
    unfinished = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(unfinished, write, mode=0o600 if private else 0o666)
        _clear_left_overs(target, written=unfinished)
        unfinished.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        code = _CODES.get(error.errno or 0, "write_failed")
        reason = error.strerror or str(error)
        raise StorageError(code, path=str(path), reason=reason) from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def replace_text(path: Path, text: str, *, private: bool = False) -> None:
    """Replace ``path`` by ``text`` in UTF-8 with its line ends as they are.

    Raises:
        StorageError: as for ``replace_file``.
    """
    content = text.encode()
    replace_file(path, lambda file: file.write(content), private=private)


def make_private(folder: Path) -> None:
    """Make ``folder``, or what of it others may see, the owner's alone (mode 0700).

    Windows keeps its own list of who may.

    Raises:
        OSError: it cannot be made, or belongs to somebody else.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.name != "nt" and folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def _write(path: Path, write: Callable[[BinaryIO], object], *, mode: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, mode), "wb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())


def _clear_left_overs(target: Path, *, written: Path) -> None:
    """Remove what killed writers of ``target`` left; by the file system's own clock.

    One that cannot be removed, or was removed meanwhile, keeps nobody from writing.
    """
    pattern = re.compile(rf"\.{re.escape(target.name)}\.[0-9a-f]{{8}}\.tmp")
    with suppress(OSError):
        oldest = written.stat().st_mtime - _LEFT_OVER_SECONDS
        with os.scandir(target.parent) as entries:
            found = [entry for entry in entries if pattern.fullmatch(entry.name)]
        for entry in found:
            is_file = entry.is_file(follow_symlinks=False)
            if is_file and entry.stat(follow_symlinks=False).st_mtime < oldest:
                Path(entry.path).unlink()


def _sync_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut."""
    if os.name == "nt":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
