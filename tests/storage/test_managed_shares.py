"""Managed shares, however often and between whatever steps they are asked for."""

from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import ACCOUNT, SESSION, a_key, an_order, at
from khms_trader.domain.events import HoldingAdopted, HoldingReleased
from khms_trader.domain.order import OrderRecord, OrderState, Side
from khms_trader.storage.journal import SqliteJournal

SYMBOLS = ("100000", "200000", "300000")
NOW = at(9, 1)
S = OrderState
ENDS = {S.FILLED: 10, S.PARTIALLY_FILLED: 4, S.EXPIRED: 0, S.REJECTED: 0}
PURPOSES = ("plan", "manual-1", "manual-2")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(SYMBOLS),
        st.sampled_from(Side),
        st.sampled_from(S),
        st.sampled_from(PURPOSES),
    ),
    max_size=12,
)


HAND = st.lists(
    st.tuples(
        st.sampled_from((HoldingAdopted, HoldingReleased)),
        st.sampled_from(SYMBOLS),
        st.integers(1, 99),
    ),
    max_size=8,
)


@given(steps=HAND)
@settings(max_examples=60, deadline=None)
def test_adoptions_add_and_releases_take_away(
    steps: list[tuple[type[HoldingAdopted | HoldingReleased], str, int]],
) -> None:
    events = [
        kind(at=NOW, account=ACCOUNT, session=SESSION, symbol=symbol, quantity=count)
        for kind, symbol, count in steps
    ]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "journal.sqlite3"
        with closing(SqliteJournal(path, account=ACCOUNT, is_durable=False)) as journal:
            journal.append(*events)
            managed = journal.managed()

    for symbol in SYMBOLS:
        mine = [(kind, count) for kind, its, count in steps if its == symbol]
        adopted = sum(count for kind, count in mine if kind is HoldingAdopted)
        left = sum(count for _, count in mine) - 2 * (
            sum(count for _, count in mine) - adopted
        )
        assert managed.get(symbol, 0) == max(left, 0)


def counted(records: tuple[OrderRecord, ...]) -> Mapping[str, int]:
    shares: Counter[str] = Counter()
    for record in records:
        if record.key.purpose != "plan":
            continue
        is_buy = record.key.side is Side.BUY
        shares[record.key.symbol] += record.filled_quantity * (1 if is_buy else -1)
    return {symbol: count for symbol, count in shares.items() if count > 0}


def placed(
    journal: SqliteJournal,
    symbol: str,
    side: Side,
    end: OrderState,
    purpose: str = "plan",
) -> None:
    """Send one order to ``end``, unless its key was used before."""
    key = replace(a_key(symbol, side), purpose=purpose)
    plan_id = "p-1" if purpose == "plan" else ""
    if not journal.intend(key, an_order(symbol, side), plan_id=plan_id, at=NOW):
        return
    if end is S.REJECTED:
        journal.advance(key, end, at=NOW)
    elif end in ENDS:
        journal.advance(key, S.ACCEPTED, at=NOW, number="1")
        filled = ENDS[end]
        value = filled * 100
        journal.advance(key, end, at=NOW, filled_quantity=filled, filled_value=value)


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_they_are_what_all_orders_of_plans_come_to_after_every_step(
    steps: list[tuple[str, Side, OrderState, str]],
) -> None:
    with (
        TemporaryDirectory() as folder,
        closing(SqliteJournal(Path(folder) / "j.sqlite3", account=ACCOUNT)) as journal,
    ):
        for step in steps:
            placed(journal, *step)

            assert journal.managed() == counted(journal.order_records())


def test_an_order_that_fills_later_is_not_forgotten(tmp_path: Path) -> None:
    with closing(SqliteJournal(tmp_path / "j.sqlite3", account=ACCOUNT)) as journal:
        placed(journal, SYMBOLS[0], Side.BUY, S.PARTIALLY_FILLED)
        placed(journal, SYMBOLS[1], Side.BUY, S.FILLED)
        assert journal.managed() == {SYMBOLS[0]: 4, SYMBOLS[1]: 10}

        journal.advance(
            a_key(SYMBOLS[0]), S.FILLED, at=NOW, filled_quantity=10, filled_value=1000
        )

        assert journal.managed() == {SYMBOLS[0]: 10, SYMBOLS[1]: 10}


def test_what_a_person_sold_by_hand_was_never_managed(tmp_path: Path) -> None:
    with closing(SqliteJournal(tmp_path / "j.sqlite3", account=ACCOUNT)) as journal:
        placed(journal, SYMBOLS[0], Side.BUY, S.FILLED)
        placed(journal, SYMBOLS[0], Side.SELL, S.FILLED, "manual-1")

        assert journal.managed() == {SYMBOLS[0]: 10}
