"""Tiles as HTML: escaped, coloured by the reader's look."""

from hypothesis import given
from hypothesis import strategies as st

from khms_trader.dashboard.style import look
from khms_trader.dashboard.view.tile_html import (
    ALARM,
    CAUTION,
    TILE_CSS,
    Badge,
    Tile,
    Tone,
    badges_html,
    tiles_html,
)

LOOK = look()
WESTERN = look(is_western=True)


def test_a_gain_is_red_and_in_the_west_green() -> None:
    tile = Tile(label="총자산", value="1원", sub="+1원", trend=1)

    assert LOOK.up in tiles_html([tile], LOOK)
    assert WESTERN.up in tiles_html([tile], WESTERN)
    assert LOOK.up != WESTERN.up


def test_the_trend_colours_the_change_or_the_figure_but_not_both() -> None:
    change = Tile(label="총자산", value="1원", sub="−1원", trend=-1)
    figure = Tile(label="손익", value="−1원", sub="2종목", trend=-1, is_trending=True)

    assert f'kt-sub kt-fall" style="color:{LOOK.down}' in tiles_html([change], LOOK)
    assert f'kt-value kt-fall" style="color:{LOOK.down}' in tiles_html([figure], LOOK)
    assert tiles_html([change, figure], LOOK).count(LOOK.down) == 2


def test_a_trend_has_a_sign_beside_its_colour() -> None:
    rise = tiles_html([Tile(label="a", value="b", sub="c", trend=1)], LOOK)
    still = tiles_html([Tile(label="a", value="b", sub="c")], LOOK)

    assert "kt-rise" in rise
    assert "kt-rise" not in still
    assert "kt-fall" not in still
    assert '.kt-rise::before {content:"▲ "' in TILE_CSS


def test_a_stale_age_stands_out() -> None:
    fresh = tiles_html([Tile(label="a", value="b", age="방금")], LOOK)
    stale = tiles_html([Tile(label="a", value="b", age="방금", is_stale=True)], LOOK)

    assert "kt-stale" not in fresh
    assert "kt-stale" in stale


def test_tones_colour_tiles_and_badges() -> None:
    assert ALARM in tiles_html([Tile(label="a", value="b", tone=Tone.ALARM)], LOOK)
    assert CAUTION in badges_html([Badge(text="연습", tone=Tone.CAUTION)])


@given(st.text(), st.text(), st.text())
def test_no_text_becomes_markup(label: str, value: str, sub: str) -> None:
    made = tiles_html([Tile(label=label, value=value, sub=sub or "-")], LOOK)

    # the grid, the tile and its three parts
    assert made.count("<") == 10
