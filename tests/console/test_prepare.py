"""What a person reads of the refresh, and of a universe that is not today's."""

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from rich.console import Console

from fakes import ASOF, NO_COSTS, a_plan, at
from khms_trader.console.prepare import show_prepared
from khms_trader.console.screen import Screen
from khms_trader.domain.account import Account
from khms_trader.domain.bars import Refreshed, RefreshOutcome
from khms_trader.domain.instrument import Instrument
from khms_trader.domain.quality_summary import QualitySummary
from khms_trader.planning.prepared import Prepared
from khms_trader.planning.universe import Universe


def outcomes(**counts: int) -> Mapping[str, RefreshOutcome]:
    kinds = [
        RefreshOutcome[name.upper()]
        for name, count in counts.items()
        for _ in range(count)
    ]
    return {f"{n:05d}0": kind for n, kind in enumerate(kinds)}


def prepared(
    found: Mapping[str, RefreshOutcome] | None, errors: Mapping[str, str] | None = None
) -> Prepared:
    account = Account(
        account="virtual-12345678",
        observed_at=at(15, 40, day=ASOF),
        cash=1_000_000,
        cash_d2=1_000_000,
        spendable=1_000_000,
        total=1_000_000,
        holdings=(),
    )
    return Prepared(
        plan=replace(a_plan(), errors=dict(errors or {})),
        path=Path("plans/next_open_plan_20260304.json"),
        account=account,
        managed={},
        universe=Universe(
            instruments=(Instrument(symbol="086520", name="에코프로"),), funnel=()
        ),
        is_own_universe=False,
        basis="adjusted",
        ranked_on=ASOF,
        executes_at=at(9) + timedelta(minutes=1),
        quality=QualitySummary(
            asof=ASOF, ok=0, warn=0, quarantine=0, counts=(), worst=(), market=()
        ),
        unverified_years=(),
        refreshed=None if found is None else Refreshed(asof=ASOF, outcomes=found),
    )


def shown(
    found: Mapping[str, RefreshOutcome] | None,
    errors: Mapping[str, str] | None = None,
    *,
    quiet: bool = False,
) -> list[str]:
    out = io.StringIO()
    screen = Screen(Console(file=out, width=200), quiet=quiet)
    show_prepared(prepared(found, errors), screen, NO_COSTS, is_dry_run=False)
    return [line.strip() for line in out.getvalue().splitlines()]


def test_a_refresh_is_one_line_of_counts() -> None:
    lines = shown(outcomes(failed=4, appended=205, quarantined=1, rebased=3))

    assert "일봉 213종목 갱신: 이어 붙임 205 · 새 기준 3 · 격리 1 · 실패 4" in lines


def test_every_outcome_has_its_word() -> None:
    lines = shown({f"{n:05d}0": kind for n, kind in enumerate(RefreshOutcome)})

    told = next(line for line in lines if line.startswith("일봉 7종목"))
    assert told.split(": ")[1].split(" · ") == [
        "이어 붙임 1",
        "처음 받음 1",
        "그대로 1",
        "새 기준 1",
        "격리 1",
        "시세 없음 1",
        "실패 1",
    ]


def test_symbols_that_could_not_be_had_are_named_even_when_quiet() -> None:
    (line,) = shown(outcomes(appended=2, failed=7), quiet=True)

    assert line == (
        "경고: 7종목(000020, 000030, 000040, 000050, 000060 등)은 일봉을 받지 못해 "
        "신호가 없습니다. 다시 실행하면 그 종목만 받습니다."
    )


def test_bars_that_nobody_refreshes_are_not_spoken_of() -> None:
    assert not [line for line in shown(None) if "갱신" in line]


def test_a_universe_of_an_earlier_session_is_a_warning_with_its_reason() -> None:
    (line,) = shown(None, {"universe": "kis_master_unavailable"}, quiet=True)

    assert line == (
        "경고: 종목 목록을 내려받지 못해 지난 유니버스 kosdaq_20260303.csv 를 그대로 "
        "씁니다. 그 뒤의 거래정지·관리종목 지정은 이 계획에 없고, 주문 직전에 다시 "
        "확인합니다."
    )


def test_a_universe_is_not_taken_for_a_holding() -> None:
    lines = shown(
        None, {"universe": "kis_master_empty", "086520": "no_bars_for_holding"}
    )

    warnings = [line for line in lines if line.startswith("경고")]
    assert [line.split(" ")[1] for line in warnings] == ["종목", "보유"]
