"""Over HTTP: a strange morning, in which something else happens to every symbol."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from end_to_end.scenarios import (
    AFTER_THE_CLOSE,
    ALSO_SOLD,
    BOUGHT,
    DAY,
    FIRST,
    FOURTH,
    HELD,
    SECOND,
    SOLD,
    THIRD,
    Prepared,
    a_scene,
)
from khms_trader.domain.order import OrderRecord, OrderState
from processes import Ran

STRANGE = (
    f"{FIRST}:{DAY}:split:2",
    f"{SECOND}:{DAY}:halted",
    f"{THIRD}:{DAY}:limit_up",
    f"{FOURTH}:{DAY}:administrative",
    f"{SOLD}:{DAY}:limit_down",
    f"{ALSO_SOLD}:{DAY}:split:5",
)


def telling(*stories: str) -> tuple[str, ...]:
    return tuple(part for story in stories for part in ("--story", story))


@dataclass(frozen=True, slots=True, kw_only=True)
class Strange:
    """What the morning of the strange day left, and its evening."""

    morning: Ran
    lines: dict[str, dict[str, Any]]
    stuck: list[dict[str, Any]]
    evening: Ran
    ends: dict[str, str]
    records: dict[str, OrderRecord]
    taken: list[tuple[str, str, int]]
    shares: dict[str, int]
    sent: int
    cancelled: int


@pytest.fixture(scope="module")
def strange(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Strange:
    folder = tmp_path_factory.mktemp("strange")
    with a_scene(prepared, folder, *telling(*STRANGE)) as scene:
        morning = scene.execute()
        lines, stuck = scene.lines, scene.report["stuck"]
        return Strange(
            morning=morning,
            lines=lines,
            stuck=stuck,
            evening=scene.execute(at=AFTER_THE_CLOSE),
            ends=scene.ends,
            records=scene.records,
            taken=scene.taken(AFTER_THE_CLOSE),
            shares=scene.shares(AFTER_THE_CLOSE),
            sent=scene.sent(),
            cancelled=scene.calls("change"),
        )


def test_a_strange_morning_ends_well_with_only_two_orders_sent(
    strange: Strange,
) -> None:
    assert (strange.morning.code, strange.evening.code) == (0, 0), strange.morning.err
    assert strange.taken == [(SOLD, "sell", HELD), (THIRD, "buy", BOUGHT)]
    assert strange.sent == 2


def test_a_halted_symbol_is_not_bought(strange: Strange) -> None:
    line = strange.lines[SECOND]

    assert (line["end"], line["reason"]) == ("SKIPPED", "halted")
    assert SECOND not in strange.records


def test_a_symbol_marked_administrative_since_this_morning_is_not_bought(
    strange: Strange,
) -> None:
    line = strange.lines[FOURTH]

    assert (line["end"], line["reason"]) == ("SKIPPED", "designated")
    assert FOURTH not in strange.records


def test_a_symbol_that_opens_limit_up_is_never_chased(strange: Strange) -> None:
    line, record = strange.lines[THIRD], strange.records[THIRD]

    assert line["end"] == "CANCELLED"
    assert [each["warning"] for each in line["warnings"]] == ["open_above_limit"]
    # The plan's reference of 105,700 won and 3 percent, on the grid.
    assert record.order.limit_price == 108_800
    assert record.state is OrderState.CANCELLED
    assert strange.cancelled == 1
    assert THIRD not in strange.shares


def test_a_split_overnight_stops_a_buy_whose_reference_is_of_other_shares(
    strange: Strange,
) -> None:
    line = strange.lines[FIRST]

    assert (line["end"], line["reason"]) == ("SKIPPED", "base_price_moved")


def test_a_split_overnight_freezes_the_sale_of_managed_shares(
    strange: Strange,
) -> None:
    line = strange.lines[ALSO_SOLD]

    assert (line["end"], line["reason"]) == ("SKIPPED", "quantity_changed")
    assert strange.shares[ALSO_SOLD] == 5 * HELD


def test_a_sale_that_cannot_fill_rests_and_is_settled_by_the_next_run(
    strange: Strange,
) -> None:
    line = strange.lines[SOLD]

    assert line["end"] == "OPEN"
    assert [each["warning"] for each in line["warnings"]] == ["open_at_lower_limit"]
    assert "대기 1건" in strange.morning.out
    assert strange.ends[SOLD] == "EXPIRED"
    assert strange.records[SOLD].state is OrderState.EXPIRED
    assert strange.shares[SOLD] == HELD


def test_what_could_not_be_sold_is_shown_as_money_that_is_stuck(
    strange: Strange,
) -> None:
    assert [each["symbol"] for each in strange.stuck] == [SOLD, ALSO_SOLD]
    assert "묶인 금액" in strange.morning.out


def test_a_mark_is_a_reason_to_leave_and_only_a_halt_stops_a_sale(
    prepared: Prepared, tmp_path: Path
) -> None:
    stories = telling(f"{SOLD}:{DAY}:halted", f"{ALSO_SOLD}:{DAY}:administrative")
    with a_scene(prepared, tmp_path, *stories) as scene:
        ran = scene.execute()
        line = scene.lines[SOLD]

        assert ran.code == 0, ran.err
        assert (line["end"], line["reason"]) == ("SKIPPED", "halted")
        assert scene.ends[ALSO_SOLD] == "FILLED"
        assert scene.shares()[SOLD] == HELD
        assert scene.sent() == 5
