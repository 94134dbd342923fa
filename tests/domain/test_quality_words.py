"""What a person reads of one problem of bars."""

from datetime import date

import pytest

from khms_trader.domain.quality import BarProblem, QualityCode
from khms_trader.domain.quality_words import problem_words

LAST = date(2026, 7, 10)
_Q = QualityCode


def a_problem(code: QualityCode, detail: str = "3,600 → 2,425") -> BarProblem:
    return BarProblem(symbol="200230", code=code, session=LAST, detail=detail)


@pytest.mark.parametrize(
    ("code", "detail", "words"),
    [
        (_Q.MISSING_ROWS, "3", "그 앞 3거래일"),
        (_Q.LONG_GAP, "217", "그 앞 217거래일"),
        (_Q.THIN_SESSION, "0.014", "거래량 ÷ 20일 평균 0.014"),
        (_Q.ZERO_VOLUME, "11/20", "11/20일"),
        (_Q.IMPOSSIBLE_BAR, "10 12 9 99", "시가 10 고가 12 저가 9 종가 99"),
        (_Q.DUPLICATES, "= 2", "같은 값, 2행"),
        (_Q.DUPLICATES, "≠ 3", "서로 다른 값이라 모두 뺌, 3행"),
        (_Q.REBASED, "x0.2", "값 x0.2"),
        (_Q.MIXED_SOURCES, "naver → yahoo", "naver → yahoo"),
    ],
)
def test_figures_have_their_unit(code: QualityCode, detail: str, words: str) -> None:
    text = problem_words(a_problem(code, detail=detail))

    assert text == f"2026-07-10 {code.korean}: {words}"


@pytest.mark.parametrize("code", list(QualityCode))
def test_every_problem_has_words_that_an_old_terminal_can_show(
    code: QualityCode,
) -> None:
    assert problem_words(a_problem(code, detail="")).encode("cp949")
    assert problem_words(a_problem(code)).encode("cp949")
