"""Values are what their fields are."""

from dataclasses import dataclass, replace

import pytest

from khms_trader.domain.value import Value


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Pair(Value):
    left: int
    right: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Other(Value):
    left: int
    right: str = ""


def test_equal_fields_make_equal_values() -> None:
    assert Pair(left=1, right="a") == Pair(left=1, right="a")
    assert Pair(left=1) != Pair(left=2)
    assert len({Pair(left=1), Pair(left=1), Pair(left=2)}) == 2


def test_another_class_is_another_value() -> None:
    assert Pair(left=1) != Other(left=1)
    assert Pair(left=1) != (1, "")


def test_its_text_names_every_field() -> None:
    assert repr(replace(Pair(left=1), right="가")) == "Pair(left=1, right='가')"


def test_what_cannot_be_hashed_in_a_field_cannot_be_hashed_in_a_value() -> None:
    with pytest.raises(TypeError):
        hash(Pair(left=[]))  # type: ignore[arg-type]
