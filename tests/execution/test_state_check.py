"""The state check shows what execute would do, orders nothing, and settles politely."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from execution.state_rooms import (
    ClosedQuotes,
    FailingQuotes,
    intended,
    plan_in,
    room_of,
    standings,
)
from fakes import (
    ACCOUNT,
    ASOF,
    NEXT_SESSION,
    PACE,
    SESSION,
    Answer,
    Workbench,
    a_key,
    a_plan,
    a_quote,
    a_sell,
    a_workbench,
    at,
    plan_of,
)
from fakes import a_buy as buy_line
from khms_trader.domain.events import (
    AccountConfirmed,
    AccountObserved,
    ExecutionStarted,
)
from khms_trader.domain.order import Order, OrderState, OrderType, Side
from khms_trader.errors import BrokerUnavailable, KhmsTraderError
from khms_trader.execution.state_check import check_state, watch
from khms_trader.planning.state_view import LineStanding, Settling, Verdict, Whose

NO_WAIT = replace(
    PACE, sell_wait=timedelta(0), fill_wait=timedelta(0), resolve=timedelta(0)
)
BOUGHT, SOLD, OTHER = "100000", "200000", "300000"


def a_buy_order(symbol: str = BOUGHT) -> Order:
    return Order(
        symbol=symbol,
        side=Side.BUY,
        quantity=10,
        order_type=OrderType.LIMIT,
        limit_price=10_300,
    )


def intend(bench: Workbench, symbol: str = BOUGHT) -> None:
    """Leave an order in the journal whose request may have left."""
    bench.journal.intend(
        a_key(symbol), a_buy_order(symbol), plan_id="p", at=bench.clock.now()
    )


def started(bench: Workbench, plan_id: str) -> None:
    """Let the session begin to be executed."""
    event = ExecutionStarted(
        at=bench.clock.now(), account=ACCOUNT, session=SESSION, plan_id=plan_id
    )
    bench.journal.append(event)


class TestWhatExecuteWouldDo:
    def test_the_orders_it_names_are_those_that_execute_then_sends(
        self, bench: Workbench
    ) -> None:
        bench.own(SOLD)
        bench.plans.save(plan_of(buys="100000 110000", sells="200000 210000"))

        view = check_state(room_of(bench.desk))
        bench.execute()

        assert view.now.verdict is Verdict.TRADES
        assert intended(view) == bench.broker.submitted
        assert len(bench.broker.submitted) == 3

    @settings(max_examples=10, deadline=None)
    @given(
        buys=st.integers(0, 6),
        owned=st.sets(st.sampled_from(["200000", "200010", "200020"])),
        sold=st.sets(st.sampled_from(["200000", "200010", "200020"])),
        cash=st.integers(0, 700_000),
        slots=st.integers(1, 5),
        opens=st.lists(st.sampled_from([None, 9_000, 10_250, 12_000]), min_size=6),
    )
    def test_whatever_the_account_and_the_plan_they_agree(
        self,
        buys: int,
        owned: set[str],
        sold: set[str],
        cash: int,
        slots: int,
        opens: list[int | None],
    ) -> None:
        with TemporaryDirectory() as folder, a_workbench(Path(folder)) as bench:
            bench.rules = replace(bench.rules, max_positions=slots)
            bench.pace = NO_WAIT
            bench.broker.cash = cash
            for symbol in sorted(owned):
                bench.own(symbol)
            symbols = [f"1000{rank}0" for rank in range(buys)]
            for symbol, opened in zip(symbols, opens, strict=False):
                bench.quotes.quotes[symbol] = a_quote(symbol, open_price=opened)
            bench.plans.save(
                a_plan(
                    buys=[buy_line(s, rank=r) for r, s in enumerate(symbols, 1)],
                    sells=[a_sell(symbol) for symbol in sorted(sold)],
                    slots_free=slots,
                )
            )

            view = check_state(room_of(bench.desk))
            bench.execute()

            assert intended(view) == bench.broker.submitted

    def test_what_was_executed_is_shown_as_sent_and_nothing_more_would_go_out(
        self, bench: Workbench
    ) -> None:
        bench.execute(plan_of(buys=BOUGHT))

        view = check_state(room_of(bench.desk))

        assert view.now.verdict is Verdict.DONE_BEFORE
        assert standings(view) == {BOUGHT: LineStanding.SENT}
        assert [row.whose for row in view.orders] == [Whose.PLAN]
        assert [row.state for row in view.orders] == [OrderState.FILLED]

    def test_a_market_buy_of_unknown_outcome_keeps_its_cash_reserved(
        self, bench: Workbench
    ) -> None:
        bench.rules = replace(bench.rules, buy_order=OrderType.MARKET)
        bench.broker.cash = 250_000
        bench.broker.answers[BOUGHT] = [Answer.LOSE_UNPLACED]
        bench.quotes.quotes[OTHER] = None
        bench.execute(plan_of(buys="100000 300000"))
        del bench.quotes.quotes[OTHER]

        view = check_state(room_of(bench.desk))
        before = len(bench.broker.submitted)
        bench.execute()

        assert intended(view) == bench.broker.submitted[before:]

    @pytest.mark.parametrize(
        ("moment", "code"),
        [
            (at(8, 59, 59), "before_open"),
            (at(9, 30, 1), "start_window_over"),
            (at(15, 31), "start_window_over"),
        ],
    )
    def test_it_refuses_for_the_reason_that_execute_gives(
        self, bench: Workbench, moment: datetime, code: str
    ) -> None:
        with a_workbench(bench.folder / "other", start_at=moment) as other:
            other.plans.save(plan_of(buys=BOUGHT))

            view = check_state(room_of(other.desk))
            with pytest.raises(KhmsTraderError) as refused:
                other.execute()

        assert view.now.verdict is Verdict.REFUSED
        assert view.now.refusals[0].code == refused.value.code == code

    @pytest.mark.parametrize(
        ("code", "spoil"),
        [
            ("halted", lambda b: b.halt_file.touch()),
            ("account_unconfirmed", lambda b: setattr(b, "needs_confirmation", True)),
            ("real_not_supported", lambda b: setattr(b, "is_real", True)),
            ("plan_other_data", lambda b: setattr(b, "data_source", "kis")),
            ("plan_swapped", lambda b: started(b, "another-plan")),
            (
                "plan_not_json",
                lambda b: b.plans.path(SESSION).write_text("{", encoding="utf-8"),
            ),
            ("plan_missing", lambda b: b.plans.path(SESSION).unlink()),
        ],
    )
    def test_every_gate_speaks_as_it_does_in_execute(
        self, bench: Workbench, code: str, spoil: object
    ) -> None:
        bench.plans.save(plan_of(buys=BOUGHT))
        assert callable(spoil)
        spoil(bench)

        view = check_state(room_of(bench.desk))
        with pytest.raises(KhmsTraderError) as refused:
            bench.execute()

        assert [r.code for r in view.now.refusals] == [refused.value.code] == [code]
        assert view.now.refusals[0].korean

    def test_a_cut_off_run_past_its_time_is_only_closed_down(
        self, bench: Workbench
    ) -> None:
        plan = plan_of(buys=BOUGHT)
        bench.plans.save(plan)
        started(bench, plan.plan_id)
        bench.clock.move_to(at(10))

        view = check_state(room_of(bench.desk))

        assert view.now.verdict is Verdict.CLOSES_DOWN

    def test_on_a_day_without_trading_there_is_nothing_to_do(
        self, bench: Workbench
    ) -> None:
        bench.clock.move_to(datetime(2026, 3, 7, 12, tzinfo=at(9).tzinfo))

        view = check_state(room_of(bench.desk, quotes=ClosedQuotes()))

        assert view.now.verdict is Verdict.NOT_A_SESSION
        assert view.orders == ()

    def test_a_clock_behind_the_journal_is_refused_and_settles_nothing(
        self, bench: Workbench
    ) -> None:
        bench.plans.save(plan_of(buys=BOUGHT))
        bench.clock.move_to(at(9, 20))
        intend(bench)
        early = replace_clock(bench, at(9, 2))

        view = check_state(room_of(early.desk))

        assert view.now.refusals[0].code == "clock_behind"
        assert view.settling is Settling.CLOCK_BEHIND
        assert bench.state(BOUGHT) is OrderState.INTENDED

    def test_a_plan_for_a_later_session_names_what_will_forbid_it_then(
        self, bench: Workbench
    ) -> None:
        bench.clock.move_to(at(16))
        bench.data_source = "kis"
        bench.plans.save(
            a_plan(buys=[buy_line(BOUGHT)], session=NEXT_SESSION, asof=SESSION)
        )

        view = check_state(room_of(bench.desk, quotes=ClosedQuotes()))

        assert [r.code for r in plan_in(view).refusals] == ["plan_other_data"]
        assert standings(view) == {BOUGHT: LineStanding.LATER}
        assert [r.code for r in view.now.refusals] == ["plan_missing"]


def replace_clock(bench: Workbench, moment: datetime) -> Workbench:
    """Return a bench over the same journal whose clock stands at ``moment``."""
    other = object.__new__(Workbench)
    other.__dict__.update(bench.__dict__)
    other.clock = type(bench.clock)(moment)
    return other


class TestPrices:
    def test_no_more_are_asked_for_than_allowed_and_the_urgent_ones_first(
        self, bench: Workbench
    ) -> None:
        for symbol in (SOLD, OTHER):
            bench.own(symbol)
        bench.broker.shares["400000"] = 5
        bench.plans.save(plan_of(buys="110000 120000", sells=SOLD))

        view = check_state(room_of(bench.desk, limit=3))

        assert bench.quotes.asked == [SOLD, "110000", "120000"]
        assert view.quoted == 3
        assert {row.holding.symbol: row.price for row in view.held} == {
            SOLD: 10_000,
            OTHER: 10_000,
            "400000": 10_000,
        }

    def test_a_candidate_beyond_the_limit_is_not_judged(self, bench: Workbench) -> None:
        bench.plans.save(plan_of(buys="110000 120000"))

        view = check_state(room_of(bench.desk, limit=1))

        assert standings(view) == {
            "110000": LineStanding.WOULD_SEND,
            "120000": LineStanding.NOT_QUOTED,
        }

    def test_a_price_that_cannot_be_read_is_a_fact_of_its_row(
        self, bench: Workbench
    ) -> None:
        bench.own(OTHER)
        bench.plans.save(plan_of(buys="110000 120000"))
        quotes = FailingQuotes(bench.quotes, "110000", OTHER)

        view = check_state(room_of(bench.desk, quotes=quotes))

        assert standings(view) == {
            "110000": LineStanding.QUOTE_FAILED,
            "120000": LineStanding.WOULD_SEND,
        }
        assert [row.is_failed for row in view.held] == [True]

    def test_before_the_open_no_sessions_quote_is_asked_for(
        self, bench: Workbench
    ) -> None:
        with a_workbench(bench.folder / "early", start_at=at(8, 40)) as early:
            early.plans.save(plan_of(buys=BOUGHT))

            view = check_state(room_of(early.desk, quotes=ClosedQuotes()))

        (row,) = plan_in(view).rows
        assert (row.price, row.limit_price, row.is_beyond_limit) == (9500, 10300, False)
        assert row.standing is LineStanding.LATER


class TestSettling:
    def test_it_writes_nothing_when_nothing_is_open(self, bench: Workbench) -> None:
        bench.own(OTHER)
        bench.plans.save(plan_of(buys=BOUGHT))
        before = bench.journal.events()

        view = check_state(room_of(bench.desk))

        assert bench.journal.events() == before
        assert bench.published == []
        assert bench.broker.submitted == []
        assert view.settling is Settling.NOTHING_OPEN

    def test_a_lost_order_is_found_in_the_brokers_list(self, bench: Workbench) -> None:
        bench.clock.move_to(at(9, 40))
        intend(bench)
        bench.broker.place(a_buy_order())

        view = check_state(room_of(bench.desk))

        assert view.settling is Settling.SETTLED
        assert bench.state(BOUGHT) is OrderState.FILLED
        assert not view.needs_a_person

    def test_an_order_that_stays_unknown_needs_a_person(self, bench: Workbench) -> None:
        bench.clock.move_to(at(9, 40))
        intend(bench)

        view = check_state(room_of(bench.desk))

        assert [record.key.symbol for record in view.unknown] == [BOUGHT]
        assert [(row.state, row.is_listed) for row in view.orders] == [
            (OrderState.UNCONFIRMED, False)
        ]

    def test_while_another_job_runs_its_orders_are_shown_and_left_alone(
        self, bench: Workbench
    ) -> None:
        bench.clock.move_to(at(9, 40))
        intend(bench)

        with bench.office.lock.hold("execute"):
            view = check_state(room_of(bench.desk))

        assert (view.settling, view.holder) == (Settling.LOCK_HELD, "execute")
        assert bench.state(BOUGHT) is OrderState.INTENDED
        assert view.unknown == ()  # it is just being sent

    @pytest.mark.parametrize(
        ("moment", "expected"),
        [
            (at(8, 58, 59), Settling.SETTLED),
            (at(8, 59), Settling.LEFT_TO_EXECUTE),
            (at(9, 30), Settling.LEFT_TO_EXECUTE),
            (at(9, 30, 1), Settling.SETTLED),
        ],
    )
    def test_it_never_takes_the_lock_when_execute_is_about_to(
        self, tmp_path: Path, moment: datetime, expected: Settling
    ) -> None:
        with a_workbench(tmp_path, start_at=moment) as bench:
            bench.plans.save(plan_of(buys=BOUGHT))
            intend(bench, OTHER)

            view = check_state(room_of(bench.desk))

        assert view.settling is expected
        assert [record.key.symbol for record in view.unknown] == [OTHER]

    def test_once_execution_began_it_settles_within_the_window_too(
        self, bench: Workbench
    ) -> None:
        bench.broker.answers[BOUGHT] = [Answer.LOSE]
        bench.broker.listed_from[BOUGHT] = at(9, 20)
        bench.execute(plan_of(buys=BOUGHT))
        assert bench.state(BOUGHT) is OrderState.UNCONFIRMED
        bench.clock.move_to(at(9, 21))

        view = check_state(room_of(bench.desk))

        assert view.settling is Settling.SETTLED
        assert bench.state(BOUGHT) is OrderState.FILLED


class TestAccount:
    def test_what_was_there_at_the_confirmation_is_legacy_the_rest_outside(
        self, bench: Workbench
    ) -> None:
        bench.needs_confirmation = True
        confirmed = AccountConfirmed(
            at=at(8, day=ASOF), account=ACCOUNT, session=ASOF, legacy={"400000": 5}
        )
        bench.journal.append(confirmed)
        bench.own(OTHER)
        bench.broker.shares |= {"400000": 5, "500000": 1, "600000": 2}
        bench.legacy = frozenset({"600000"})

        view = check_state(room_of(bench.desk))

        assert view.is_confirmed
        assert [(row.holding.symbol, row.whose) for row in view.held] == [
            (OTHER, Whose.PLAN),
            ("400000", Whose.LEGACY),
            ("600000", Whose.LEGACY),
            ("500000", Whose.OUTSIDE),
        ]

    def test_before_the_confirmation_all_that_is_there_will_be_legacy(
        self, bench: Workbench
    ) -> None:
        bench.needs_confirmation = True
        bench.broker.shares["400000"] = 5

        view = check_state(room_of(bench.desk))

        assert not view.is_confirmed
        assert [row.whose for row in view.held] == [Whose.LEGACY]

    def test_an_order_of_the_app_is_outside_and_ours_by_hand_is_manual(
        self, bench: Workbench
    ) -> None:
        key = replace(a_key(BOUGHT), purpose="manual-1")
        bench.journal.intend(key, a_buy_order(), plan_id="", at=at(9, 1))
        number = bench.broker.place(a_buy_order())
        bench.journal.advance(key, OrderState.ACCEPTED, at=at(9, 1), number=number)
        bench.broker.place(a_buy_order(OTHER))

        view = check_state(room_of(bench.desk))

        assert [(row.symbol, row.whose) for row in view.orders] == [
            (BOUGHT, Whose.MANUAL),
            (OTHER, Whose.OUTSIDE),
        ]

    def test_it_holds_back_its_line_as_execute_does(self, bench: Workbench) -> None:
        bench.own(SOLD)
        bench.broker.fills = {BOUGHT: 0, SOLD: 0}
        bench.broker.place(a_buy_order())
        bench.broker.place(replace(a_buy_order(SOLD), side=Side.SELL))
        bench.plans.save(plan_of(buys=f"{BOUGHT} {OTHER}", sells=SOLD))

        view = check_state(room_of(bench.desk))
        execution = bench.execute()

        told = {row.line.symbol: row.reason for row in plan_in(view).rows}
        assert told == {BOUGHT: "foreign_order", OTHER: "", SOLD: "foreign_order"}
        assert execution.report is not None
        assert {e.symbol: e.reason for e in execution.report.lines} == told

    def test_it_says_nothing_of_the_plan_for_the_next_session(
        self, bench: Workbench
    ) -> None:
        bench.broker.fills = {BOUGHT: 0}
        bench.broker.place(a_buy_order())
        bench.clock.move_to(at(15, 10))
        bench.plans.save(a_plan(buys=[buy_line(BOUGHT)], session=NEXT_SESSION))

        view = check_state(room_of(bench.desk))

        assert standings(view) == {BOUGHT: LineStanding.LATER}

    def test_a_quantity_that_left_the_journal_is_named(self, bench: Workbench) -> None:
        bench.own(OTHER)
        bench.broker.shares[OTHER] = 7

        view = check_state(room_of(bench.desk))

        (found,) = view.differences
        assert (found.symbol, found.in_account, found.in_journal) == (OTHER, 7, 10)
        assert not found.is_moving

    def test_a_list_that_cannot_be_read_is_no_empty_list(
        self, bench: Workbench
    ) -> None:
        bench.broker.failed_reads = 1

        with pytest.raises(BrokerUnavailable):
            check_state(room_of(bench.desk))


def test_watching_looks_again_so_long_after_each_look_began(bench: Workbench) -> None:
    seen: list[datetime] = []

    def look() -> None:
        seen.append(bench.clock.now())
        bench.clock.sleep(70 if len(seen) == 2 else 13)
        if len(seen) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        watch(look, bench.clock, seconds=60)

    gaps = [after - before for before, after in pairwise(seen)]
    assert gaps == [timedelta(seconds=s) for s in (60, 70, 60)]


class TestNames:
    def test_a_symbol_sold_today_keeps_the_name_of_its_plan(
        self, bench: Workbench
    ) -> None:
        bench.own(SOLD)
        bench.execute(plan_of(buys=BOUGHT, sells=SOLD))
        bench.clock.move_to(at(16))
        bench.plans.save(a_plan(session=NEXT_SESSION, asof=SESSION))

        view = check_state(room_of(bench.desk, limit=0, quotes=ClosedQuotes()))

        assert {row.symbol: row.name for row in view.orders} == {
            BOUGHT: f"이름{BOUGHT}",
            SOLD: f"이름{SOLD}",
        }

    def test_a_holding_that_left_the_account_has_the_name_it_was_seen_with(
        self, bench: Workbench
    ) -> None:
        bench.own(OTHER)
        bench.plans.save(plan_of(buys=BOUGHT))
        bench.journal.append(
            AccountObserved(
                at=at(15, 40, day=ASOF),
                account=ACCOUNT,
                session=ASOF,
                observed=bench.broker.account(),
            )
        )
        bench.broker.shares[OTHER] = 0

        view = check_state(room_of(bench.desk))

        (found,) = view.differences
        assert (found.symbol, found.name) == (OTHER, f"이름{OTHER}")

    def test_others_are_looked_up_in_the_listing_and_may_stay_unknown(
        self, bench: Workbench
    ) -> None:
        for symbol in (OTHER, "777770"):
            bench.broker.place(a_buy_order(symbol))
        bench.broker.shares = {}
        room = replace(
            room_of(bench.desk, quotes=ClosedQuotes()),
            listed_names=lambda: {OTHER: "목록이름", "999990": "딴이름"},
        )
        bench.clock.move_to(at(16))
        bench.quotes.quotes["777770"] = None
        bench.quotes.quotes[OTHER] = None

        view = check_state(room)

        names = {row.symbol: row.name for row in view.orders}
        assert names == {OTHER: "목록이름", "777770": ""}


def test_before_the_open_todays_plan_names_what_else_will_forbid_it(
    tmp_path: Path,
) -> None:
    with a_workbench(tmp_path, start_at=at(8, 40)) as bench:
        bench.plans.save(plan_of(buys=BOUGHT))
        bench.halt_file.touch()

        view = check_state(room_of(bench.desk, quotes=ClosedQuotes()))

    assert [r.code for r in plan_in(view).refusals] == ["halted"]
    assert view.plan_ahead == plan_in(view).plan
    assert view.is_shifted
