"""Over HTTP: the user's own trades in the app, and two commands at once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from end_to_end.scenarios import (
    AFTER_THE_CLOSE,
    ALSO_SOLD,
    BOUGHT,
    DAY,
    EVERY_LINE,
    EXECUTE,
    FIRST,
    HELD,
    LATER,
    MORNING,
    SOLD,
    App,
    Prepared,
    Scene,
    a_scene,
)
from processes import DEADLINE_SECONDS, PROJECT

BEFORE: str = f"{DAY}T09:00:20+09:00"
MEANWHILE: str = f"{DAY}T09:01:20+09:00"
ALL_FILLED = dict.fromkeys(EVERY_LINE, "FILLED")


def test_shares_a_person_traded_in_the_app_are_left_alone(
    prepared: Prepared, tmp_path: Path
) -> None:
    with a_scene(prepared, tmp_path) as scene:
        app = App(scene)
        app.order("sell", ALSO_SOLD, HELD, at=BEFORE)
        app.order("buy", SOLD, 3, at=BEFORE)
        app.order("buy", FIRST, 1, at=BEFORE)
        ran, again = scene.execute(), scene.execute(at=LATER)
        lines, foreign = scene.lines, scene.report["foreign"]

        assert (ran.code, again.code) == (0, 0), ran.err + again.err
        by_hand = [each["row"]["symbol"] for each in foreign]
        assert by_hand == [ALSO_SOLD, SOLD, FIRST]
        assert not any(each["looks_like_ours"] for each in foreign)
        assert "외부" in ran.out
        assert lines[ALSO_SOLD]["reason"] == "not_held"
        assert lines[FIRST]["reason"] == "held_outside"
        assert lines[SOLD]["order"]["quantity"] == HELD
        assert [each["warning"] for each in lines[SOLD]["warnings"]] == ["held_more"]
        assert scene.shares()[SOLD] == 3
        assert scene.sent() == 4


def test_an_equal_order_made_by_hand_in_the_same_window_is_never_adopted_by_guess(
    prepared: Prepared, tmp_path: Path
) -> None:
    faults = ("--fault", "buy:1:lost", "--fault", "orders:*:no_rows")
    with a_scene(prepared, tmp_path, *faults) as scene:
        app = App(scene)
        blind = scene.execute()
        # The person sees the order missing in our report and places it in the app.
        limit = scene.records[FIRST].order.limit_price or 0
        app.order("buy", FIRST, BOUGHT, price=limit, at=MEANWHILE)
        scene.misbehave()
        seeing = scene.execute(at=LATER)
        line, foreign = scene.lines[FIRST], scene.report["foreign"]
        closed = scene.execute(at=AFTER_THE_CLOSE)

        assert [blind.code, seeing.code, closed.code] == [5, 5, 5], closed.err
        assert (line["end"], line["detail"]) == ("UNCONFIRMED", "ambiguous")
        assert [each["row"]["symbol"] for each in foreign] == [FIRST, FIRST]
        assert all(each["looks_like_ours"] for each in foreign)
        assert scene.ends == {**ALL_FILLED, FIRST: "UNCONFIRMED"}
        assert scene.shares()[FIRST] == 2 * BOUGHT
        assert scene.sent() == 6


@pytest.mark.skipif(os.name == "nt", reason="stops a process by signal")
def test_of_two_commands_at_once_one_is_turned_away_and_orders_leave_once(
    prepared: Prepared, tmp_path: Path
) -> None:
    with a_scene(prepared, tmp_path, "--fault", "balance:1:slow:3") as scene:
        with stopped_in_the_middle(scene) as first:
            second = scene.execute()
        said, errors = first.communicate(timeout=DEADLINE_SECONDS)

        assert (first.returncode, second.code) == (0, 6), errors + second.err
        assert "743290" in said
        assert scene.ends == ALL_FILLED
        assert len(scene.taken()) == scene.sent() == 6


@contextmanager
def stopped_in_the_middle(scene: Scene) -> Iterator["subprocess.Popen[str]"]:
    """Run the morning's command, and let it stand still while it asks the server."""
    process = subprocess.Popen(
        [sys.executable, str(PROJECT / "scripts" / EXECUTE), "--at", MORNING],
        env={
            **os.environ,
            "KHMS_HOME": str(scene.home),
            "PYTHONIOENCODING": "utf-8",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not scene.calls("token"):
        assert time.monotonic() < deadline, "nothing was asked"
        time.sleep(0.05)
    process.send_signal(signal.SIGSTOP)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
