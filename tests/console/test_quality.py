"""What a person reads of the bars' quality: counts, names, figures, plain Korean."""

from datetime import date

from khms_trader.console.quality import quality_lines, verdict_line
from khms_trader.domain.quality import BarProblem, QualityCode
from khms_trader.domain.quality_summary import QualitySummary, summarised

LAST = date(2026, 7, 10)
DAYS = (date(2026, 7, 8), date(2026, 7, 9), LAST)
_Q = QualityCode


def a_problem(
    code: QualityCode, symbol: str = "200230", detail: str = "3,600 → 2,425"
) -> BarProblem:
    return BarProblem(symbol=symbol, code=code, session=LAST, detail=detail)


def a_summary(*problems: BarProblem) -> QualitySummary:
    return summarised(
        problems,
        sessions=DAYS,
        symbols=("035720", "200230", "900300"),
        names={"200230": "텔콘RF제약"},
        asof=LAST,
    )


def test_everything_is_told_from_the_verdicts_to_the_names() -> None:
    summary = a_summary(
        a_problem(_Q.JUMP),
        a_problem(_Q.ZERO_VOLUME, "900300", "11/20"),
        a_problem(_Q.MARKET_GAP, "", "1"),
    )

    assert quality_lines(summary) == (
        (
            "자료 점검(2026-07-10 기준): 정상 1종목, 주의 1종목, 격리 1종목입니다. "
            "격리한 종목에서는 매매 신호를 내지 않습니다."
        ),
        "점검: 가격제한폭을 넘는 변동 1건, 1종목 (최근 예: 200230 2026-07-10)",
        "점검: 모든 종목의 행이 빠진 거래일(자료 장애) 1건 (최근 예: 2026-07-10)",
        "점검: 거래 없는 날이 많음 1건, 1종목 (최근 예: 900300 2026-07-10)",
        "시장 전체: 2026-07-10 모든 종목의 행이 빠진 거래일(자료 장애): 그 앞 1거래일",
        "격리: 텔콘RF제약(200230) 2026-07-10 가격제한폭을 넘는 변동: 3,600 → 2,425원",
    )


def test_clean_bars_are_one_line() -> None:
    assert quality_lines(a_summary()) == (
        "자료 점검(2026-07-10 기준): 정상 3종목, 주의 0종목, 격리 0종목입니다.",
    )


def test_a_symbol_without_a_name_is_its_code() -> None:
    lines = quality_lines(a_summary(a_problem(_Q.JUMP, "900300")))

    assert lines[-1].startswith("격리: 900300 2026-07-10")


def test_more_names_than_fit_are_counted() -> None:
    symbols = tuple(f"{number:05d}0" for number in range(13))
    summary = summarised(
        [a_problem(_Q.JUMP, symbol) for symbol in symbols],
        sessions=DAYS,
        symbols=symbols,
        names={},
        asof=LAST,
    )

    assert quality_lines(summary)[-1] == "격리: 그 밖에 3종목"
    assert "격리 13종목" in verdict_line(summary)
