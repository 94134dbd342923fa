"""The reader's colours."""

from itertools import product

import pytest

from khms_trader.dashboard.style import ink_css, look


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


def contrast(color: str, ground: str) -> float:
    """Return how far two colours are apart as WCAG 2 measures it: 1 to 21."""
    darker, lighter = sorted(luminance(each) for each in (color, ground))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("dark", "ground"), [(False, "#ffffff"), (True, "#171512")])
def test_what_needs_a_person_can_be_read_in_both_themes(
    *, dark: bool, ground: str
) -> None:
    chosen = look(is_dark=dark)

    for ink in (chosen.alarm, chosen.caution, chosen.good):
        assert contrast(ink, ground) >= 4.5
        assert ink in ink_css(chosen)
