"""What the page 지금 reads of the journal."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from builders import SESSION, a_record, at
from dashboard.nows import YESTERDAY, a_full_room, bought
from dashboard.rooms import a_room
from khms_trader.dashboard.view.now_journal import held_since, told_by
from khms_trader.domain.events import HoldingAdopted, HoldingReleased
from khms_trader.domain.order import OrderRecord, OrderState

ONE = "086520"
MONDAY = date(2026, 3, 9)


def sold(symbol: str, session: date, quantity: int = 10) -> OrderRecord:
    record = a_record(
        f"sell {symbol} x{quantity}",
        OrderState.FILLED,
        filled=(quantity, quantity * 13_000),
        intended_at=at("09:01", session),
    )
    return replace(record, key=replace(record.key, session=session))


def test_the_newest_of_everything_is_told() -> None:
    told = told_by(a_full_room(), SESSION, SESSION)

    assert told.is_confirmed
    assert told.legacy == {"005930"}
    assert told.managed == {ONE: 10}
    assert told.held_since == {ONE: YESTERDAY}
    assert told.before is not None
    assert told.before.observed_at == at("15:40", YESTERDAY)
    assert told.prepared is not None
    assert told.ended is not None
    assert told.ended.at == at("09:02")


def test_an_account_nobody_used_tells_nothing_and_needs_a_person() -> None:
    told = told_by(a_room(needs_confirmation=True), SESSION, SESSION)

    assert not told.is_confirmed
    assert (told.before, told.prepared, told.started) == (None, None, None)


def test_what_the_settings_call_legacy_counts_beside_the_confirmation() -> None:
    room = a_full_room(legacy=frozenset({"247540"}))

    assert told_by(room, SESSION, SESSION).legacy == {"005930", "247540"}


def test_buying_on_top_does_not_begin_a_position_anew() -> None:
    records = [bought(ONE, YESTERDAY), bought(ONE, SESSION)]

    assert held_since(records, []) == {ONE: YESTERDAY}


def test_a_position_sold_out_and_bought_again_begins_anew() -> None:
    records = [bought(ONE, YESTERDAY), sold(ONE, SESSION), bought(ONE, MONDAY)]

    assert held_since(records, []) == {ONE: MONDAY}
    assert held_since(records[:2], []) == {}


def test_shares_that_came_or_went_without_an_order_count() -> None:
    adopted = HoldingAdopted(
        at=at("10:00"), account="paper", session=SESSION, symbol=ONE, quantity=4
    )
    released = HoldingReleased(
        at=at("16:00"), account="paper", session=SESSION, symbol=ONE, quantity=4
    )

    assert held_since([], [adopted]) == {ONE: SESSION}
    assert held_since([], [adopted, released]) == {}


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 20)), max_size=12))
def test_a_symbol_is_held_exactly_while_shares_are_left(
    steps: list[tuple[bool, int]],
) -> None:
    records = []
    left = 0
    for place, (is_buy, quantity) in enumerate(steps):
        session = YESTERDAY + timedelta(days=place)
        maker = bought if is_buy else sold
        records.append(maker(ONE, session, quantity))
        left = max(left + (quantity if is_buy else -quantity), 0)

    assert (ONE in held_since(records, [])) is bool(left)
