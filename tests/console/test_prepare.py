"""What a person reads of the refresh, and of a universe that is not today's."""

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console

from builders import a_holding, a_record
from fakes import ASOF, NO_COSTS, a_buy, a_plan, a_sell, at
from khms_trader.console.prepare import show_prepared
from khms_trader.console.screen import Screen
from khms_trader.domain.account import Account
from khms_trader.domain.bars import Refreshed, RefreshOutcome
from khms_trader.domain.instrument import Instrument
from khms_trader.domain.order import VANISHED, OrderState
from khms_trader.domain.plan import BuyLine, SellLine
from khms_trader.domain.quality_summary import QualitySummary
from khms_trader.market.rates import CostRates
from khms_trader.planning.prepared import Prepared
from khms_trader.planning.universe import Universe

COSTLY = CostRates(fee_rate=1_470_000, tax_rate=None)


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


def lines_of(found: Prepared, *, is_dry_run: bool = False) -> list[str]:
    out = io.StringIO()
    screen = Screen(Console(file=out, width=200))
    show_prepared(found, screen, COSTLY, is_dry_run=is_dry_run)
    return [line.strip() for line in out.getvalue().splitlines()]


def planned(*lines: BuyLine | SellLine, held: str = "", ours: str = "") -> Prepared:
    """Return a prepare whose account holds ``held`` outside and ``ours`` managed."""
    base = prepared(None)
    buys = [line for line in lines if isinstance(line, BuyLine)]
    sells = [line for line in lines if isinstance(line, SellLine)]
    holdings = tuple(a_holding(f"{s} x10") for s in (held + " " + ours).split())
    return replace(
        base,
        plan=a_plan(
            buys=[replace(line, rank=n) for n, line in enumerate(buys, 1)],
            sells=sells,
            slots_free=3,
        ),
        account=replace(base.account, holdings=holdings),
        managed=dict.fromkeys(ours.split(), 10),
    )


def test_held_symbols_are_no_candidates_and_are_named_with_their_reason() -> None:
    found = planned(
        a_buy("100000"), a_buy("200000"), a_buy("300000"), held="200000", ours="300000"
    )

    lines = lines_of(found)

    start = lines.index("[살 수 있는 줄]")
    assert lines[start + 2].startswith("1 | 이름100000 100000 | 10 |")
    assert not lines[start + 3].startswith("2 |")
    assert (
        "나머지 매수 신호 2건: 이미 전략이 보유 1건(이름300000 300000) · "
        "전략 밖 보유(legacy·외부) 1건(이름200000 200000)"
    ) in lines


def test_the_want_of_cash_is_reckoned_with_candidates_alone() -> None:
    found = planned(a_buy("100000"), a_buy("200000"), held="200000")
    found = replace(found, account=replace(found.account, spendable=100_000))

    assert not [line for line in lines_of(found) if "살 금액" in line]


def test_the_rest_is_counted_by_its_true_reason_without_zeros() -> None:
    legacy = frozenset({"500000"})
    found = planned(
        *(a_buy(f"1{n}0000") for n in range(5)),
        a_buy("500000"),
        a_sell("600000", held=False),
        a_sell("610000", held=False),
        a_sell("700000", held=False),
        held="700000",
    )

    lines = lines_of(replace(found, legacy=legacy))

    assert (
        "나머지 매수 신호 3건: 전략 밖 보유(legacy·외부) 1건(이름500000 500000) · "
        "자리 없음 2건"
    ) in lines
    assert (
        "나머지 매도 신호 3건: 전략 밖 보유(legacy·외부) 1건(이름700000 700000) · "
        "보유하지 않음 2건"
    ) in lines
    assert not [line for line in lines_of(planned(a_buy("100000"))) if "나머지" in line]


def test_a_share_too_dear_for_its_slot_is_no_candidate() -> None:
    lines = lines_of(planned(a_buy("100000", quantity=0)))

    assert "다음 거래일에 거래할 줄이 없습니다." in lines
    assert "나머지 매수 신호 1건: 한 주도 살 수 없는 금액 1건" in lines


def test_of_many_held_symbols_a_few_are_named() -> None:
    held = " ".join(f"2{n}0000" for n in range(7))

    lines = lines_of(planned(*(a_buy(symbol) for symbol in held.split()), held=held))

    (line,) = (line for line in lines if line.startswith("나머지 매수"))
    assert line.endswith("이름230000 230000, 이름240000 240000 등)")


@pytest.mark.parametrize("is_first", [True, False])
def test_the_fee_is_remarked_on_with_the_first_plan_of_an_account(
    *, is_first: bool
) -> None:
    lines = lines_of(replace(prepared(None), is_first=is_first))

    assert any(line.startswith("참고: 수수료") for line in lines) is is_first


EXECUTE = "python scripts/execute_next_open_plan.py"


def steps_of(found: Prepared, *, is_dry_run: bool = False) -> list[str]:
    lines = lines_of(found, is_dry_run=is_dry_run)
    start = next(n for n, line in enumerate(lines) if line.startswith("다음 할 일"))
    return lines[start:]


def in_practice(found: Prepared) -> Prepared:
    return replace(found, plan=replace(found.plan, account="practice-0a1b2c3d"))


def test_at_kis_the_next_command_lives_by_the_real_time() -> None:
    assert steps_of(prepared(None)) == [
        f"다음 할 일: 2026-03-04 (수) 09:01 에 {EXECUTE}"
    ]


def test_who_practises_by_the_real_time_is_told_how_to_go_on_at_once() -> None:
    assert steps_of(in_practice(prepared(None))) == [
        f"다음 할 일: 2026-03-04 (수) 09:01 에 {EXECUTE}",
        f"연습이라 지금 해 보려면: {EXECUTE} --at 2026-03-04T09:01",
    ]


def test_in_a_made_up_time_every_command_says_its_time() -> None:
    found = replace(in_practice(prepared(None)), is_shifted=True, is_confirmed=False)

    assert steps_of(found) == [
        (
            "다음 할 일: 처음 쓰는 계좌라 먼저 보유를 확인합니다. 지금 "
            f"{EXECUTE} --confirm-first-run --at 2026-03-03T15:40"
        ),
        f"그다음: 2026-03-04 (수) 09:01 에 {EXECUTE} --at 2026-03-04T09:01",
    ]


def test_a_confirmation_comes_after_the_last_moment_that_was_written_down() -> None:
    found = replace(prepared(None), is_shifted=True, is_confirmed=False)
    late = replace(found.account, observed_at=at(15, 42, 1, day=ASOF))

    (first, *_) = steps_of(replace(found, account=late))

    assert first.endswith("--confirm-first-run --at 2026-03-03T15:43")


def test_an_order_that_needs_a_person_is_named_even_when_quiet() -> None:
    lost = a_record("buy 086520 x10 @13340", OrderState.UNCONFIRMED)
    gone = replace(a_record("sell 700370 x3"), detail=VANISHED)
    found = replace(planned(ours="700370"), plan=a_plan(buys=[a_buy("086520")]))
    out = io.StringIO()
    screen = Screen(Console(file=out, width=200), quiet=True)

    asked = replace(found, open_questions=(lost, gone))
    show_prepared(asked, screen, NO_COSTS, is_dry_run=False)

    assert (found.needs_a_person, asked.needs_a_person) == (False, True)
    assert [line.strip() for line in out.getvalue().splitlines()] == [
        (
            "확인 필요: 2026-03-04 (수) 매수 이름086520 086520 10주 주문이 "
            "접수되었는지 알 수 없습니다. 다시 보내지 않습니다. "
            "증권사 앱에서 확인하세요."
        ),
        (
            "확인 필요: 2026-03-04 (수) 매도 이름700370 700370 3주 주문이 "
            "어떻게 끝났는지 알 수 없습니다. 다시 보내지 않습니다. "
            "증권사 앱에서 확인하세요."
        ),
        "확인한 것은 python scripts/tools/resolve_order.py 에 알려 주세요.",
    ]


def test_an_account_nobody_confirmed_is_confirmed_first() -> None:
    assert steps_of(replace(prepared(None), is_confirmed=False)) == [
        (
            "다음 할 일: 처음 쓰는 계좌라 먼저 보유를 확인합니다. 지금 "
            f"{EXECUTE} --confirm-first-run"
        ),
        f"그다음: 2026-03-04 (수) 09:01 에 {EXECUTE}",
    ]


def test_a_dry_run_advises_no_command_that_never_reads_its_plan() -> None:
    (line,) = steps_of(in_practice(prepared(None)), is_dry_run=True)

    assert line == (
        "다음 할 일: 드라이런 계획은 실행하지 않습니다. 쓸 계획은 --dry-run 을 빼고 "
        "다시 실행해 만드세요."
    )
