"""What a person reads after a replay."""

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

from rich.console import Console

from khms_trader.console.replay import show_replayed
from khms_trader.console.screen import Screen
from khms_trader.planning.replayed import Figures, Replayed, Trades

FIGURES = Figures(
    sessions=484,
    first=date(2024, 1, 2),
    last=date(2025, 12, 30),
    start=10_000_000,
    end=9_650_500,
    return_percent=-3.5,
    drawdown_percent=4.08,
    trades=Trades(
        buys=600,
        sells=592,
        unfilled=12,
        bought=20_000_000,
        sold=19_700_000,
        fee=58_000,
        tax=32_000,
        slippage=61_000,
    ),
    turnover=39_700_000,
    turnover_times=4.04,
    skips={"not_held": 50_000, "no_slot": 9_000},
    unfinished=0,
    no_plans={},
    digest="9f9ff750",
)
REPLAYED = Replayed(
    figures=FIGURES,
    folder=Path("data/state/replay/1b9f69fb8fbb"),
    data_source="store",
    has_quality_gate=True,
)


def shown(replayed: Replayed = REPLAYED, *, quiet: bool = False) -> str:
    out = io.StringIO()
    screen = Screen(Console(file=out, width=100), quiet=quiet)
    show_replayed(replayed, screen, seconds=48.46)
    return out.getvalue()


def test_every_figure_is_shown_with_its_unit() -> None:
    lines = [line.strip() for line in shown().splitlines()]

    assert lines == [
        "재생 결과: 2024-01-02 (화) ~ 2025-12-30 (화), 484거래일",
        "자료 store (가져온 일봉) · 품질 검사 켬 · 걸린 시간 48.5초",
        "[성과]",
        "항목 | 값",
        "시작 평가액 | 10,000,000원",
        "끝 평가액 | 9,650,500원",
        "수익률 | -3.50%",
        "최대 낙폭 | 4.08%",
        "[거래와 비용]",
        "항목 | 값",
        "매수 | 600건 20,000,000원",
        "매도 | 592건 19,700,000원",
        "체결 없이 끝난 주문 | 12건",
        "거래대금 | 39,700,000원 (평가액의 4.0배)",
        "수수료 | 58,000원",
        "세금 | 32,000원",
        "시가 대비 미끄러짐 | 61,000원",
        "비용 합계 | 151,000원",
        "[보내지 않은 줄]",
        "이유 | 건수",
        "보유하지 않음 | 50,000건",
        "빈 자리 없음(max_positions) | 9,000건",
        "끝나지 않은 줄: 0건",
        "대조: 484거래일 모두 현금·총평가·보유가 체결 기록과 1원까지 맞습니다.",
        "지문: 9f9ff750",
        "파일: data/state/replay/1b9f69fb8fbb (replay.json, equity.csv)",
    ]


def test_a_resumed_replay_says_up_to_where_and_how_to_begin_anew() -> None:
    text = shown(replace(REPLAYED, resumed_after=date(2024, 6, 3)))

    assert "2024-06-03 (월)까지는 전에 재생한 것을 이었습니다" in text
    assert "--restart" in text


def test_open_ends_are_told_even_when_quiet() -> None:
    figures = replace(FIGURES, unfinished=2, no_plans={"bars_session_missing": 1})

    text = shown(replace(REPLAYED, figures=figures), quiet=True)

    assert text.splitlines() == [
        (
            "경고: 끝나지 않은 줄이 2건 있습니다. "
            "equity.csv 의 unfinished 열에서 날짜를 "
            "확인하세요."
        ),
        "경고: 1거래일은 다음 날 계획을 만들지 못했습니다(그날의 일봉이 없음).",
    ]
