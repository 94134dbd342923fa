"""What a replay came to, in Korean: its figures, the skips by reason, where it lies."""

from collections.abc import Mapping
from typing import Final

from khms_trader.console.screen import Screen, day_text, won
from khms_trader.domain.reasons import korean_of
from khms_trader.planning.replayed import Figures, Replayed

_SOURCES: Final = {
    "sample": "sample (만들어 낸 연습 시세)",
    "store": "store (가져온 일봉)",
}
_NO_PLANS: Final = {
    "bars_too_many_missing": "일봉이 빠진 종목이 너무 많음",
    "bars_not_up_to_date": "그날의 일봉이 없음",
    "bars_session_missing": "그날의 일봉이 없음",
}


def show_replayed(replayed: Replayed, screen: Screen, *, seconds: float) -> None:
    """Show the figures of a finished replay that took ``seconds``."""
    figures = replayed.figures
    screen.line(
        f"재생 결과: {day_text(figures.first)} ~ {day_text(figures.last)}, "
        f"{figures.sessions:,}거래일",
        style="bold",
    )
    source = _SOURCES.get(replayed.data_source, replayed.data_source)
    gate = "켬" if replayed.has_quality_gate else "끔"
    screen.line(f"  자료 {source} · 품질 검사 {gate} · 걸린 시간 {seconds:,.1f}초")
    if replayed.resumed_after is not None:
        screen.line(
            f"  {day_text(replayed.resumed_after)}까지는 전에 재생한 것을 이었습니다. "
            "처음부터 다시 하려면 --restart"
        )
    screen.table("성과", ("항목", ">값"), _results(figures))
    screen.table("거래와 비용", ("항목", ">값"), _costs(figures))
    screen.table("보내지 않은 줄", ("이유", ">건수"), _counts(figures.skips))
    _show_open_ends(figures, screen)
    screen.line(
        f"대조: {figures.sessions:,}거래일 모두 현금·총평가·보유가 체결 기록과 "
        "1원까지 맞습니다."
    )
    screen.line(f"지문: {figures.digest}")
    screen.line(f"파일: {replayed.folder} (replay.json, equity.csv)")


def _results(figures: Figures) -> list[tuple[str, str]]:
    return [
        ("시작 평가액", won(figures.start)),
        ("끝 평가액", won(figures.end)),
        ("수익률", f"{figures.return_percent:+.2f}%"),
        ("최대 낙폭", f"{figures.drawdown_percent:.2f}%"),
    ]


def _costs(figures: Figures) -> list[tuple[str, str]]:
    trades = figures.trades
    total = trades.fee + trades.tax + trades.slippage
    return [
        ("매수", f"{trades.buys:,}건 {won(trades.bought)}"),
        ("매도", f"{trades.sells:,}건 {won(trades.sold)}"),
        ("체결 없이 끝난 주문", f"{trades.unfilled:,}건"),
        (
            "거래대금",
            f"{won(figures.turnover)} (평가액의 {figures.turnover_times:.1f}배)",
        ),
        ("수수료", won(trades.fee)),
        ("세금", won(trades.tax)),
        ("시가 대비 미끄러짐", won(trades.slippage)),
        ("비용 합계", won(total)),
    ]


def _counts(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    return [(korean_of(reason), f"{count:,}건") for reason, count in counts.items()]


def _show_open_ends(figures: Figures, screen: Screen) -> None:
    if figures.unfinished:
        screen.warning(
            f"경고: 끝나지 않은 줄이 {figures.unfinished:,}건 있습니다. "
            "equity.csv 의 unfinished 열에서 날짜를 확인하세요."
        )
    else:
        screen.line("끝나지 않은 줄: 0건")
    for code, count in figures.no_plans.items():
        screen.warning(
            f"경고: {count:,}거래일은 다음 날 계획을 만들지 못했습니다"
            f"({_NO_PLANS.get(code, code)})."
        )
