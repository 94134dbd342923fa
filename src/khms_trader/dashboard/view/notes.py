"""What a reader should know beside tables and tiles, by how much it matters. Pure."""

from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """How much a note matters."""

    GOOD = 0
    NOTE = 1
    WARNING = 2
    ALARM = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One thing to know, in Korean.

    Attributes:
        command: what the reader may run about it; empty when there is nothing.
    """

    level: Level
    text: str
    command: str = ""
