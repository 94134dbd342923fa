"""Who is listed on the generated market: codes, invented names and characters.

Every issue is a pure function of its number; no name or code may be a real one. No
share of KRX has a code that starts with 7, so nobody can mistake these for real ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from khms_trader.data.sample.dice import SEED, grown, keyed, rolled
from khms_trader.domain.instrument import InstrumentKind

BENCHMARK: Final = "799150"
SPLIT_PERIOD: Final = 1440  # sessions between two splits of one issue

_STANDING: Final = 310  # shares that stay listed for ever
_ELDERS: Final = 21  # shares listed before the epoch that will be delisted
_LISTING_EVERY: Final = 40  # sessions between two listings, and two delistings
_SPLITTERS: Final = 24
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTVWXYZ"  # KRX leaves out I, O and U
_PREFERRED: Final = ((3, "5"), (27, "5"), (64, "7"), (100, "K"), (150, "5"), (201, "9"))

_PREFIXES: Final = (
    *("예제", "보기", "가상", "견본", "시범", "모형", "연습", "샘플", "본보기", "모의"),
    *("표본", "예시", "습작", "각본", "공상", "가명", "무명", "아무", "허구", "시늉"),
)
_TRADES: Final = (
    *("전자", "바이오", "소재", "반도체", "제약", "화학", "건설", "기계"),
    *("통신", "소프트", "게임즈", "미디어", "엔터", "식품", "푸드", "화장품"),
    *("로봇", "에너지", "배터리", "솔라", "디스플레이", "광학", "정밀", "금속"),
    *("철강", "물산", "유통", "섬유", "패션", "제지", "가구", "교육"),
    *("여행", "항공", "해운", "물류", "의료기", "진단", "신약", "메디칼"),
    *("보안", "데이터", "클라우드", "네트웍스", "시스템", "테크", "솔루션", "센서"),
)
_NAMES: Final = len(_PREFIXES) * len(_TRADES)
_STRIDE: Final = 337  # has no factor in common with _NAMES: visits every pair once


class Story(Enum):
    """What kind of events an issue lives through."""

    QUIET = "quiet"
    YEARLY = "yearly"
    SPLITS = "splits"
    LIFE = "life"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One invented issue and its character.

    Attributes:
        key: the issue's own stream of chance.
        mood: the stream of its trends; a preferred share has that of its common one.
        home: the price in won it is drawn back to over the years.
        sigma: typical daily move, all causes, in parts per million.
        noise: the part of it that is the issue's own, in parts per million.
        beta: answer to the market's move, in 1/256.
        turnover: typical won traded a day.
        pace: sessions a trend lasts.
        phase: sessions its stories are shifted by.
        chances: of news on a session, in 1/256.
        first, end: session indices of the first row and of the first one without.
    """

    symbol: str
    name: str
    kind: InstrumentKind = InstrumentKind.EQUITY
    story: Story = Story.QUIET
    key: int
    mood: int
    home: int
    sigma: int
    noise: int
    beta: int
    turnover: int
    pace: int
    phase: int
    chances: int = 2
    first: int = 0
    end: int | None = None

    def is_listed(self, index: int) -> bool:
        """Return whether it is listed on the session of ``index``."""
        return self.first <= index and (self.end is None or index < self.end)


class Roster:
    """All issues by symbol, growing with the sessions asked for."""

    def __init__(self) -> None:
        """Start with those listed at the epoch."""
        issues = [_share(number) for number in range(_STANDING + _ELDERS)]
        issues += [_preferred(issues[parent], end) for parent, end in _PREFERRED]
        issues += [_benchmark(), _spac()]
        self._issues = {issue.symbol: issue for issue in issues}
        self._next = _share(_STANDING + _ELDERS)
        self._next_number = _STANDING + _ELDERS

    def until(self, index: int) -> Mapping[str, Issue]:
        """Return at least the issues first listed on session ``index`` or earlier."""
        while self._next.first <= index:
            self._issues[self._next.symbol] = self._next
            self._next_number += 1
            self._next = _share(self._next_number)
        return self._issues


def _share(number: int) -> Issue:
    key = keyed(SEED, number)
    price, turnover, sigma, beta, pace, phase, *_ = rolled(key, -1)
    own = 12_000 + 110 * sigma
    steps = price * price // 255  # cheap shares are commoner than dear ones
    issue = Issue(
        symbol=_symbol(number),
        name=_name(number),
        story=Story.YEARLY,
        key=key,
        mood=key,
        home=grown(1_300, 17, steps),
        sigma=own * 9 // 8,
        noise=own,
        beta=128 + beta,
        turnover=grown(200_000_000, 20, turnover * turnover >> 8),
        pace=10 + pace % 21,
        phase=phase,
    )
    if number >= _STANDING:
        return _mortal(issue, number - _STANDING - _ELDERS)
    if number % 12 == 5 and number < 12 * _SPLITTERS:
        turn = number // 12
        dear = 60_000 + 500 * price
        shift = SPLIT_PERIOD // _SPLITTERS * turn + 40
        return replace(issue, story=Story.SPLITS, home=dear, phase=shift)
    return issue


def _mortal(issue: Issue, place: int) -> Issue:
    first = 23 + _LISTING_EVERY * place
    life = 950 + issue.phase * 100 // 255
    return replace(issue, story=Story.LIFE, first=first, end=first + life)


def _preferred(parent: Issue, share_class: str) -> Issue:
    key = keyed(parent.key, 1)
    return replace(
        parent,
        symbol=parent.symbol[:5] + share_class,
        name=parent.name + "우",
        kind=InstrumentKind.PREFERRED,
        story=Story.QUIET,
        key=key,
        home=parent.home * 3 // 5,
        turnover=max(parent.turnover // 20, 150_000_000),
    )


def _benchmark() -> Issue:
    key = keyed(SEED, -8)
    return Issue(
        symbol=BENCHMARK,
        name="예제 코스닥150 ETF",
        kind=InstrumentKind.ETF,
        key=key,
        mood=key,
        home=13_000,
        sigma=12_000,
        noise=400,
        beta=256,
        turnover=60_000_000_000,
        pace=30,
        phase=0,
        chances=0,
    )


def _spac() -> Issue:
    key = keyed(SEED, -2)
    return Issue(
        symbol="799260",
        name="예제스팩1호",
        kind=InstrumentKind.SPAC,
        key=key,
        mood=key,
        home=2_100,
        sigma=3_000,
        noise=2_600,
        beta=8,
        turnover=150_000_000,
        pace=30,
        phase=0,
        chances=0,
    )


def _symbol(number: int) -> str:
    newcomer = number - _STANDING - _ELDERS
    if newcomer < 0:
        return f"7{37 + 29 * number:04}0"
    thousand, letter = divmod(newcomer, len(_LETTERS))
    return f"7{(21 + 7 * thousand) % 1000:03}{_LETTERS[letter]}0"


def _name(number: int) -> str:
    round_trip, place = divmod(number, _NAMES)
    trade, prefix = divmod(place * _STRIDE % _NAMES, len(_PREFIXES))
    generation = str(round_trip + 1) if round_trip else ""
    return _PREFIXES[prefix] + _TRADES[trade] + generation
