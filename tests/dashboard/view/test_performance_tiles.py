"""Tiles of the page 성과: figures, conventions, and words instead of bad ratios."""

from datetime import timedelta

from builders import at
from dashboard.performances import lived
from dashboard.rooms import ListedJournal, StillMarket, a_room
from khms_trader.dashboard.style import look
from khms_trader.dashboard.view.performance import performance_of
from khms_trader.dashboard.view.performance_tiles import (
    Tile,
    return_tiles,
    span_of,
    tiles_html,
    trade_tiles,
)
from khms_trader.market.calendar import Calendar
from performance.accounts import FRI, MON, TUE, held, looked


def values(tiles: tuple[Tile, ...]) -> dict[str, str]:
    return {tile.label: tile.value for tile in tiles}


def test_below_twenty_sessions_words_stand_where_ratios_would() -> None:
    assert values(return_tiles(performance_of(lived()))) == {
        "수익률": "+1.83%",
        "지수 대비": "−1.17%p",
        "최대 낙폭": "0.00%",
        "연환산 수익률": "표본 부족 (20거래일부터)",
        "변동성(연)": "표본 부족 (20거래일부터)",
        "샤프 지수": "표본 부족 (20거래일부터)",
    }


def test_from_twenty_sessions_on_ratios_are_figures() -> None:
    sessions = Calendar().sessions(TUE, TUE + timedelta(days=60))[:20]
    looks = [
        looked(session, 0, held("086520", 100, 10_000 + 100 * (number % 2)))
        for number, session in enumerate(sessions)
    ]
    room = lived(journal=ListedJournal(happened=looks))

    found = values(return_tiles(performance_of(room)))

    # Returns +1 %, -0.990099 %, ... nineteen of them.
    assert found["연환산 수익률"] == "+13.99%"
    assert found["변동성(연)"] == "16.14%"
    assert found["샤프 지수"] == "0.89"
    assert found["최대 낙폭"] == "−0.99%"


def test_a_return_that_never_varied_is_no_lack_of_sessions() -> None:
    sessions = Calendar().sessions(TUE, TUE + timedelta(days=60))[:20]
    looks = [looked(session, 10_000_000) for session in sessions]

    found = values(
        return_tiles(performance_of(lived(journal=ListedJournal(happened=looks))))
    )

    assert found["연환산 수익률"] == "0.00%"
    assert found["변동성(연)"] == "0.00%"
    assert found["샤프 지수"] == "수익률이 변하지 않아 계산하지 않습니다."


def test_a_ratio_below_zero_has_the_minus_of_all_figures() -> None:
    sessions = Calendar().sessions(TUE, TUE + timedelta(days=60))[:20]
    looks = [
        looked(session, 0, held("086520", 100, 10_000 - 100 * (number % 2)))
        for number, session in enumerate(sessions)
    ]

    found = values(
        return_tiles(performance_of(lived(journal=ListedJournal(happened=looks))))
    )

    # From statistics: mean(r) / stdev(r) * 250 ** 0.5, r = -1 %, +1.0101 %, ...
    assert found["샤프 지수"] == "−0.73"


def test_trades_and_costs_are_told_in_won() -> None:
    assert values(trade_tiles(performance_of(lived()))) == {
        "끝난 거래 손익": "+200,000원",
        "승률": "100.0%",
        "총이익÷총손실": "-",
        "회전율": "0.20회",
        "수수료": "0원",
        "세금": "0원",
    }


def test_an_empty_account_has_tiles_all_the_same() -> None:
    shown = performance_of(a_room())

    assert values(return_tiles(shown))["수익률"] == "0.00%"
    assert values(trade_tiles(shown))["회전율"] == "-"


def test_without_a_benchmark_nothing_is_compared() -> None:
    shown = performance_of(lived(market=StillMarket()))

    assert values(return_tiles(shown))["지수 대비"] == "알 수 없음"


def test_every_tile_has_a_convention() -> None:
    shown = performance_of(lived())

    assert all(tile.note for tile in (*return_tiles(shown), *trade_tiles(shown)))


def test_the_span_says_when_the_account_was_last_read() -> None:
    shown = performance_of(lived())

    assert span_of(shown, at("18:45", FRI), FRI) == (
        "2026-03-03 ~ 2026-03-06, 4거래일 · 마지막 관측 2026-03-06 15:45(3시간 전) · "
        "표본 부족 (20거래일부터)"
    )


def test_a_session_that_closed_without_a_look_makes_it_old() -> None:
    told = span_of(performance_of(lived()), at("18:45", MON), MON)

    assert "2026-03-06 15:45(3일 전) · 오래된 값" in told


def test_the_span_tells_of_days_that_were_not_seen_or_left_out() -> None:
    looks = [
        looked(TUE, 1_000_000),
        looked(FRI, 0, held("086520", 1, 0)),
        looked(MON, 1_000_000),
    ]
    shown = performance_of(lived(journal=ListedJournal(happened=looks)))

    told = span_of(shown, at("15:50", MON), MON)

    assert "관측이 없는 거래일 3일은 다음 관측에 합쳐 셈" in told
    assert "가격을 모르는 종목이 있어 뺀 날 1일" in told


def test_tiles_escape_whatever_they_are_given() -> None:
    tile = Tile(label="<b>", value="1 & 2", note="<script>alert(1)</script>")

    html = tiles_html([tile], look())

    assert "<script>" not in html
    assert "&lt;b&gt;" in html
    assert "1 &amp; 2" in html


def test_gains_and_losses_carry_the_readers_colours() -> None:
    gain = Tile(label="수익률", value="+1%", note=".", trend=1)

    assert "#e0453f" in tiles_html([gain], look())
    assert "#1f9d61" in tiles_html([gain], look(is_western=True))
