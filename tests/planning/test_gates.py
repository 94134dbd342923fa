"""The gates of a whole run, each on both sides of its edge, with its sentence."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import ASOF, SESSION, a_plan, at
from khms_trader.domain.plan import Plan
from khms_trader.market.calendar import SEOUL, Calendar
from khms_trader.planning.gates import (
    RUN_GATES,
    RunFacts,
    account_is_confirmed,
    account_is_virtual,
    certain_offset,
    check_run,
    clock_is_ahead,
    clock_is_right,
    data_fits_account,
    day_has_orders_left,
    day_has_won_left,
    halt_is_off,
    no_plan,
    plan_is_for_account,
    plan_is_for_session,
    plan_saw_last_close,
    session_is_open,
    start_window_is_open,
)
from khms_trader.planning.line_gates import NO_LIMITS, Limits
from khms_trader.planning.refusals import Refusal

PLAN = a_plan()


def facts(
    clock: str = "09:01",
    *,
    plan: Plan = PLAN,
    account: str = "paper",
    session: date = SESSION,
    previous_session: date = ASOF,
    data_source: str | None = None,
    is_real: bool = False,
    confirmed: bool = True,
    halt_file: str = "",
    clock_offset: timedelta | None = None,
    limits: Limits = NO_LIMITS,
    orders_today: int = 0,
    bought_today: int = 0,
    may_sell: bool = True,
) -> RunFacts:
    return RunFacts(
        now=at(clock),
        session=session,
        previous_session=previous_session,
        opens_at=at("09:00"),
        window_ends_at=at("09:30"),
        account=account,
        data_source=data_source or plan.data_source,
        is_real=is_real,
        confirmed=confirmed,
        halt_file=halt_file,
        plan=plan,
        clock_offset=clock_offset,
        limits=limits,
        orders_today=orders_today,
        bought_today=bought_today,
        may_sell=may_sell,
    )


def code(refusal: Refusal | None) -> str:
    return "" if refusal is None else refusal.code


def korean(refusal: Refusal | None) -> str:
    assert refusal is not None
    return refusal.korean


def test_an_ordinary_run_passes_every_gate() -> None:
    assert [gate(facts()) for gate in RUN_GATES] == [None] * 13
    assert check_run(facts()) == ()


@pytest.mark.parametrize("planned", [date(2026, 3, 3), date(2026, 3, 5)])
def test_a_plan_for_another_session_is_refused(planned: date) -> None:
    refusal = plan_is_for_session(facts(plan=replace(PLAN, for_trading_day=planned)))

    assert code(refusal) == "plan_wrong_session"
    assert korean(refusal) == (
        f"계획은 {planned} 거래일용인데 오늘은 2026-03-04입니다. "
        "prepare_next_open_plan.py 로 다시 만드세요."
    )


@pytest.mark.parametrize("planned", ["virtual-3fa9c1d2", "PAPER", ""])
def test_a_plan_for_another_account_is_refused(planned: str) -> None:
    refusal = plan_is_for_account(facts(plan=replace(PLAN, account=planned)))

    assert code(refusal) == "plan_wrong_account"
    assert f"계좌 {planned}의 것인데 지금 계좌는 paper입니다" in korean(refusal)


@pytest.mark.parametrize("asof", [date(2026, 2, 27), SESSION])
def test_a_plan_that_did_not_see_the_last_close_is_refused(asof: date) -> None:
    refusal = plan_saw_last_close(facts(plan=replace(PLAN, data_asof=asof)))

    assert code(refusal) == "plan_stale"
    assert korean(refusal) == (
        f"계획의 기준일({asof})이 2026-03-04 바로 앞 거래일(2026-03-03)이 아닙니다. "
        "prepare_next_open_plan.py 로 다시 만드세요."
    )


@pytest.mark.parametrize(
    ("source", "account", "refused"),
    [
        ("sample", "paper", False),
        ("sample", "practice-1a2b3c4d", True),
        ("sample", "virtual-1a2b3c4d", True),
        ("sample", "real-1a2b3c4d", True),
        ("practice", "practice-1a2b3c4d", False),
        ("practice", "paper", True),
        ("practice", "virtual-1a2b3c4d", True),
        ("store", "paper", False),
        ("store", "virtual-1a2b3c4d", False),
        ("kis", "virtual-1a2b3c4d", False),
    ],
)
def test_made_up_prices_stay_on_the_account_that_lives_in_them(
    source: str, account: str, *, refused: bool
) -> None:
    plan = replace(PLAN, data_source=source)

    refusal = data_fits_account(facts(plan=plan, account=account))

    assert (code(refusal) == "practice_data") is refused
    assert not refused or f"연습 데이터({source})" in korean(refusal)


@pytest.mark.parametrize(
    ("clock", "refused"),
    [("08:59:59.999999", "before_open"), ("09:00", ""), ("09:01", "")],
)
def test_nothing_is_sent_before_the_open(clock: str, refused: str) -> None:
    refusal = session_is_open(facts(clock))

    assert code(refusal) == refused
    assert not refused or "2026-03-04 거래일은 09:00에 열립니다" in korean(refusal)


@pytest.mark.parametrize(
    ("clock", "refused"),
    [
        ("09:29:59", ""),
        ("09:30", ""),
        ("09:30:00.000001", "start_window_over"),
        ("14:00", "start_window_over"),
    ],
)
def test_nothing_is_sent_after_the_start_window(clock: str, refused: str) -> None:
    refusal = start_window_is_open(facts(clock))

    assert code(refusal) == refused
    assert not refused or "(09:30까지)이 지났습니다" in korean(refusal)


def test_a_real_account_is_refused() -> None:
    refusal = account_is_virtual(facts(is_real=True))

    assert account_is_virtual(facts(is_real=False)) is None
    assert code(refusal) == "real_not_supported"
    assert korean(refusal).startswith("실전 주문은 아직 지원하지 않습니다.")


def test_an_account_nobody_confirmed_is_refused() -> None:
    refusal = account_is_confirmed(facts(confirmed=False))

    assert account_is_confirmed(facts(confirmed=True)) is None
    assert code(refusal) == "account_unconfirmed"
    assert "--confirm-first-run" in korean(refusal)


def test_a_halted_account_is_refused() -> None:
    refusal = halt_is_off(facts(halt_file="/home/data/state/HALT"))

    assert halt_is_off(facts()) is None
    assert code(refusal) == "halted"
    assert korean(refusal).endswith(
        "halt.py off 로 푸세요(정지 파일: /home/data/state/HALT)."
    )


@pytest.mark.parametrize(
    ("step", "refused"),
    [
        (timedelta(minutes=-1, microseconds=-1), "clock_behind"),
        (timedelta(minutes=-1), ""),
        (timedelta(seconds=1), ""),
    ],
)
def test_a_clock_before_the_last_event_is_refused(
    step: timedelta, refused: str
) -> None:
    refusal = clock_is_ahead(
        at("09:01") + step, at("09:01"), account="paper", folder="data/state/paper"
    )

    assert code(refusal) == refused
    assert not refused or "2026-03-04 09:01:00" in korean(refusal)
    assert not refused or "data/state/paper" in korean(refusal)


def test_a_new_account_has_no_last_event() -> None:
    assert clock_is_ahead(at("09:01"), None, account="paper", folder="x") is None


@pytest.mark.parametrize(
    ("seconds", "refused"),
    [(5, ""), (5.001, "clock_off"), (-5, ""), (-5.001, "clock_off"), (0, "")],
)
def test_a_clock_more_than_five_seconds_off_is_refused(
    seconds: float, refused: str
) -> None:
    refusal = clock_is_right(facts(clock_offset=timedelta(seconds=seconds)))

    assert code(refusal) == refused


def test_a_clock_that_is_off_is_told_which_way_to_go() -> None:
    slow = clock_is_right(facts(clock_offset=timedelta(seconds=61)))
    fast = clock_is_right(facts(clock_offset=timedelta(seconds=-61)))

    assert korean(slow).startswith("컴퓨터 시계가 증권사 서버보다 61초 느립니다")
    assert korean(fast).startswith("컴퓨터 시계가 증권사 서버보다 61초 빠릅니다")


def test_a_clock_nobody_can_compare_refuses_nothing() -> None:
    assert clock_is_right(facts(clock_offset=None)) is None


@pytest.mark.parametrize(
    ("offset", "latency", "certain"),
    [
        (6, 0.2, 6),  # the date cannot be later than the server's clock
        (0, 0.2, 0),
        (-1.2, 0.2, 0),  # latency and the whole second explain all of it
        (-1.3, 0.2, -0.1),
        (-8, 2.0, -5),
        (-21, 20.0, 0),
        (-6, None, -5),
    ],
)
def test_what_latency_and_whole_seconds_explain_is_no_offset(
    offset: float, latency: float | None, certain: float
) -> None:
    assert certain_offset(timedelta(seconds=offset), latency) == timedelta(
        seconds=certain
    )


def test_an_offset_nobody_knows_stays_unknown() -> None:
    assert certain_offset(None, 0.2) is None


MICROSECONDS = st.integers(0, 20_000_000)


@given(way=MICROSECONDS, back=MICROSECONDS, true_offset=st.integers(-60, 60))
@settings(max_examples=80)
def test_a_date_of_any_moment_never_accuses_a_clock_of_more_than_it_is_off(
    way: int, back: int, true_offset: int
) -> None:
    sent = at("09:01")
    stamped = sent + timedelta(microseconds=way, seconds=true_offset)
    received = sent + timedelta(microseconds=way + back)
    told = stamped.replace(microsecond=0) - received

    certain = certain_offset(told, (way + back) / 1_000_000)

    assert certain is not None
    assert abs(certain) <= timedelta(seconds=abs(true_offset))


@pytest.mark.parametrize(
    ("sent", "may_sell", "refused"),
    [(1, False, ""), (2, False, "orders_used_up"), (2, True, ""), (9, True, "")],
)
def test_a_used_up_number_of_orders_ends_the_day_unless_something_is_to_be_sold(
    sent: int, *, may_sell: bool, refused: str
) -> None:
    limits = Limits(max_orders=2)

    refusal = day_has_orders_left(
        facts(limits=limits, orders_today=sent, may_sell=may_sell)
    )

    assert code(refusal) == refused
    assert not refused or "max_orders" in korean(refusal)


@pytest.mark.parametrize(
    ("bought", "may_sell", "refused"),
    [(999, False, ""), (1_000, False, "won_used_up"), (1_000, True, "")],
)
def test_used_up_won_end_the_day_unless_something_is_to_be_sold(
    bought: int, *, may_sell: bool, refused: str
) -> None:
    limits = Limits(max_daily_won=1_000)

    refusal = day_has_won_left(
        facts(limits=limits, bought_today=bought, may_sell=may_sell)
    )

    assert code(refusal) == refused
    assert not refused or "한도(1,000원)를 다 썼습니다" in korean(refusal)


def test_without_caps_no_day_is_used_up() -> None:
    busy = facts(orders_today=999, bought_today=10**12, may_sell=False)

    assert day_has_orders_left(busy) is None
    assert day_has_won_left(busy) is None


# One fact that a gate refuses, for every gate of a run.
REFUSED: Mapping[str, RunFacts] = {
    "real_not_supported": facts(is_real=True),
    "plan_wrong_session": facts(plan=replace(PLAN, for_trading_day=ASOF)),
    "plan_wrong_account": facts(plan=replace(PLAN, account="other")),
    "plan_stale": facts(plan=replace(PLAN, data_asof=SESSION)),
    "practice_data": facts(plan=replace(PLAN, data_source="practice")),
    "plan_other_data": facts(data_source="store"),
    "halted": facts(halt_file="HALT"),
    "account_unconfirmed": facts(confirmed=False),
    "before_open": facts("08:59"),
    "start_window_over": facts("09:31"),
    "clock_off": facts(clock_offset=timedelta(seconds=6)),
    "orders_used_up": facts(
        limits=Limits(max_orders=2), orders_today=2, may_sell=False
    ),
    "won_used_up": facts(
        limits=Limits(max_daily_won=1_000), bought_today=1_000, may_sell=False
    ),
}


@pytest.mark.parametrize("refused", list(REFUSED))
def test_each_gate_refuses_alone(refused: str) -> None:
    (refusal,) = check_run(REFUSED[refused])

    assert refusal.code == refused
    assert "{" not in refusal.korean


def test_every_gate_of_a_run_is_tried() -> None:
    assert len(REFUSED) == len(RUN_GATES)


def test_all_refusals_are_told_in_the_order_to_mend_them() -> None:
    plan = replace(
        PLAN,
        for_trading_day=date(2026, 3, 5),
        account="other",
        data_asof=SESSION,
        data_source="practice",
    )

    refusals = check_run(
        facts(
            "09:31",
            plan=plan,
            data_source="store",
            is_real=True,
            confirmed=False,
            halt_file="HALT",
            clock_offset=timedelta(seconds=-6),
            limits=Limits(max_orders=2, max_daily_won=1_000),
            orders_today=2,
            bought_today=1_000,
            may_sell=False,
        )
    )

    assert [refusal.code for refusal in refusals] == [
        code for code in REFUSED if code != "before_open"
    ]


@pytest.mark.parametrize(
    ("now", "since", "planned"),
    [
        ("2026-03-04 08:59:59", "2026-03-03 15:35", "2026-03-04"),
        ("2026-03-04 09:00:00", "2026-03-04 15:35", "2026-03-05"),
        ("2026-03-04 16:00:00", "2026-03-04 15:35", "2026-03-05"),
        ("2026-03-06 10:00:00", "2026-03-06 15:35", "2026-03-09"),
        # 수능: opens and closes an hour later.
        ("2026-11-19 09:30:00", "2026-11-18 15:35", "2026-11-19"),
        ("2026-11-19 10:00:00", "2026-11-19 16:35", "2026-11-20"),
    ],
)
def test_without_a_plan_the_next_that_can_be_made_is_told(
    now: str, since: str, planned: str
) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=SEOUL)

    refusal = no_plan(moment.date(), moment, Calendar())

    assert refusal.facts == {
        "session": moment.date(),
        "since": since,
        "planned": date.fromisoformat(planned),
    }
    assert f"{since}부터 {planned} 거래일의 계획을" in refusal.korean
