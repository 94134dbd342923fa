"""A person who waits is told for what; telling costs the run no time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from pathlib import Path

import pytest

from execution.practice_desk import a_practice_desk, swap_plan
from fakes import Answer, Workbench, a_workbench, plan_of
from khms_trader.execution.execute import execute

ONE, TWO, OWNED = "100000", "200000", "300000"


class Told:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.steps: list[tuple[int, int, str]] = []
        self.waits: list[tuple[int, str, timedelta]] = []
        self.phases: list[str] = []

    def step(self, done: int, total: int, what: str) -> None:
        self.steps.append((done, total, what))
        self.phases.append(what)

    def wait(self, count: int, what: str, at_most: timedelta) -> None:
        self.waits.append((count, what, at_most))
        self.phases.append(what)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with a_workbench(tmp_path) as bench:
        yield bench


def told_by(bench: Workbench) -> Told:
    told = Told()
    execute(replace(bench.desk, progress=told))
    return told


def test_every_phase_is_told_in_its_order(bench: Workbench) -> None:
    bench.own(OWNED)
    bench.broker.fills = {TWO: 4}
    bench.plans.save(plan_of(buys=f"{ONE} {TWO}", sells=OWNED))

    phases = [phase for phase, _ in groupby(told_by(bench).phases)]

    assert phases == [
        *("account", "quotes", "sells", "quotes", "buys", "fills", "cancels", "end"),
    ]


def test_each_order_and_each_price_is_counted(bench: Workbench) -> None:
    bench.plans.save(plan_of(buys=f"{ONE} {TWO}"))

    steps = told_by(bench).steps

    assert [s for s in steps if s[2] == "quotes"] == [
        (0, 2, "quotes"),
        (1, 2, "quotes"),
    ]
    assert [s for s in steps if s[2] == "buys"] == [(0, 2, "buys"), (1, 2, "buys")]


def test_a_wait_says_how_many_are_open_and_how_long_at_most(bench: Workbench) -> None:
    bench.broker.fills = {ONE: 0, TWO: 4}
    bench.plans.save(plan_of(buys=f"{ONE} {TWO} 400000"))

    waits = told_by(bench).waits

    assert waits[0] == (2, "fills", timedelta(seconds=300))
    assert waits[60] == (2, "fills", timedelta(seconds=240))
    assert {what for _, what, _ in waits} == {"fills"}


def test_an_unknown_outcome_is_waited_for_under_its_own_name(bench: Workbench) -> None:
    bench.broker.answers = {ONE: [Answer.LOSE_UNPLACED]}
    bench.plans.save(plan_of(buys=ONE))

    waits = told_by(bench).waits

    assert {(count, what) for count, what, _ in waits} == {(1, "resolve")}
    assert waits[0][2] == timedelta(seconds=30)
    assert waits[10][2] == timedelta(seconds=20)


def test_being_watched_changes_no_moment_of_an_order(tmp_path: Path) -> None:
    moments = []
    for name, told in (("plain", None), ("watched", Told())):
        with a_practice_desk(tmp_path / name, sold=(ONE,)) as desk:
            desk.plans.save(swap_plan(sold=(ONE,), bought=(TWO,)))
            one = desk.desk()
            execute(one if told is None else replace(one, progress=told))
            records = desk.journal.order_records()
            moments.append([(r.key.symbol, r.intended_at) for r in records])

    assert moments[0] == moments[1]
