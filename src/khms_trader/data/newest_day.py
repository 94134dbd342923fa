"""The newest day of a stored series from a price asked for with many others: pure.

Such a price says nothing of the days before. Its base price does: the exchange works it
out of the close before, so one that follows from the stored close means that nothing
happened in between.
"""

from datetime import date

from khms_trader.domain.bars import DailyBar, MultiPrice
from khms_trader.domain.instrument import InstrumentKind
from khms_trader.market.prices import base_price, tick_rule


def bar_to_append(
    price: MultiPrice,
    last: DailyBar,
    kind: InstrumentKind,
    *,
    previous_session: date,
) -> DailyBar | None:
    """Return the bar a many-symbol price adds to a series; None: it needs its history.

    The day's base price must be what the last stored close leads to (the close, or
    the next tick up of one off the grid): any other base means a split, an ex-day or
    a gap. The caller asks five minutes after the close or later.

    Args:
        last: the newest stored bar; its close at least is final.
        previous_session: the session before the price's.
    """
    bar = price.bar
    rule = tick_rule(bar.session, kind)
    follows = last.session == previous_session
    if not follows or price.base_price != base_price(last.close, rule):
        return None
    is_whole = bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close)
    if not is_whole or max(bar.open, bar.close) > bar.high:
        return None
    # A day without trades keeps the close; any other price is not that day's.
    return bar if bar.volume or bar.close in {last.close, price.base_price} else None
