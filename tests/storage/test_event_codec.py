"""Every event goes to JSON and comes back as it was."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import ACCOUNT, SESSION, a_key, at
from khms_trader.domain.account import Account, Holding
from khms_trader.domain.events import (
    AccountConfirmed,
    AccountObserved,
    Event,
    OrderFilled,
    OrderIntended,
    RunFailed,
)
from khms_trader.domain.order import OrderType, Side
from khms_trader.errors import StorageError
from khms_trader.market.calendar import SEOUL
from khms_trader.storage.event_codec import KINDS, decode, encode

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    datetime: st.datetimes(
        min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
        timezones=st.just(SEOUL),
    ),
    date: st.dates(),
    str: TEXTS,
    int: st.integers(-(2**60), 2**60),
    bool: st.booleans(),
    NoneType: st.none(),
    Decimal: st.decimals(-(10**9), 10**9, places=4),
    Mapping[str, int]: st.dictionaries(TEXTS, st.integers(), max_size=3),
    Side: st.sampled_from(Side),
    OrderType: st.sampled_from(OrderType),
}


def values_of(kind: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401 - any annotation
    """Return a strategy for what an event's field of type ``kind`` may hold."""
    if kind in PLAIN:
        return PLAIN[kind]
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        each = {field.name: values_of(hints[field.name]) for field in fields(kind)}
        return st.builds(kind, **each)
    if get_origin(kind) is tuple:
        return st.lists(values_of(get_args(kind)[0]), max_size=2).map(tuple)
    return st.one_of([values_of(choice) for choice in get_args(kind)])


EVENTS = st.sampled_from(sorted(KINDS)).flatmap(lambda name: values_of(KINDS[name]))


@given(event=EVENTS)
@settings(max_examples=40, deadline=None)
def test_every_event_comes_back_as_it_was(event: Event) -> None:
    kind, payload = encode(event)

    assert kind == type(event).__name__
    assert decode(kind, payload) == event


def test_every_kind_of_event_is_known() -> None:
    def below(kind: type[Event]) -> set[str]:
        children = kind.__subclasses__()
        names = {child.__name__ for child in children}
        return names.union(*(below(child) for child in children))

    assert set(KINDS) == below(Event) - {"OrderEvent"}


def test_an_event_reads_as_what_it_says() -> None:
    event = OrderFilled(
        at=at(9, 1, 2),
        account=ACCOUNT,
        session=SESSION,
        key=a_key("0007C0"),
        filled_quantity=3,
        filled_value=30_150,
        is_complete=True,
    )

    kind, payload = encode(event)

    assert kind == "OrderFilled"
    assert json.loads(payload) == {
        "at": "2026-03-04T09:01:02+09:00",
        "account": ACCOUNT,
        "session": "2026-03-04",
        "key": {
            "account": ACCOUNT,
            "session": "2026-03-04",
            "symbol": "0007C0",
            "side": "buy",
            "purpose": "plan",
        },
        "filled_quantity": 3,
        "filled_value": 30150,
        "is_complete": True,
    }


def test_an_average_price_keeps_its_four_decimals() -> None:
    observed = Account(
        account=ACCOUNT,
        observed_at=at(9, 1),
        cash=1,
        cash_d2=2,
        spendable=3,
        total=4,
        holdings=(
            Holding(
                symbol="100000",
                name="예제",
                quantity=3,
                sellable=3,
                average_price=Decimal("10033.3333"),
                price=10_050,
            ),
        ),
    )
    event = AccountObserved(
        at=at(9, 1), account=ACCOUNT, session=SESSION, observed=observed
    )

    back = decode(*encode(event))

    assert isinstance(back, AccountObserved)
    assert str(back.observed.holdings[0].average_price) == "10033.3333"


def test_a_field_that_came_later_has_its_default_in_older_rows() -> None:
    kind, payload = encode(
        OrderIntended(
            at=at(9, 1),
            account=ACCOUNT,
            session=SESSION,
            key=a_key("100000"),
            quantity=1,
        )
    )
    older = json.loads(payload)
    del older["open_price"]

    back = decode(kind, json.dumps(older))

    assert isinstance(back, OrderIntended)
    assert back.open_price is None


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("NoSuchEvent", "{}"),
        ("Event", "{}"),
        ("RunFailed", "{}"),
        ("RunFailed", ""),
        ("RunFailed", "[1]"),
        ("AccountConfirmed", '{"legacy": {"100000": "many"}}'),
    ],
)
def test_a_row_that_is_not_ours_is_refused(kind: str, payload: str) -> None:
    with pytest.raises(StorageError) as caught:
        decode(kind, payload)

    assert caught.value.code == "journal_row_unreadable"
    assert caught.value.facts == {"kind": kind}


def test_simple_events_come_back() -> None:
    for event in (
        RunFailed(at=at(9), account=ACCOUNT, session=SESSION, job="execute", code="x"),
        AccountConfirmed(at=at(9), account=ACCOUNT, session=SESSION, legacy={"A": 1}),
    ):
        assert decode(*encode(event)) == event


@pytest.mark.parametrize("kind", ["ExecutionStarted", "ExecutionFinished"])
def test_rows_written_before_a_field_was_added_can_be_read(kind: str) -> None:
    payload = (
        '{"at":"2026-03-04T09:01:00+09:00","account":"paper",'
        '"session":"2026-03-04","plan_id":"p-1"}'
    )

    event = decode(kind, payload)

    assert getattr(event, "began_at", None) is None
    assert getattr(event, "account_error", "") == ""
