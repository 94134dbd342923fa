"""What all issues of the generated market share: sessions, tick rules, market moves.

It grows by sessions and never changes what it has said of an earlier one.
"""

from bisect import bisect_left, bisect_right
from datetime import date, timedelta
from typing import Final

from khms_trader.data.sample.dice import SEED, SHOCKS, SIZES, keyed, rolled
from khms_trader.domain.instrument import InstrumentKind
from khms_trader.errors import DataError
from khms_trader.market.calendar import Calendar
from khms_trader.market.prices import tick_rule

EPOCH: Final = date(2024, 1, 2)

_GAP: Final = 5_000  # standard deviation of the market's opening gap, ppm
_DAY: Final = 8_500  # and of its move from open to close, ppm
_SEASON: Final = 24  # sessions a mood of the market lasts
_MOODS: Final = (-1_600, -900, -300, 0, 300, 700, 1_100, 1_500)  # ppm a session
_MOVES: Final = keyed(SEED, -3)
_SEASONS: Final = keyed(SEED, -4)


class Weather:
    """Sessions since the epoch with what moves every issue on them.

    Attributes:
        sessions: by session index, oldest first.
        gaps, days: move of the market into the open and from it to the close, ppm.
        rules: tick rule of each session by kind.
    """

    def __init__(self, calendar: Calendar) -> None:
        """Take the calendar the sessions are counted by."""
        self._calendar = calendar
        self.sessions: list[date] = []
        self.gaps: list[int] = []
        self.days: list[int] = []
        self.rules: dict[InstrumentKind, list[int]] = {k: [] for k in InstrumentKind}
        self._heat = 256

    def count_until(self, day: date) -> int:
        """Return how many sessions there are up to and including ``day``.

        Raises:
            DataError: ``sample_before_epoch``: there is no market that early.
        """
        if day < EPOCH:
            code = "sample_before_epoch"
            raise DataError(code, epoch=EPOCH.isoformat(), asked=day.isoformat())
        known = self.sessions
        if not known or known[-1] < day:
            first = known[-1] + timedelta(days=1) if known else EPOCH
            for session in self._calendar.sessions(first, day):
                self._grow(session)
        return bisect_right(known, day)

    def index_of(self, session: date) -> int:
        """Return the session index of ``session``.

        Raises:
            DataError: ``not_a_session``, or before the epoch.
        """
        if not self._calendar.is_session(session):
            code = "not_a_session"
            raise DataError(code, day=session.isoformat())
        self.count_until(session)
        return bisect_left(self.sessions, session)

    def moves(self, span: range) -> tuple[list[int], list[int]]:
        """Return ``gaps`` and ``days`` of the session indices of ``span``."""
        return self.gaps[span.start : span.stop], self.days[span.start : span.stop]

    def _grow(self, session: date) -> None:
        index = len(self.sessions)
        into_open, to_close, *_ = rolled(_MOVES, index)
        mood = _MOODS[rolled(_SEASONS, index // _SEASON)[0] % len(_MOODS)]
        scale = self._heat + 256 >> 1
        self.gaps.append(scale * _GAP * SHOCKS[into_open] >> 18)
        self.days.append(mood + (scale * _DAY * SHOCKS[to_close] >> 18))
        # Storms come in rows: a large move makes the next ones larger for some weeks.
        surprise = (SIZES[into_open] + 2 * SIZES[to_close]) * 256 // 2_350
        self._heat = (11 * self._heat + surprise) // 12
        for kind, rules in self.rules.items():
            rules.append(tick_rule(session, kind))
        self.sessions.append(session)
