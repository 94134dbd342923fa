"""Over HTTP: lists that are late, empty, cut, doubled or shrunk; orders that half fill.

A list that says too little proves nothing, one that says too much doubles nothing.
"""

from pathlib import Path

import pytest

from end_to_end.scenarios import (
    AFTER_THE_CLOSE,
    BOUGHT,
    BUYS,
    DAY,
    EVERY_LINE,
    FIRST,
    FOURTH,
    HELD,
    LATER,
    LEGACY,
    SECOND,
    SELLS,
    SOLD,
    App,
    Prepared,
    Scene,
    a_scene,
)
from khms_trader.domain.order import OrderState

ALL_FILLED = dict.fromkeys(EVERY_LINE, "FILLED")
EVERY_ORDER = [
    *((symbol, "sell", HELD) for symbol in SELLS),
    *((symbol, "buy", BOUGHT) for symbol in BUYS),
]
# Sound issues of the sample market with which this plan has nothing to do.
BY_HAND = (
    *("700950", "701530", "701820", "702110", "702400", "702690", "702980"),
    *("703560", "704140", "704430", "705590", "705880", "706170", "706460"),
)


def faulty(*texts: str) -> tuple[str, ...]:
    return tuple(part for text in texts for part in ("--fault", text))


def fill_a_page_by_hand(scene: Scene) -> None:
    """Place so many orders in the app that ours begin at the end of page 1."""
    app = App(scene)
    for symbol in BY_HAND:
        app.order("buy", symbol, 1, at=f"{DAY}T09:00:30+09:00")


@pytest.mark.long
def test_a_list_that_is_two_minutes_late_is_waited_for_and_nothing_is_sent_again(
    prepared: Prepared, tmp_path: Path
) -> None:
    faults = faulty("buy:1:lost", "orders:*:late:120")
    with a_scene(prepared, tmp_path, *faults) as scene:
        early = scene.execute()
        ends = scene.ends
        late = scene.execute(at=LATER)

        assert (early.code, late.code) == (5, 0), early.err + late.err
        assert ends == {**dict.fromkeys(EVERY_LINE, "OPEN"), FIRST: "UNCONFIRMED"}
        assert scene.ends == ALL_FILLED
        assert scene.taken() == EVERY_ORDER
        assert scene.sent() == len(EVERY_ORDER)


def test_an_empty_list_says_nothing_of_any_order(
    prepared: Prepared, tmp_path: Path
) -> None:
    faults = faulty("buy:1:lost", "orders:*:no_rows")
    with a_scene(prepared, tmp_path, *faults) as scene:
        blind = scene.execute()
        ends, error = scene.ends, scene.report["orders_error"]
        closed = scene.execute(at=AFTER_THE_CLOSE)
        closed_ends = scene.ends
        scene.misbehave()
        seeing = scene.execute(at=f"{DAY}T16:20")

        assert (blind.code, closed.code, seeing.code) == (5, 5, 0), seeing.err
        assert error == "kis_orders_hidden"
        assert ends == {**dict.fromkeys(EVERY_LINE, "OPEN"), FIRST: "UNCONFIRMED"}
        # After the close an accepted order that no list shows is nobody's to guess.
        assert closed_ends == dict.fromkeys(EVERY_LINE, "UNCONFIRMED")
        assert scene.ends == ALL_FILLED
        assert scene.taken() == EVERY_ORDER
        assert scene.sent() == len(EVERY_ORDER)


def test_a_list_without_its_second_page_is_no_list(
    prepared: Prepared, tmp_path: Path
) -> None:
    with a_scene(prepared, tmp_path) as scene:
        fill_a_page_by_hand(scene)
        scene.misbehave("buy:4:lost", "orders_next:*:changed")
        cut = scene.execute()
        ends, error = scene.ends, scene.report["orders_error"]
        scene.misbehave()
        whole = scene.execute(at=LATER)

        assert (cut.code, whole.code) == (5, 0), cut.err + whole.err
        assert error.startswith("kis_list_changed")
        assert ends == {**dict.fromkeys(EVERY_LINE, "OPEN"), FOURTH: "UNCONFIRMED"}
        assert scene.ends == ALL_FILLED
        assert scene.taken()[len(BY_HAND) :] == EVERY_ORDER
        assert scene.sent() == len(EVERY_ORDER)


def test_an_order_on_a_second_page_that_comes_empty_is_not_called_never_placed(
    prepared: Prepared, tmp_path: Path
) -> None:
    with a_scene(prepared, tmp_path) as scene:
        fill_a_page_by_hand(scene)
        scene.misbehave("buy:4:lost", "orders_next:*:no_rows")
        scene.execute()
        closed = scene.execute(at=AFTER_THE_CLOSE)
        ends = scene.ends
        scene.misbehave()
        whole = scene.execute(at=f"{DAY}T16:20")

        assert (closed.code, whole.code) == (5, 0), closed.err + whole.err
        assert ends[FOURTH] == "UNCONFIRMED"
        assert scene.ends == ALL_FILLED
        assert scene.taken()[len(BY_HAND) :] == EVERY_ORDER
        assert scene.sent() == len(EVERY_ORDER)


def test_rows_that_come_twice_are_one_order_and_one_holding(
    prepared: Prepared, tmp_path: Path
) -> None:
    faults = faulty("buy:1:lost", "orders:*:twice", "balance:*:twice")
    with a_scene(prepared, tmp_path, *faults) as scene:
        ran = scene.execute()
        after = scene.report["after"]["holdings"]

        assert ran.code == 0, ran.err
        assert scene.ends == ALL_FILLED
        assert sorted(held["symbol"] for held in after if held["quantity"]) == sorted(
            (*BUYS, LEGACY)
        )
        assert {h["quantity"] for h in after if h["symbol"] in BUYS} == {BOUGHT}
        assert scene.taken() == EVERY_ORDER
        assert scene.sent() == len(EVERY_ORDER)


def test_what_a_cancelled_order_filled_is_counted_against_what_was_asked_for(
    prepared: Prepared, tmp_path: Path
) -> None:
    faults = faulty("buy:1:partial:3", "orders:*:shrunk")
    with a_scene(prepared, tmp_path, *faults) as scene:
        ran = scene.execute()
        order, record = scene.lines[FIRST]["order"], scene.records[FIRST]

        assert ran.code == 0, ran.err
        assert scene.ends == {**ALL_FILLED, FIRST: "PARTIAL"}
        assert (order["filled_quantity"], order["quantity"]) == (3, BOUGHT)
        assert record.state is OrderState.CANCELLED
        assert (record.filled_quantity, record.order.quantity) == (3, BOUGHT)
        assert scene.shares()[FIRST] == 3
        assert scene.calls("change") == 1
        assert scene.sent() == len(EVERY_ORDER)


def test_partial_fills_end_as_what_they_are_and_late_ones_are_taken(
    prepared: Prepared, tmp_path: Path
) -> None:
    faults = faulty("buy:1:partial:3", "buy:2:partial:2@1", "sell:1:partial:4")
    with a_scene(prepared, tmp_path, *faults) as scene:
        ran = scene.execute()
        ends, sold = scene.ends, scene.lines[SOLD]["order"]
        closed = scene.execute(at=AFTER_THE_CLOSE)

        assert (ran.code, closed.code) == (0, 0), ran.err + closed.err
        assert ends == {**ALL_FILLED, FIRST: "PARTIAL", SOLD: "OPEN"}
        assert (sold["filled_quantity"], sold["quantity"]) == (4, HELD)
        assert scene.ends == {**ALL_FILLED, FIRST: "PARTIAL", SOLD: "PARTIAL"}
        assert scene.records[SECOND].filled_quantity == BOUGHT
        assert scene.records[SOLD].state is OrderState.EXPIRED
        held = scene.shares(AFTER_THE_CLOSE)
        assert (held[FIRST], held[SECOND], held[SOLD]) == (3, BOUGHT, 6)
        assert scene.sent() == len(EVERY_ORDER)
