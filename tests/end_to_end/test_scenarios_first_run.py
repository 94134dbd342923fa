"""The first-run drill: every script, with keys, on an account nobody ever used.

Whatever a person starts first, and however, nothing is ordered.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pytest

from end_to_end.scenarios import DAY, EVENING, MORNING, Scene, home_for
from practice_server import Serving, practice_server
from processes import PROJECT, Ran, make_home, run_script

EXECUTE: Final = "execute_next_open_plan.py"
FOREVER: Final = "run_virtual_next_open_forever.py"
SELL_OUT: Final = "tools/sell_out_legacy.py"
AT: Final = ("--at", MORNING)
HELD: Final = ("700370", "700660")
BARS: Final = (
    "date,ticker,open,high,low,close,volume\n"
    "2025-07-21,123450,9000,9100,8900,9000,1000\n"
    "2025-07-22,123450,9000,9100,8900,9000,1000\n"
)

# Every script a person may start, in the order of a first day; the last one confirms.
STEPS: Final[tuple[tuple[int, str, tuple[str, ...]], ...]] = (
    (0, "tools/doctor.py", ("--at", EVENING)),
    (0, "run_virtual_live.py", ("--at", EVENING)),
    (0, "prepare_next_open_plan.py", ("--universe-limit", "20", "--at", EVENING)),
    (3, EXECUTE, AT),
    (3, EXECUTE, ("--dry-run", *AT)),
    (0, "run_virtual_live.py", AT),
    (0, "tools/watchdog.py", AT),
    (4, "tools/watchdog.py", ("--at", f"{DAY}T09:07")),
    (0, SELL_OUT, AT),
    (0, SELL_OUT, ("--all", *AT)),
    (3, SELL_OUT, ("--all", "--confirm", *AT)),
    (3, SELL_OUT, ("--symbol", HELD[0], "--confirm", *AT)),
    (0, SELL_OUT, ("--adopt", HELD[1], "--confirm", *AT)),
    (3, EXECUTE, AT),
    (0, "tools/resolve_order.py", AT),
    (0, "tools/halt.py", ("on",)),
    (0, "tools/halt.py", ("status",)),
    (3, EXECUTE, AT),
    (0, "tools/halt.py", ("off",)),
    (3, FOREVER, ("--once", "--at", f"{DAY}T09:02")),
    # Its pages are looked at in tests/browser; it opens nothing that could order.
    (2, "run_dashboard.py", ()),
    (0, "tools/import_bars.py", ("bars.csv", "--basis", "raw")),
    (0, "tools/replay.py", ("--from", "2025-07-21", "--to", DAY)),
    (0, EXECUTE, ("--confirm-first-run", "--at", f"{DAY}T20:00")),
)
SIMULATOR: Final = "tools/run_kis_simulator.py"
SETTINGS: Final = """\
broker: {provider: korea_invest, env: %s}
kis: {requests_per_sec: 50}
"""
# What orders or changes an order, whatever the server thinks of it.
ORDERS: Final = {"buy", "sell", "order", "change", "order-cash", "order-rvsecncl"}
READ_SAFELY: Final = {
    *("token", "balance", "buying_power", "orders", "price", "master", "period_bars"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """A first day as it went."""

    ran: list[tuple[str, int, Ran]]
    calls: list[str]
    orders: list[object]


@contextmanager
def serving(folder: Path) -> Iterator[Serving]:
    held = tuple(f"--holding={symbol}:10" for symbol in HELD)
    options = ("--follow-client", "--requests-per-sec", "1000", "--real-port", "0")
    home = make_home(folder / "server")
    with practice_server(home, "--at", EVENING, *options, *held) as server:
        yield server


def calls_of(server: Serving) -> list[str]:
    return [seen["call"] for seen in server.requests()["requests"]]


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory) -> Drill:
    folder = tmp_path_factory.mktemp("first_run")
    with serving(folder) as server:
        home = home_for(folder / "home", server.virtual, SETTINGS % "virtual")
        (home / "bars.csv").write_text(BARS, encoding="utf-8")
        ran = [
            (
                f"{name} {' '.join(arguments)}",
                code,
                run_script(name, *arguments, home=home),
            )
            for code, name, arguments in STEPS
        ]
        with practice_server(home, "--at", EVENING):
            pass
        Scene(home=home, server=server, ran=[each for _, _, each in ran]).check()
        orders = server.account(f"{DAY}T20:00:00+09:00")["orders"]
        return Drill(ran=ran, calls=calls_of(server), orders=orders)


def test_no_script_orders_anything_on_an_account_nobody_ever_used(
    drill: Drill,
) -> None:
    assert drill.orders == []
    assert set(drill.calls) & ORDERS == set()
    # Every other call is known, so that a new one is looked at here first.
    assert set(drill.calls) == READ_SAFELY


def test_each_of_them_ends_as_it_should(drill: Drill) -> None:
    wrong = {
        what: (ran.code, ran.err or ran.out)
        for what, code, ran in drill.ran
        if ran.code != code
    }

    assert wrong == {}


def test_the_drill_leaves_no_script_out() -> None:
    scripts = (PROJECT / "scripts").rglob("*.py")
    names = {path.relative_to(PROJECT / "scripts").as_posix() for path in scripts}

    assert names == {name for _, name, _ in STEPS} | {SIMULATOR}


@pytest.mark.long
def test_keys_of_a_real_account_order_nothing_either(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        home = home_for(tmp_path / "home", server.real, SETTINGS % "real", env="real")
        ran = [
            run_script(name, *arguments, home=home)
            for name, arguments in (
                (EXECUTE, AT),
                (EXECUTE, ("--confirm-first-run", *AT)),
                (SELL_OUT, ("--all", "--confirm", *AT)),
                (FOREVER, ("--once", "--confirm-first-run", *AT)),
            )
        ]
        calls = calls_of(replace(server, virtual=server.real))

    assert not [each.code for each in ran if each.code in {0, 1}]
    assert "token" in calls
    assert set(calls) & ORDERS == set()
