"""The bars of one invented issue, generated session by session and only ever extended.

Integers only. What a bar depends on: the issue, the session index, the market's move
and the bar before; so generating up to a day and going on later gives the same bars.
"""

from array import array
from collections.abc import Sequence
from typing import Final

from khms_trader.data.sample.dice import BURSTS, NEWS, SHOCKS, SIZES, rolled, stream
from khms_trader.data.sample.grid import Bar, band_of, fitted
from khms_trader.data.sample.issues import Issue
from khms_trader.data.sample.stories import SPLIT_RATIO, Mode, stretch_at
from khms_trader.data.sample.trends import Trend, home_at, trend_at
from khms_trader.data.sample.weather import Weather
from khms_trader.market import prices

_MILLION: Final = 1_000_000
_HALF: Final = _MILLION // 2
_CALM: Final = 256  # heat of an ordinary session; volatility and turnover follow heat
_AFTER_HALT: Final = 640
_AFTER_LISTING: Final = 900
_HOMESICKNESS: Final = 3_000  # ppm a session towards home, at twice or half of it
_LEAST_TURNOVER: Final = 100_000_000
_MOST_TURNOVER: Final = 199_900_000_000
_LEAST_PRICE: Final = 10
_REACH: Final = 2_600  # a high lies a third of a daily move above them
FIELDS: Final = 5


class Tape:
    """One issue's bars from its first row on.

    Attributes:
        first: session index of the first row.
        rows: open, high, low, close (won) and volume (shares) of each session, flat.
    """

    __slots__ = ("_bases", "_heat", "close", "first", "issue", "rows")

    def __init__(self, issue: Issue, weather: Weather) -> None:
        """Start before the first row, at the price the issue comes to market with."""
        self.issue = issue
        self.first = max(issue.first, 0)
        self.rows = array("q")
        rule = weather.rules[issue.kind][self.first]
        home = home_at(issue, self.first)
        away = (rolled(issue.key, -2)[0] - 128) * issue.noise // 9  # ppm
        self.close = prices.round_up(home * (_MILLION + away) // _MILLION, rule)
        self._heat = _CALM
        self._bases = {self.first: self.close}

    def __len__(self) -> int:
        return len(self.rows) // FIELDS

    @property
    def stop(self) -> int:
        """Session index behind the last row."""
        return self.first + len(self)

    def bar(self, index: int) -> tuple[int, int, int, int, int]:
        """Return open, high, low, close (won) and volume (shares) of a session."""
        start = (index - self.first) * FIELDS
        opened, high, low, close, volume = self.rows[start : start + FIELDS]
        return opened, high, low, close, volume

    def base(self, index: int, rule: int) -> int:
        """Return what the limits of session ``index`` are computed from, in won."""
        special = self._bases.get(index)
        previous = self.bar(index - 1)[3] if special is None else special
        return prices.base_price(previous, rule)

    def extend(self, weather: Weather, stop: int) -> None:
        """Generate the rows up to before session index ``stop``, if listed so long."""
        end = stop if self.issue.end is None else min(stop, self.issue.end)
        rules = weather.rules[self.issue.kind]
        index = self.stop
        while index < end:
            stretch = stretch_at(self.issue, index)
            stage = stretch.stage
            trend = trend_at(self.issue, index, stretch.first)
            until = min(stretch.stop, trend.stop, end)
            if rules[until - 1] != rules[index]:
                until = index + 1
            if stage.drift is not None:
                trend = trend._replace(drift=stage.drift)
            if stage.mode is Mode.HALTED:
                self._stand_still(until - index)
            elif stage.mode is Mode.LISTING:
                self._list(weather, index)
            elif stage.mode is Mode.LIQUIDATION:
                for each in range(index, until):
                    self._liquidate(weather, each, is_first=each == stretch.first)
            else:
                if stage.mode is Mode.SPLIT:
                    self._split(weather, index)
                self._trade(weather, range(index, until), trend)
            index = until

    def _stand_still(self, count: int) -> None:
        close = self.close
        self.rows.extend((close, close, close, close, 0) * count)
        self._heat = _AFTER_HALT

    def _split(self, weather: Weather, index: int) -> None:
        rule = weather.rules[self.issue.kind][index]
        self.close = prices.round_up(-(-self.close // SPLIT_RATIO), rule)
        self._bases[index] = self.close

    def _list(self, weather: Weather, index: int) -> None:
        offer, rule = self.close, weather.rules[self.issue.kind][index]
        first, *rest = rolled(self.issue.key, index)
        opened = offer * (90 + first * 5 // 8) // 100
        limits = prices.listing_day_limits(offer, rule)
        self._append(fitted(_wild(opened, rest), rule, *limits), rest, 36)
        self._heat = _AFTER_LISTING

    def _liquidate(self, weather: Weather, index: int, *, is_first: bool) -> None:
        base, rule = self.close, weather.rules[self.issue.kind][index]
        first, *rest = rolled(self.issue.key, index)
        # 정리매매 opens 68 to 97 % down on its first session (measured).
        shift = first - 970 if is_first else SHOCKS[first] // 12
        opened = base * (1_000 + shift) // 1_000
        bar = fitted(_wild(opened, rest), rule, _LEAST_PRICE, 10 * base)
        self._append(bar, rest, 1)

    def _append(self, bar: Bar, rest: Sequence[int], thirds: int) -> None:
        self.close = bar[3]
        value = thirds * self.issue.turnover * BURSTS[rest[3]] // 3_072
        self.rows.extend((*bar, (value + _LEAST_TURNOVER) // self.close))

    def _trade(self, weather: Weather, span: range, trend: Trend) -> None:
        """Append ordinary sessions; the inner loop of the whole market."""
        issue, rule = self.issue, weather.rules[self.issue.kind][span.start]
        noise, sigma, beta = issue.noise, issue.sigma, issue.beta
        home, heat = trend.home, self._heat
        base = prices.base_price(self.close, rule)
        floor, ceiling, tick = band_of(base, rule)
        moves = zip(*weather.moves(span), stream(issue.key, span), strict=True)
        rows: list[int] = []
        for market_gap, market_day, rolls in moves:
            first, second, up, down, burst, news, size, coin = rolls
            spread, reach = noise * (heat + 256) >> 9, sigma * (heat + 256) >> 9
            drift = trend.drift + _HOMESICKNESS * (home - base) // min(base, home)
            gap = (beta * market_gap >> 8) + (spread * SHOCKS[first] >> 11)
            day = (beta * market_day >> 8) + (spread * SHOCKS[second] * 7 >> 13)
            if news < issue.chances:
                gap, day = _with_news(gap, day, NEWS[size], coin)
            opened = base + (base * gap + _HALF) // _MILLION
            close = opened + (opened * (day + drift) + _HALF) // _MILLION
            low, high = (opened, close) if opened < close else (close, opened)
            low -= low * (reach * SIZES[down] // _REACH) // _MILLION
            high += high * (reach * SIZES[up] // _REACH) // _MILLION
            is_tame = 18 * base <= 25 * low and 25 * high <= 32 * base
            if is_tame and floor <= low and high < ceiling:
                opened = (opened + tick // 2) // tick * tick
                close = (close + tick // 2) // tick * tick
                high = (high + tick // 2) // tick * tick
                low = (low + tick // 2) // tick * tick
            else:
                raw = opened, high, low, close
                opened, high, low, close = _limited(raw, base, rule, coin)
                floor, ceiling, tick = band_of(close, rule)
            swing = abs(close - base) * _MILLION // base * 256 // sigma
            value = trend.turnover * (heat * BURSTS[burst] >> 10) * (100 + swing) >> 16
            value >>= 4 if low == high else 0
            value = min(value, _MOST_TURNOVER) + _LEAST_TURNOVER
            rows += (opened, high, low, close, value // close)
            base, heat = close, (15 * heat + swing + 30) >> 4
        self.rows.fromlist(rows)
        self.close, self._heat = base, heat


def _with_news(gap: int, day: int, jump: int, coin: int) -> tuple[int, int]:
    return (gap + jump, day) if coin & 2 else (gap, day + jump)


def _wild(opened: int, rest: Sequence[int]) -> Bar:
    second, up, down, *_ = rest
    close = opened * (12_000 + SHOCKS[second]) // 12_000
    high = max(opened, close) * (1_000 + up // 2) // 1_000
    low = min(opened, close) * (1_000 - down // 2) // 1_000
    return opened, high, low, close


def _limited(raw: Bar, base: int, rule: int, coin: int) -> Bar:
    lowest, highest = prices.lower_limit(base, rule), prices.upper_limit(base, rule)
    bar = fitted(raw, rule, lowest, highest)
    if bar[0] in {lowest, highest} and coin & 1:
        return bar[0], bar[0], bar[0], bar[0]  # stays at its limit all day
    return bar
