"""Over HTTP: answers that get lost, spoilt or refused, and what stands afterwards."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from end_to_end.scenarios import (
    AFTER_THE_CLOSE,
    BOUGHT,
    BUYS,
    EVERY_LINE,
    FIRST,
    FOURTH,
    HELD,
    LATER,
    MORNING,
    SECOND,
    SELLS,
    THIRD,
    Prepared,
    a_scene,
)
from khms_trader.domain.order import OrderRecord, OrderState

ALL_FILLED = dict.fromkeys(EVERY_LINE, "FILLED")
EVERY_ORDER = [
    *((symbol, "sell", HELD) for symbol in SELLS),
    *((symbol, "buy", BOUGHT) for symbol in BUYS),
]


def test_an_honest_morning_sends_every_order_once(
    prepared: Prepared, tmp_path: Path
) -> None:
    with a_scene(prepared, tmp_path) as scene:
        ran, again = scene.execute(), scene.execute(at=LATER)

        assert (ran.code, again.code) == (0, 0), ran.err + again.err
        assert scene.ends == ALL_FILLED
        assert scene.taken() == EVERY_ORDER
        assert scene.sent() == len(EVERY_ORDER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mornings:
    """What two or three runs of a morning left."""

    codes: list[int]
    ends: list[dict[str, str]]
    report: dict[str, dict[str, Any]]
    records: dict[str, OrderRecord]
    taken: list[tuple[str, str, int]]
    sent: int


def lived(
    prepared: Prepared, folder: Path, faults: tuple[str, ...], *at: str
) -> Mornings:
    """Return what the morning's command leaves, run at each moment of ``at``."""
    options = [part for text in faults for part in ("--fault", text)]
    with a_scene(prepared, folder, *options) as scene:
        codes, ends = [], []
        for moment in at:
            codes.append(scene.execute(at=moment).code)
            ends.append(scene.ends)
        return Mornings(
            codes=codes,
            ends=ends,
            report=scene.lines,
            records=scene.records,
            taken=scene.taken(),
            sent=scene.sent(),
        )


@pytest.fixture(scope="module")
def found(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Mornings:
    """Three orders were taken and their answers were of no use."""
    faults = ("buy:1:lost", "buy:2:html:done", "buy:3:empty:done")
    return lived(prepared, tmp_path_factory.mktemp("found"), faults, MORNING)


@pytest.fixture(scope="module")
def never_arrived(
    prepared: Prepared, tmp_path_factory: pytest.TempPathFactory
) -> Mornings:
    """Three orders were not taken, and their answers do not say so."""
    faults = ("buy:1:html", "buy:2:empty", "buy:3:reset")
    folder = tmp_path_factory.mktemp("never")
    return lived(prepared, folder, faults, MORNING, LATER, AFTER_THE_CLOSE)


@pytest.mark.parametrize(
    "symbol",
    [
        pytest.param(FIRST, id="reply lost"),
        pytest.param(SECOND, id="500 with HTML"),
        pytest.param(THIRD, id="empty 200"),
    ],
)
def test_an_order_whose_answer_is_lost_is_found_and_never_sent_again(
    found: Mornings, symbol: str
) -> None:
    place = EVERY_ORDER.index((symbol, "buy", BOUGHT))

    assert found.codes == [0]
    assert found.ends == [ALL_FILLED]
    assert found.report[symbol]["order"]["number"] == f"{place + 1:010d}"
    assert found.records[symbol].state is OrderState.FILLED
    assert found.records[symbol].attempts == 1
    assert found.taken == EVERY_ORDER
    assert found.sent == len(EVERY_ORDER)


@pytest.mark.parametrize(
    "symbol",
    [
        pytest.param(FIRST, id="500 with HTML"),
        pytest.param(SECOND, id="empty 200"),
        pytest.param(THIRD, id="reset before sending"),
    ],
)
def test_an_order_that_never_arrived_stays_unknown_until_the_close_proves_it(
    never_arrived: Mornings, symbol: str
) -> None:
    assert never_arrived.codes == [5, 5, 0]
    ends = [each[symbol] for each in never_arrived.ends]
    assert ends == ["UNCONFIRMED", "UNCONFIRMED", "NOT_PLACED"]
    assert never_arrived.records[symbol].state is OrderState.NOT_PLACED
    assert never_arrived.records[symbol].attempts == 1
    assert never_arrived.report[symbol]["order"]["number"] == ""


def test_the_others_go_on_beside_orders_of_unknown_outcome(
    never_arrived: Mornings,
) -> None:
    lost = {FIRST, SECOND, THIRD}
    others = [order for order in EVERY_ORDER if order[0] not in lost]

    assert never_arrived.taken == others
    assert never_arrived.sent == len(EVERY_ORDER)
    assert [s for s, end in never_arrived.ends[0].items() if end == "FILLED"] == [
        symbol for symbol, _, _ in others
    ]


@pytest.mark.long
def test_a_throttle_storm_delays_orders_and_doubles_none(
    prepared: Prepared, tmp_path: Path
) -> None:
    storm = ("order:2-3:throttled", "order:5:ledger", "orders:1:throttled")
    faults = [part for text in storm for part in ("--fault", text)]
    with a_scene(prepared, tmp_path, *faults, "--fault", "price:1:throttled") as scene:
        ran = scene.execute()

        assert ran.code == 0, ran.err
        assert scene.ends == ALL_FILLED
        assert scene.taken() == EVERY_ORDER
        assert scene.sent() == len(EVERY_ORDER) + 3
        assert [scene.records[s].attempts for s in (*SELLS, *BUYS)] == [
            1,
            3,
            2,
            1,
            1,
            1,
        ]


@pytest.mark.long
def test_an_order_throttled_three_times_is_given_up_and_the_others_go_on(
    prepared: Prepared, tmp_path: Path
) -> None:
    with a_scene(prepared, tmp_path, "--fault", "buy:1-3:throttled") as scene:
        ran = scene.execute()

        assert ran.code == 0, ran.err
        assert scene.ends == {**ALL_FILLED, FIRST: "REJECTED"}
        assert scene.lines[FIRST]["detail"].startswith("kis_too_fast|EGW00201")
        assert scene.taken() == [o for o in EVERY_ORDER if o[0] != FIRST]
        assert scene.sent() == len(EVERY_ORDER) + 2


def test_a_token_revoked_in_the_middle_is_renewed_once(
    prepared: Prepared, tmp_path: Path
) -> None:
    with a_scene(prepared, tmp_path) as scene:
        # KIS issues one token a minute: this one is of half an hour before.
        early = scene.run("run_virtual_live.py", at=f"{MORNING[:-5]}08:30")
        scene.misbehave("buy:2:revoked")
        ran = scene.execute()

        assert (early.code, ran.code) == (0, 0), early.err + ran.err
        assert scene.ends == ALL_FILLED
        assert scene.calls("token") == 2
        assert scene.taken() == EVERY_ORDER
        assert scene.sent() == len(EVERY_ORDER) + 1


def test_a_rejected_order_ends_with_the_brokers_own_words(
    prepared: Prepared, tmp_path: Path
) -> None:
    with a_scene(prepared, tmp_path, "--fault", "buy:3:reject:40250000") as scene:
        ran, again = scene.execute(), scene.execute(at=LATER)

        assert (ran.code, again.code) == (0, 0), ran.err
        assert scene.ends == {**ALL_FILLED, THIRD: "REJECTED"}
        assert scene.lines[THIRD]["detail"].startswith("not_enough_cash|40250000|")
        assert "40250000" in ran.out
        assert THIRD not in scene.shares()
        assert scene.shares()[FOURTH] == BOUGHT
        assert scene.sent() == len(EVERY_ORDER)


@pytest.mark.long
def test_an_account_that_cannot_be_read_ends_the_run_before_any_order(
    prepared: Prepared, tmp_path: Path
) -> None:
    with a_scene(prepared, tmp_path, "--fault", "balance:1:reject:40910000") as scene:
        blind, seeing = scene.execute(), scene.execute(at=LATER)

        assert (blind.code, seeing.code) == (4, 0), blind.err + seeing.err
        assert "Traceback" not in blind.err
        assert scene.ends == ALL_FILLED
        assert scene.sent() == len(EVERY_ORDER)
