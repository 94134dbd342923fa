"""Options of the tests that leave this machine, for a person who asks for it."""

import os
import signal
from datetime import datetime
from pathlib import Path

import pytest

from khms_trader.market.calendar import SEOUL


def pytest_configure() -> None:
    """Let no test depend on how pytest itself was started (``uv run`` says so)."""
    os.environ.pop("UV_RUN_RECURSION_DEPTH", None)
    # A shell's background job is deaf to Ctrl+C, and so would be all it starts.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("kis_virtual", "a virtual account of your own at KIS")
    group.addoption(
        "--kis-home",
        type=Path,
        metavar="FOLDER",
        help="the folder with your secrets.yaml; use it with -m kis_virtual",
    )
    group.addoption(
        "--record",
        type=Path,
        metavar="FOLDER",
        help="where what KIS answers is kept, without keys, tokens and account number",
    )
    group.addoption(
        "--allow-orders",
        action="store_true",
        help="let one order be placed far below the market, seen and cancelled",
    )
    group.addoption(
        "--kis-symbol",
        default="229200",
        metavar="SYMBOL",
        help="what to read and order (default: 229200, a cheap ETF)",
    )
    group.addoption(
        "--kis-at",
        type=_moment,
        metavar="TIME",
        help="start the clock there; for a practice server on this machine only",
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=SEOUL)
