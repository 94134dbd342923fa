"""The newest entries of the rotated log, read from its end as far as they are needed.

It only reads, and believes nothing: lines may be cut, half written, or no text at all.
Secrets were masked before a line was written (``cli.logs``).
"""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice, pairwise
from pathlib import Path
from typing import BinaryIO, Final

from khms_trader.errors import StorageError

LOG_NAME: Final = "khms_trader.log"
BLOCK_BYTES: Final = 256 * 1024
LONGEST_ENTRY: Final = 20_000
_LEVELS: Final = rb"DEBUG|INFO|WARNING|ERROR|CRITICAL"
_HEAD: Final = re.compile(
    rb"^(?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[^ \n]*) "
    rb"(?P<level>" + _LEVELS + rb") (?P<name>\S+) ",
    re.MULTILINE,
)
_CUT: Final = "\n… (뒤를 줄였습니다)"
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One entry; the lines of its traceback follow the first in ``text``.

    Attributes:
        at: aware; None for lines that belong to no entry we know.
        level, name: empty for such lines.
    """

    at: datetime | None
    level: str
    name: str
    text: str


def newest_entries(
    folder: Path, *, levels: Sequence[str] = (), text: str = "", limit: int = 500
) -> tuple[LogEntry, ...]:
    """Return the newest entries of ``levels`` (or any) in ``folder``, newest first.

    ``khms_trader.log`` is followed by its elders ``.1``, ``.2`` and so on; none need
    be there. ``text`` is looked for in whole entries, whatever its case.

    Raises:
        StorageError: ``not_readable``, a file that is there.
    """
    wanted = _Wanted(frozenset(levels), text.strip().casefold())
    try:
        return tuple(islice(_entries(folder, wanted), limit))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        path = str(folder / LOG_NAME)
        raise StorageError("not_readable", path=path, reason=reason) from error


def _entries(folder: Path, wanted: "_Wanted") -> Iterator[LogEntry]:
    seen: set[tuple[int, int]] = set()
    for path in _files(folder):
        try:
            file = path.open("rb")
        except FileNotFoundError:
            continue  # rotated away between the listing and now
        with file:
            status = os.fstat(file.fileno())
            identity = (status.st_dev, status.st_ino)
            if identity not in seen:  # rotated meanwhile, it comes under a new name
                seen.add(identity)
                yield from _backwards(file, status.st_size, wanted)


def _files(folder: Path) -> list[Path]:
    prefix = f"{LOG_NAME}."
    elders = [
        (int(number), path)
        for path in folder.glob(f"{prefix}*")
        if (number := path.name.removeprefix(prefix)).isdecimal()
    ]
    return [folder / LOG_NAME, *(path for _, path in sorted(elders))]


@dataclass(frozen=True, slots=True)
class _Wanted:
    levels: frozenset[str]
    needle: str

    def may_be_in(self, block: bytes) -> bool:
        """Return False when parsing ``block`` would be for nothing."""
        if self.levels and not any(level.encode() in block for level in self.levels):
            return False
        if not self.needle:
            return True
        if _is_plain(self.needle):  # a tenth of the time
            return self.needle.encode() in block.lower()
        return self.needle in block.decode("utf-8", "replace").casefold()

    def includes(self, entry: LogEntry) -> bool:
        if self.levels and entry.level not in self.levels:
            return False
        return self.needle in f"{entry.name} {entry.text}".casefold()


def _is_plain(text: str) -> bool:
    """Return True for letters that have no case but that of ASCII, such as 가 and a."""
    return all(letter.isascii() or letter.upper() == letter.lower() for letter in text)


def _backwards(file: BinaryIO, size: int, wanted: _Wanted) -> Iterator[LogEntry]:
    for block in _blocks(file, size):
        if wanted.may_be_in(block):
            yield from filter(wanted.includes, _parsed(block))


def _blocks(file: BinaryIO, size: int) -> Iterator[bytes]:
    """Yield whole entries in blocks, the newest block first."""
    end, tail = size, b""
    while end:
        start = max(end - BLOCK_BYTES, 0)
        file.seek(start)
        tail = file.read(end - start) + tail
        end = start
        # The first line may have been cut in two: what stands there is no head.
        known = tail.find(b"\n") + 1
        head = _HEAD.search(tail, known) if start and known else None
        if not start:
            yield tail
        elif head is not None:
            yield tail[head.start() :]
            tail = tail[: head.start()]
        else:
            # Of an entry that has not begun yet only the beginning will be shown.
            tail = tail[:BLOCK_BYTES]


def _parsed(block: bytes) -> Iterator[LogEntry]:
    """Yield the entries of ``block``, newest first."""
    heads = list(_HEAD.finditer(block))
    ends = chain((head.start() for head in heads), (len(block),))
    spans = list(pairwise(ends))
    for head, (_, end) in zip(reversed(heads), reversed(spans), strict=True):
        yield _entry(head, block[head.end() : end])
    first = heads[0].start() if heads else len(block)
    if lost := _text(block[:first]):
        yield LogEntry(at=None, level="", name="", text=lost)


def _entry(head: re.Match[bytes], body: bytes) -> LogEntry:
    try:
        at = datetime.fromisoformat(head["at"].decode("ascii"))
    except ValueError:
        at = None
    return LogEntry(
        at=None if at is None or at.tzinfo is None else at,
        level=head["level"].decode("ascii"),
        name=head["name"].decode("utf-8", "replace"),
        text=_text(body),
    )


def _text(body: bytes) -> str:
    cut = body[: LONGEST_ENTRY + 1]
    text = _CONTROL.sub("", cut.decode("utf-8", "replace")).rstrip()
    return f"{text[:LONGEST_ENTRY].rstrip()}{_CUT}" if len(body) > len(cut) else text
