"""One problem of bars in Korean: for console, plan and page alike. Only words."""

from collections.abc import Callable, Mapping
from typing import Final

from khms_trader.domain.quality import BarProblem, QualityCode

_Q = QualityCode
_SAME_ROWS: Final = "="


def problem_words(problem: BarProblem) -> str:
    """Return what ``problem`` is, when, and its figures."""
    words = f"{problem.session.isoformat()} {problem.code.korean}"
    if not problem.detail:
        return words
    return f"{words}: {_DETAILS.get(problem.code, str)(problem.detail)}"


def _duplicates(detail: str) -> str:
    sign, _, count = detail.partition(" ")
    kind = "같은 값" if sign == _SAME_ROWS else "서로 다른 값이라 모두 뺌"
    return f"{kind}, {count}행"


def _bar(detail: str) -> str:
    words = ("시가", "고가", "저가", "종가")
    prices = detail.split()
    return " ".join(
        f"{word} {price}" for word, price in zip(words, prices, strict=False)
    )


_DETAILS: Final[Mapping[QualityCode, Callable[[str], str]]] = {
    _Q.MISSING_ROWS: "그 앞 {}거래일".format,
    _Q.MARKET_GAP: "그 앞 {}거래일".format,
    _Q.LONG_GAP: "그 앞 {}거래일".format,
    _Q.THIN_SESSION: "거래량 ÷ 20일 평균 {}".format,
    _Q.ZERO_VOLUME: "{}일".format,
    _Q.JUMP: "{}원".format,
    _Q.SUSPICIOUS_SPLIT: "{}원".format,
    _Q.STALE_ROUND_TRIP: "{}원".format,
    _Q.IMPOSSIBLE_BAR: _bar,
    _Q.DUPLICATES: _duplicates,
    _Q.REBASED: "값 {}".format,
    _Q.PARTIAL_LAST_DAY: "거래량 ÷ 20일 평균 {}".format,
}
