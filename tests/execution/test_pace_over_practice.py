"""Eight sells and eight buys at the virtual pace: how long, and how many requests."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from execution.practice_desk import KEPT, a_practice_desk, swap_plan
from khms_trader.domain.order import OrderState
from khms_trader.execution.execute import execute
from khms_trader.execution.warm_up import WarmUp, warm_up
from khms_trader.planning.executed import Execution

LAG = timedelta(seconds=3)


def warmed_and_executed(folder: Path) -> tuple[WarmUp, Execution, list[str]]:
    """Return what was ready before the trigger, what came of it, and its calls."""
    with a_practice_desk(folder, kept=KEPT, lag=LAG) as desk:
        desk.faults.add("any:*:slow:0.5")
        desk.plans.save(swap_plan())
        one = desk.desk()
        ready = warm_up(one)
        before = len(desk.practice.server.log.seen)
        execution = execute(one)
        assert set(desk.states().values()) == {OrderState.FILLED}
        calls = [seen.call for seen in desk.practice.server.log.seen]
        return ready, execution, calls[before:]


def executed(folder: Path, kept: tuple[str, ...] = ()) -> tuple[Execution, list[str]]:
    """Return what came of a run, and the calls the server saw."""
    with a_practice_desk(folder, kept=kept, lag=LAG) as desk:
        # Half a second of network for every request.
        desk.faults.add("any:*:slow:0.5")
        execution = desk.execute(swap_plan())
        assert set(desk.states().values()) == {OrderState.FILLED}
        return execution, [seen.call for seen in desk.practice.server.log.seen]


@pytest.mark.parametrize("kept", [(), KEPT])
def test_the_last_order_leaves_within_a_minute_of_the_start(
    tmp_path: Path, kept: tuple[str, ...]
) -> None:
    execution, _ = executed(tmp_path, kept)

    assert execution.report is not None
    (run,) = execution.report.runs
    print(dict(run.steps))  # noqa: T201 - pytest -s shows the parts
    assert run.last_order is not None
    assert 40 < run.last_order <= 60


def test_the_last_order_leaves_within_45_seconds_when_the_inputs_are_warm(
    tmp_path: Path,
) -> None:
    ready, execution, calls = warmed_and_executed(tmp_path)

    assert len(ready.opened) == 16
    assert ready.waiting == ()
    assert ready.problem == ""
    assert execution.report is not None
    (run,) = execution.report.runs
    assert run.last_order is not None
    assert 25 < run.last_order <= 45
    assert calls.count("price") == 0
    assert calls.count("token") == 0


def test_every_part_of_a_run_is_told(tmp_path: Path) -> None:
    execution, _ = executed(tmp_path)

    assert execution.report is not None
    (run,) = execution.report.runs
    seconds = [took for _, took in run.steps if took is not None]
    assert len(seconds) == len(run.steps)
    assert seconds == sorted(seconds)
    text = Path(execution.report_path).read_text("utf-8")
    assert "| 계좌 읽음 |" in text
    assert "| 끝 |" in text


def test_no_order_costs_more_than_itself_and_a_price(tmp_path: Path) -> None:
    _, calls = executed(tmp_path)

    first_sell, first_buy = calls.index("sell"), calls.index("buy")
    baseline = ["token", "balance", "buying_power", "orders"]
    assert calls[:first_sell] == [*baseline, *["price"] * 8]
    assert calls[first_sell:first_buy] == [
        *["sell"] * 8,
        *["price"] * 8,
        "orders",
        "buying_power",
    ]
    after = calls[first_buy + 8 :]
    assert calls[first_buy : first_buy + 8] == ["buy"] * 8
    assert after[-2:] == ["balance", "buying_power"]
    # The list is three seconds late; sixteen orders fill two of its pages.
    assert after[:-2] == ["orders"] * 3


def test_what_needs_no_sale_reads_the_cash_once(tmp_path: Path) -> None:
    with a_practice_desk(tmp_path, sold=()) as desk:
        desk.execute(swap_plan(sold=()))

        assert desk.count("buying_power") == 2
        assert desk.count("balance") == 2


def test_a_late_list_is_asked_no_faster_than_the_pace(tmp_path: Path) -> None:
    with a_practice_desk(tmp_path, sold=()) as desk:
        desk.faults.add("orders:*:no_rows")
        desk.execute(swap_plan(sold=(), bought=("200000",)))
        seen = desk.practice.server.log.seen

    gaps = [later.seconds - earlier.seconds for earlier, later in pairwise(seen)]
    assert min(gaps) >= 1.1 - 1e-6
    assert not any(entry.code.startswith("EGW") for entry in seen)


def test_a_list_in_trouble_is_asked_less_and_less_often(tmp_path: Path) -> None:
    with a_practice_desk(tmp_path, sold=()) as desk:
        desk.faults.add("orders:*:no_rows")
        desk.execute(swap_plan(sold=(), bought=("200000",)))

        # Three pages at most for each of the polls of 330 seconds.
        assert desk.count("orders") < 120
