"""Equality and text of values, written once instead of generated for every class.

A dataclass generates both anew for each class when it is imported, and there are many
classes on the path that has to be ready at 09:01: pass ``eq=False, repr=False`` to it.
"""

from typing import Any


class Value:
    """Base of frozen dataclasses that are what their fields are."""

    __slots__ = ()

    def _told(self) -> tuple[Any, ...]:
        names = type(self).__dataclass_fields__  # type: ignore[attr-defined]
        return tuple(getattr(self, name) for name in names)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._told() == other._told()

    def __hash__(self) -> int:
        return hash((type(self), self._told()))

    def __repr__(self) -> str:
        names = type(self).__dataclass_fields__  # type: ignore[attr-defined]
        told = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__qualname__}({told})"
