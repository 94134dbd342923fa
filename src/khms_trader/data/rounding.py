"""How many won the prices of a bar may be off each other by rounding alone.

It says what is excused; what is wrong beyond it is for ``quality`` to tell.
"""

from bisect import bisect_left
from collections.abc import Iterable

import numpy as np

from khms_trader.data.bar_series import Amounts, Series
from khms_trader.domain.quality import BarProblem


def rounding_of(series: Series, slack: int, rebased: Iterable[BarProblem]) -> Amounts:
    """Return by bar how many won rounding may be off, ``slack`` where it never moved.

    Moving a price up stretches the won it was off by and rounds each price anew:
    354200 has 12,263 above 12,260 after x3.0005 [M].
    """
    stretch = np.ones(len(series))
    for found in rebased:
        ratio = float(found.detail.removeprefix("x"))
        if ratio > 1 and found.symbol in series.symbols:
            is_moved = series.symbol == series.symbols.index(found.symbol)
            is_moved &= series.row < bisect_left(series.sessions, found.session)
            stretch[is_moved] *= ratio
    return slack * stretch + (stretch > 1)
