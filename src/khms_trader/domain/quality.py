"""What is wrong with bars: problems as values, and how far a symbol may be trusted.

A problem belongs to one session, so that a verdict as of an earlier session never
knows of it: a replay of the past trusts what was trusted then. Nothing is mended.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

# Sessions a spoilt bar keeps a symbol out of reach: longer than the windows of the
# built-in strategy (20 bars), so that no figure still contains it afterwards.
QUARANTINE_SESSIONS: Final = 60
LOOKBACK: Final = 20
# A hole of more sessions than this is no holiday of the source: averages over it mix
# prices of different times.
LONGEST_GAP: Final = 5


class Verdict(StrEnum):
    """How far the bars of a symbol may be trusted; ordered by ``rank``."""

    OK = "ok"
    WARN = "warn"
    QUARANTINE = "quarantine"

    @property
    def rank(self) -> int:
        """0 for OK, 2 for QUARANTINE."""
        return list(Verdict).index(self)


class QualityCode(StrEnum):
    """What is wrong with a bar, a symbol or a session."""

    MISSING_ROWS = "missing_rows"
    MARKET_GAP = "market_gap"
    LONG_GAP = "long_gap"
    THIN_SESSION = "thin_session"
    IMPOSSIBLE_BAR = "impossible_bar"
    JUMP = "jump"
    SUSPICIOUS_SPLIT = "suspicious_split"
    STALE_ROUND_TRIP = "stale_round_trip"
    PARTIAL_LAST_DAY = "partial_last_day"
    MIXED_SOURCES = "mixed_sources"
    OVERLAP_MISMATCH = "overlap_mismatch"
    REBASED = "rebased"
    DUPLICATES = "duplicates"
    ZERO_VOLUME = "zero_volume"

    @property
    def verdict(self) -> Verdict:
        """What the problem makes of its symbol while it is in reach."""
        return Verdict.QUARANTINE if self in _SPOILING else Verdict.WARN

    @property
    def is_lasting(self) -> bool:
        """True when only new bars, not time, end the problem."""
        return self is QualityCode.OVERLAP_MISMATCH

    @property
    def korean(self) -> str:
        """What the reader is told."""
        return _KOREAN[self]


_Q = QualityCode
_SPOILING: Final = frozenset(
    {
        _Q.LONG_GAP,
        _Q.IMPOSSIBLE_BAR,
        _Q.JUMP,
        _Q.SUSPICIOUS_SPLIT,
        _Q.STALE_ROUND_TRIP,
        _Q.OVERLAP_MISMATCH,
    }
)
_KOREAN: Final = {
    _Q.MISSING_ROWS: "거래일의 행이 빠짐",
    _Q.MARKET_GAP: "모든 종목의 행이 빠진 거래일(자료 장애)",
    _Q.LONG_GAP: "자료가 오래 비어 있어 지표가 옛 봉과 이어짐",
    _Q.THIN_SESSION: "시장 전체의 거래량이 비정상으로 적은 날(자료 이상)",
    _Q.IMPOSSIBLE_BAR: "시가나 종가가 고가와 저가 사이를 벗어남",
    _Q.JUMP: "가격제한폭을 넘는 변동",
    _Q.SUSPICIOUS_SPLIT: "분할·병합·감자로 보이는 변동(수정되지 않은 주가)",
    _Q.STALE_ROUND_TRIP: "거래 없이 튀었다가 돌아온 가격",
    _Q.PARTIAL_LAST_DAY: "마지막 날이 장중에 받은 미완성 봉으로 보임",
    _Q.MIXED_SOURCES: "출처가 다른 자료를 이어 붙임",
    _Q.OVERLAP_MISMATCH: "새 자료와 저장된 자료가 겹치는 날에 서로 다름",
    _Q.REBASED: "수정주가의 기준이 바뀌어 옛 값을 새 기준으로 옮김",
    _Q.DUPLICATES: "같은 날의 행이 여럿",
    _Q.ZERO_VOLUME: "거래 없는 날이 많음",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BarProblem:
    """One thing wrong with the bars of a symbol.

    Attributes:
        symbol: empty when the whole market is meant.
        session: when it was there to be seen first.
        detail: figures for the reader; may be empty.
    """

    symbol: str
    code: QualityCode
    session: date
    detail: str = ""


def verdicts(
    problems: Iterable[BarProblem],
    sessions: Sequence[date],
    asof: date,
    *,
    lookback: int = LOOKBACK,
) -> Mapping[str, Verdict]:
    """Return the verdict of every symbol with a problem in reach as of ``asof``.

    The symbol "" is the whole market: its verdict is one on every symbol.

    Args:
        sessions: those the bars cover, oldest first.
        lookback: bars the strategy looks back over; a long gap spoils them all.
    """
    seen = [session for session in sessions if session <= asof]
    usual = _since(seen, max(QUARANTINE_SESSIONS, lookback))
    window = _since(seen, lookback)
    found: dict[str, Verdict] = {}
    for problem in problems:
        since = window if problem.code is QualityCode.LONG_GAP else usual
        is_old = problem.session < since and not problem.code.is_lasting
        if problem.session > asof or is_old:
            continue
        verdict = problem.code.verdict
        if verdict.rank > found.get(problem.symbol, Verdict.OK).rank:
            found[problem.symbol] = verdict
    return found


def _since(sessions: Sequence[date], count: int) -> date:
    return sessions[-count] if len(sessions) >= count else date.min
