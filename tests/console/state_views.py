"""Views of the state check to show, and what a person then reads."""

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

from rich.console import Console

from builders import an_account, at
from khms_trader.console.screen import Screen
from khms_trader.console.state_check import show_state
from khms_trader.market.calendar import Calendar
from khms_trader.planning.refusals import Refusal
from khms_trader.planning.state_market import Job, NextJob, market_now
from khms_trader.planning.state_view import (
    Connection,
    Now,
    Settling,
    StateView,
    Verdict,
)

NOW = at("09:05:12")
CONNECTION = Connection(
    kind="virtual",
    latency_seconds=0.231,
    clock_offset_seconds=-0.4,
    token_issued_at=NOW - timedelta(hours=17, minutes=24),
    token_expires_at=NOW + timedelta(hours=6, minutes=36),
)
HALTED = Refusal(code="halted", facts={"path": "data/state/HALT"})


def a_view(**changes: Any) -> StateView:  # noqa: ANN401 - any field of the view
    view = StateView(
        at=NOW,
        connection=CONNECTION,
        account=replace(an_account(), account="virtual-0a1b2c3d"),
        is_confirmed=True,
        held=(),
        differences=(),
        orders=(),
        settling=Settling.NOTHING_OPEN,
        unknown=(),
        market=market_now(Calendar(), NOW),
        next_job=NextJob(job=Job.EXECUTE),
        now=Now(verdict=Verdict.TRADES),
        quote_limit=10,
    )
    return replace(view, **changes)


def shown(
    view: StateView,
    *,
    quiet: bool = False,
    terminal: bool = False,
    is_keyless: bool = False,
) -> str:
    out = io.StringIO()
    console = Console(file=out, width=80, force_terminal=terminal, color_system=None)
    show_state(view, Screen(console, quiet=quiet), is_keyless=is_keyless)
    return out.getvalue()


def line_with(text: str, view: StateView) -> str:
    (found,) = (line for line in shown(view).splitlines() if text in line)
    return found.strip()
