"""The laws of the default strategy: no peeking, no neighbours, a second opinion."""

from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.domain.panel import Panel
from khms_trader.strategy.protocol import Signals
from khms_trader.strategy.trend_momentum import TrendMomentum
from strategy.panels import panel_of, panels

PARAMETERS = st.builds(
    TrendMomentum,
    ma_window=st.integers(2, 6),
    momentum_bars=st.integers(1, 6),
    volume_window=st.integers(2, 6),
    volume_factor=st.sampled_from([0.0, 0.5, 1.0, 1.1]),
    exit_factor=st.sampled_from([0.9, 0.99, 1.0]),
)


def assert_same(left: Signals, right: Signals) -> None:
    np.testing.assert_array_equal(left.entries, right.entries)
    np.testing.assert_array_equal(left.score, right.score)
    assert list(left.exits) == list(right.exits)
    for reason, mask in left.exits.items():
        np.testing.assert_array_equal(mask, right.exits[reason])
    for name, figures in left.indicators.items():
        np.testing.assert_array_equal(figures, right.indicators[name])


def rows_of(signals: Signals, rows: slice | list[int]) -> Signals:
    return Signals(
        entries=signals.entries[rows],
        exits={reason: mask[rows] for reason, mask in signals.exits.items()},
        score=signals.score[rows],
        indicators={key: array[rows] for key, array in signals.indicators.items()},
        entry_reason=signals.entry_reason,
    )


def columns(signals: Signals, chosen: list[int]) -> Signals:
    return Signals(
        entries=signals.entries[:, chosen],
        exits={reason: mask[:, chosen] for reason, mask in signals.exits.items()},
        score=signals.score[:, chosen],
        indicators={key: a[:, chosen] for key, a in signals.indicators.items()},
        entry_reason=signals.entry_reason,
    )


@settings(max_examples=50, deadline=None)
@given(panel=panels(), strategy=PARAMETERS, data=st.data())
def test_cutting_the_future_off_never_changes_a_past_signal(
    panel: Panel, strategy: TrendMomentum, data: st.DataObject
) -> None:
    row = data.draw(st.integers(0, len(panel.sessions) - 1))

    past = strategy.evaluate(panel.until(panel.sessions[row]))

    assert_same(past, rows_of(strategy.evaluate(panel), slice(row + 1)))


@settings(max_examples=50, deadline=None)
@given(panel=panels(), strategy=PARAMETERS, data=st.data())
def test_no_symbol_depends_on_another_or_on_its_place(
    panel: Panel, strategy: TrendMomentum, data: st.DataObject
) -> None:
    chosen = data.draw(
        st.lists(st.integers(0, len(panel.symbols) - 1), min_size=1, unique=True)
    )
    shuffled = panel_of(
        panel.close[:, chosen].astype(np.int64), panel.volume[:, chosen]
    )

    few = strategy.evaluate(shuffled)

    assert_same(few, columns(strategy.evaluate(panel), chosen))


@settings(max_examples=50, deadline=None)
@given(panel=panels(max_symbols=1), strategy=PARAMETERS)
def test_days_without_trades_are_as_if_absent(
    panel: Panel, strategy: TrendMomentum
) -> None:
    rows = np.flatnonzero(panel.volume[:, 0]).tolist()
    traded_days = panel_of(panel.close[rows].astype(np.int64), panel.volume[rows])

    assert_same(rows_of(strategy.evaluate(panel), rows), strategy.evaluate(traded_days))


@settings(max_examples=50, deadline=None)
@given(panel=panels(), strategy=PARAMETERS, data=st.data())
def test_a_day_on_which_nobody_trades_changes_no_other_day(
    panel: Panel, strategy: TrendMomentum, data: st.DataObject
) -> None:
    row = data.draw(st.integers(0, len(panel.sessions)))
    price = data.draw(st.integers(0, 120))
    longer = panel_of(
        np.insert(panel.close.astype(np.int64), row, price, axis=0),
        np.insert(panel.volume, row, 0, axis=0),
    )

    signals = strategy.evaluate(longer)

    others = [*range(row), *range(row + 1, len(longer.sessions))]
    assert_same(rows_of(signals, others), strategy.evaluate(panel))
    assert not signals.entries[row].any()
    assert not any(mask[row].any() for mask in signals.exits.values())


@settings(max_examples=80, deadline=None)
@given(panel=panels(), strategy=PARAMETERS)
def test_it_agrees_with_a_person_reading_one_chart_at_a_time(
    panel: Panel, strategy: TrendMomentum
) -> None:
    signals = strategy.evaluate(panel)
    below_mean, below_before = signals.exits.values()

    for column in range(len(panel.symbols)):
        chart: list[tuple[int, int]] = []
        for row in range(len(panel.sessions)):
            close, volume = (
                int(panel.close[row, column]),
                int(panel.volume[row, column]),
            )
            verdict = (False, False, False)
            if volume > 0:
                chart.append((close, volume))
                verdict = read_chart(chart, strategy)
            place = row, column
            got = signals.entries[place], below_mean[place], below_before[place]
            assert got == verdict


def read_chart(
    chart: list[tuple[int, int]], rule: TrendMomentum
) -> tuple[bool, bool, bool]:
    """Return enter, leave (mean), leave (earlier close) after the chart's last bar."""
    closes = [close for close, _ in chart]
    volumes = [volume for _, volume in chart]
    if len(chart) < rule.ma_window:
        return False, False, False
    mean = sum(closes[-rule.ma_window :]) / rule.ma_window
    earlier = closes[-1 - rule.momentum_bars] if len(closes) > rule.momentum_bars else 0
    rises = earlier > 0 and closes[-1] > earlier
    busy = len(volumes) >= rule.volume_window and (
        volumes[-1]
        > rule.volume_factor
        * (sum(volumes[-rule.volume_window :]) / rule.volume_window)
    )
    return (
        closes[-1] > mean and rises and busy,
        closes[-1] < rule.exit_factor * mean,
        closes[-1] < earlier,
    )


def test_a_year_of_history_or_twenty_days_of_it_say_the_same() -> None:
    draw = np.random.default_rng(20260304)
    shape = 250, 30
    panel = panel_of(draw.integers(900, 1_100, shape), draw.integers(0, 50, shape) ** 2)
    enough = panel.last(60)

    assert (enough.sessions[-1] - enough.sessions[0]) == timedelta(days=59)
    assert_same(
        rows_of(TrendMomentum().evaluate(panel), slice(-1, None)),
        rows_of(TrendMomentum().evaluate(enough), slice(-1, None)),
    )
