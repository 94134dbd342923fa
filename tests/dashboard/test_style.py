"""The reader's colours."""

from itertools import product

import pytest

from khms_trader.dashboard.style import look


def test_korean_boards_are_red_up_and_blue_down_and_western_ones_green_up() -> None:
    assert (look().up, look().down) == ("#e0453f", "#3579e6")
    western = look(is_western=True)
    assert (western.up, western.down) == ("#1f9d61", "#e0453f")


def test_the_same_colours_have_more_light_in_the_dark() -> None:
    assert (look(is_dark=True).up, look(is_dark=True).down) == ("#ff6961", "#66a3ff")


@pytest.mark.parametrize(("west", "dark"), [*product((False, True), repeat=2)])
def test_a_gain_a_loss_and_neither_differ(*, west: bool, dark: bool) -> None:
    chosen = look(is_western=west, is_dark=dark)

    assert (chosen.of(1), chosen.of(-1)) == (chosen.up, chosen.down)
    assert len({chosen.of(1), chosen.of(-1), chosen.of(0)}) == 3
