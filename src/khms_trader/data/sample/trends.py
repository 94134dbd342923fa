"""What an issue is up to for some weeks: its trend, how busy it is, where home is."""

from typing import Final, NamedTuple

from khms_trader.data.sample.dice import rolled
from khms_trader.data.sample.issues import SPLIT_PERIOD, Issue, Story
from khms_trader.data.sample.stories import SPLIT_HALT, SPLIT_RATIO

# In 1/256 of the issue's own daily noise. So weak that following them about earns its
# costs: a generated market may not flatter a strategy.
_TRENDS: Final = (-40, -30, -24, -18, -12, -8, -4, 0, 2, 6, 10, 14, 20, 26, 32, 40)
# In 1/256 of the issue's usual turnover; a quarter is quiet, a quarter doubly busy.
_BUSY: Final = (110, 130, 160, 190, 230, 280, 360, 560)

_KNOT: Final = 4  # trends between two knots of turnover
_KNOTS: Final = -1_000_000  # where in the issue's stream they lie


class Trend(NamedTuple):
    """The mood of an issue up to before session index ``stop``.

    ``drift`` in ppm a session, ``turnover`` in won a session, ``home`` in won.
    """

    stop: int
    drift: int
    turnover: int
    home: int


def trend_at(issue: Issue, index: int, since: int) -> Trend:
    """Return the trend of session ``index`` in a stretch that began at ``since``.

    Home is taken where both have begun: a split in the middle of a trend moves it.
    """
    number = (index + issue.phase) // issue.pace
    first = number * issue.pace - issue.phase
    drift = _TRENDS[rolled(issue.mood, -3 - number)[0] & 15] * issue.noise >> 8
    return Trend(
        stop=first + issue.pace,
        drift=drift,
        turnover=_turnover(issue, number),
        home=home_at(issue, max(first, since)),
    )


def home_at(issue: Issue, index: int) -> int:
    """Return the price in won the issue is drawn to around session ``index``.

    Between two splits it grows as much as the split takes, so that splits recur.
    """
    if issue.story is not Story.SPLITS:
        return issue.home
    age = (index - issue.phase - SPLIT_HALT) % SPLIT_PERIOD
    grown = (SPLIT_RATIO - 1) * age
    return issue.home * (SPLIT_PERIOD + grown) // (SPLIT_RATIO * SPLIT_PERIOD)


def _turnover(issue: Issue, number: int) -> int:
    """Slide between knots, so that the ranking of issues moves slowly."""
    knot, step = divmod(number, _KNOT)
    now, later = (_BUSY[rolled(issue.key, _KNOTS - knot - i)[0] & 7] for i in (0, 1))
    return issue.turnover * ((_KNOT - step) * now + step * later) // (_KNOT * 256)
