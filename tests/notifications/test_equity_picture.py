"""The picture opens on a phone, has its size, and needs no font but the shipped one."""

import struct
import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.notifications.equity_picture import equity_picture, picture_if_possible
from khms_trader.notifications.messages.equity import EquityPoint

MODULES = "khms_trader.notifications.messages"


def points(*totals: int) -> list[EquityPoint]:
    first = date(2026, 12, 1)
    return [
        EquityPoint(session=first + timedelta(days=n), total=total)
        for n, total in enumerate(totals)
    ]


def size(png: bytes | None) -> tuple[int, int]:
    assert png is not None
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize("totals", [(), (1_000_000,)])
def test_less_than_two_points_are_no_curve(totals: tuple[int, ...]) -> None:
    assert equity_picture(points(*totals)) is None


@pytest.mark.parametrize(
    "totals",
    [
        (10_000_000, 9_987_654),
        (10_000_000,) * 60,
        (0, 0, 0),
        tuple(10_000 * 2**n for n in range(20)),
        (1_000_000_000, 30_000_000, 1_000_000_000),
    ],
)
def test_a_picture_has_the_size_of_a_phones_width(totals: tuple[int, ...]) -> None:
    assert size(equity_picture(points(*totals))) == (1000, 500)


@settings(max_examples=3, deadline=None)
@given(totals=st.lists(st.integers(-5, 10**11), min_size=2, max_size=60))
def test_any_curve_can_be_drawn(totals: list[int]) -> None:
    assert size(equity_picture(points(*totals))) == (1000, 500)


def test_the_same_points_give_the_same_bytes() -> None:
    assert equity_picture(points(1, 2, 3)) == equity_picture(points(1, 2, 3))


def test_red_is_up_and_blue_is_down() -> None:
    assert equity_picture(points(1, 2)) != equity_picture(points(2, 1))


def test_what_cannot_be_drawn_costs_the_picture_only() -> None:
    never = EquityPoint(session=date(2026, 3, 4), total=float("nan"))  # type: ignore[arg-type]

    assert picture_if_possible([never, never]) is None
    assert picture_if_possible(points(1, 2)) == equity_picture(points(1, 2))


def test_a_picture_is_drawn_without_a_window_system_or_a_global_figure() -> None:
    program = (
        "import sys\n"
        "from datetime import date\n"
        "from khms_trader.notifications.equity_picture import equity_picture\n"
        f"from {MODULES}.equity import EquityPoint as P\n"
        "equity_picture([P(session=date(2026, 3, n), total=n) for n in (3, 4)])\n"
        "print('matplotlib.pyplot' in sys.modules)\n"
    )

    assert run(program) == "False"


def test_texts_are_made_without_anything_heavy() -> None:
    heavy = ("numpy", "pandas", "matplotlib", "telegram", "pyarrow", "pydantic")
    program = (
        f"import sys, {MODULES}.due, {MODULES}.replies\n"
        "import khms_trader.notifications.equity_picture\n"
        f"print(sorted(set(sys.modules) & set({heavy})))"
    )

    assert run(program) == "[]"


def run(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
