"""Finding rows by what a reader types. Pure."""

from collections.abc import Sequence
from typing import Protocol, TypeVar


class Named(Protocol):
    """A row about one symbol."""

    @property
    def symbol(self) -> str:
        """Six characters."""

    @property
    def name(self) -> str:
        """Display name; may be empty."""


NamedRow = TypeVar("NamedRow", bound=Named)


def found_by(rows: Sequence[NamedRow], wanted: str) -> tuple[NamedRow, ...]:
    """Return the rows whose symbol or name holds ``wanted``, whatever its case."""
    word = wanted.strip().casefold()
    return tuple(row for row in rows if word in f"{row.name} {row.symbol}".casefold())
