"""Importing bar files of foreign shapes into the stores ``store-adjusted`` and -raw.

Bad files and rows are named and left out, never fatal; bases are never mixed. This is
the job's outline: shapes, rows and joins are judged in the modules it calls.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from khms_trader.data.bar_rows import session_of
from khms_trader.data.bar_store import ParquetBarStore
from khms_trader.data.import_folds import FilePart, oldest_first, with_partial_days
from khms_trader.data.import_rows import Finding, judged
from khms_trader.data.import_shapes import ADJUSTED, RAW, Unusable, read_shape
from khms_trader.data.import_store import add_to_store
from khms_trader.domain.imported import (
    ImportCode,
    ImportedFile,
    ImportProblem,
    ImportReport,
    StoredBars,
)
from khms_trader.errors import UsageError
from khms_trader.ports import Progress

STORE: Final = "store"
BASES: Final = (ADJUSTED, RAW)
_SUFFIXES: Final = frozenset({".csv", ".parquet"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """What files held, before anything is stored.

    Attributes:
        parts: the usable bars by basis, one part per file, oldest first.
    """

    files: tuple[ImportedFile, ...]
    parts: Mapping[str, tuple[FilePart, ...]]
    problems: tuple[ImportProblem, ...]


class BarImport:
    """One import: what a session is, which basis is meant, who watches."""

    def __init__(
        self,
        is_session: Callable[[date], bool],
        *,
        basis: str | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Take dates that ``is_session`` knows; ``basis`` None asks each file."""
        self._is_session = is_session
        self._basis = basis
        self._progress = progress

    def read(self, paths: Sequence[Path]) -> ImportResult:
        """Read the files of ``paths``, folders with all that is in them.

        Raises:
            UsageError: ``path_missing``; ``basis_unknown`` when that of a file named
                by itself, or of all usable ones, cannot be told.
        """
        reads: list[FilePart] = []
        problems: list[ImportProblem] = []
        found = _files_in(paths)
        for done, path in enumerate(found):
            self._step(done, len(found), path.name)
            try:
                read, findings = self._read_file(path)
            except Unusable as unusable:
                code, detail = unusable.code, unusable.detail
                problem = ImportProblem(path=str(path), code=code, detail=detail)
                problems.append(problem)
                if code is ImportCode.BASIS_UNKNOWN and path in paths:
                    raise _basis_unknown(problem) from unusable
                continue
            problems += _problems(path, findings)
            if read is None:
                none = ImportProblem(path=str(path), code=ImportCode.NO_ROWS)
                problems.append(none)
            else:
                reads.append(read)
        self._step(len(found), len(found), "")
        _refuse_unknown_bases(reads, problems)
        return ImportResult(
            files=tuple(read.file for read in reads),
            parts=_by_basis(reads),
            problems=tuple(problems),
        )

    def run(
        self, paths: Sequence[Path], folder: Path, *, replace: bool = False
    ) -> ImportReport:
        """Import ``paths`` into the stores in ``folder``; again changes nothing.

        New bars are appended, moved to a newer basis or refused symbol by symbol, as
        their overlap with the stored ones says, unless ``replace`` takes the symbols
        of the files from them alone. Without any usable bar the report has no stores.

        Raises:
            UsageError: as for ``read``.
            DataError: a store cannot be read.
            StorageError: a store could not be written; it is as it was.
        """
        result = self.read(paths)
        stores: list[StoredBars] = []
        problems = list(result.problems)
        for basis, parts in sorted(result.parts.items()):
            store = ParquetBarStore(folder, name=STORE, basis=basis)
            stored, told = add_to_store(
                store, parts, self._is_session, replaces=replace
            )
            stores.append(stored)
            problems += told
        return ImportReport(
            files=result.files, stores=tuple(stores), problems=tuple(problems)
        )

    def _read_file(self, path: Path) -> tuple[FilePart | None, tuple[Finding, ...]]:
        """Return the bars of ``path``, None for none, and what was wrong with others.

        Raises:
            Unusable: the file as a whole cannot be used.
        """
        shape = read_shape(path)
        basis = self._basis or shape.basis
        if basis is None:
            raise Unusable(ImportCode.BASIS_UNKNOWN)
        found = judged(shape, self._is_session)
        rows = found.rows
        if not len(rows):
            return None, found.findings
        file = ImportedFile(
            path=str(path),
            basis=basis,
            symbols=len(set(rows.codes.tolist())),
            rows=len(rows),
            first=session_of(int(rows.days.min())),
            last=session_of(int(rows.days.max())),
        )
        part = FilePart(file=file, rows=rows, problems=found.problems)
        return part, found.findings

    def _step(self, done: int, total: int, what: str) -> None:
        if self._progress is not None:
            self._progress.step(done, total, what)


def _files_in(paths: Sequence[Path]) -> list[Path]:
    """Return the files meant by ``paths``, each once, by name within a folder."""
    found: dict[Path, Path] = {}
    for path in paths:
        if not path.exists():
            code = "path_missing"
            raise UsageError(code, path=str(path))
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in inside:
            if file == path or (file.is_file() and file.suffix.lower() in _SUFFIXES):
                found.setdefault(file.resolve(), file)
    return list(found.values())


def _problems(path: Path, findings: Sequence[Finding]) -> list[ImportProblem]:
    return [
        ImportProblem(
            path=str(path),
            code=finding.code,
            count=finding.count,
            detail=finding.example,
        )
        for finding in findings
    ]


def _refuse_unknown_bases(
    reads: Sequence[FilePart], problems: Sequence[ImportProblem]
) -> None:
    unknown = [p for p in problems if p.code is ImportCode.BASIS_UNKNOWN]
    if unknown and not reads:
        raise _basis_unknown(unknown[0])


def _basis_unknown(problem: ImportProblem) -> UsageError:
    code = "basis_unknown"
    return UsageError(code, path=problem.path)


def _by_basis(reads: Sequence[FilePart]) -> dict[str, tuple[FilePart, ...]]:
    found = {}
    for basis in BASES:
        own = [read for read in reads if read.file.basis == basis]
        if own:
            found[basis] = tuple(with_partial_days(oldest_first(own)))
    return found
