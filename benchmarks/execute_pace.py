"""How long a morning takes: from the trigger to the last order, part by part.

    uv run python benchmarks/execute_pace.py

Eight sells and eight buys over the HTTP practice server at KIS's official pace, in real
time: once by hand (everything is read after the trigger) and once warm (token, account
and prices were read in the minute before it). Takes about two minutes. Beside each
stands what the pace alone asks of the requests that were made: nobody can be faster
without asking less.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import requests

from khms_trader.bootstrap.execute import desk_opened
from khms_trader.bootstrap.options import RunOptions, account_of
from khms_trader.clock import SystemClock
from khms_trader.config.home import Folders
from khms_trader.config.load import load_secrets, load_settings
from khms_trader.data.sample.market import SampleMarket
from khms_trader.domain.events import AccountConfirmed, HoldingAdopted
from khms_trader.domain.plan import BarsState, BuyLine, Plan, SellLine, StrategyUsed
from khms_trader.domain.quote import Quote
from khms_trader.domain.report import RunParts
from khms_trader.execution.execute import execute
from khms_trader.execution.warm_up import warm_up
from khms_trader.market.calendar import SEOUL, Calendar
from khms_trader.planning.document import seal
from khms_trader.storage.journal import SqliteJournal
from khms_trader.storage.plan_store import PlanFiles

ROOT: Final = Path(__file__).resolve().parents[1]
SERVER: Final = ROOT / "scripts/tools/run_kis_simulator.py"
EXECUTE: Final = ROOT / "scripts/execute_next_open_plan.py"
ASOF: Final = date(2025, 7, 25)
SESSION: Final = date(2025, 7, 28)
TRIGGER: Final = datetime(2025, 7, 28, 9, 1, tzinfo=SEOUL)
LINES: Final = 8
SHARES: Final = 10
REQUEST_SECONDS: Final = 1.1
ORDER_SECONDS: Final = 1.5
_ORDERS: Final = ("sell", "buy")
_KEYS: Final = {
    "app_key": "PSbenchmark0000over0000http000000000",
    "app_secret": "benchmark/over+http=" * 9,
    "account_no": "50777711",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """One measured run.

    Attributes:
        parts: seconds from the trigger to the end of each part; None where it had none.
        least: seconds that the pace asks of the requests up to the last order.
        calls: what was asked up to the last order.
    """

    name: str
    parts: tuple[tuple[str, float | None], ...]
    last_order: float
    least: float
    calls: tuple[str, ...]


def sound_issues(count: int) -> tuple[Quote, ...]:
    """Return quotes of ``count`` issues of the sample market that trade as planned."""
    market = SampleMarket(Calendar())
    found = []
    for instrument in market.instruments(ASOF):
        quote = market.opening_quote(instrument.symbol, SESSION)
        if quote is None or quote.designations or quote.open_price is None:
            continue
        moved = abs(quote.open_price - quote.base_price) / quote.base_price
        if moved < 0.02 and quote.base_price < 50_000 and quote.split_ratio == 1:
            found.append(quote)
    return tuple(found[:count])


def plan_for(account: str, quotes: Sequence[Quote]) -> Plan:
    """Return a plan that sells the first half of ``quotes`` and buys the other."""
    sold, bought = quotes[:LINES], quotes[LINES:]
    plan = Plan(
        plan_id="",
        generated_at=datetime(2025, 7, 25, 15, 40, tzinfo=SEOUL),
        data_asof=ASOF,
        bars=BarsState.FINAL,
        for_trading_day=SESSION,
        account=account,
        data_source="practice",
        universe_file="kosdaq_20250725.csv",
        slots_free=LINES,
        strategy=StrategyUsed(name="trend_momentum", params={}),
        config_hash="0123456789ab",
        buys=tuple(
            BuyLine(
                symbol=quote.symbol,
                name=quote.name,
                quantity=SHARES,
                reference_price=quote.base_price,
                rank=rank,
                score=float(LINES - rank),
                traded_value_20d=1_000_000_000,
            )
            for rank, quote in enumerate(bought, start=1)
        ),
        sells=tuple(
            SellLine(
                symbol=quote.symbol,
                name=quote.name,
                reference_price=quote.base_price,
                held=True,
            )
            for quote in sold
        ),
    )
    return seal(plan)


@contextmanager
def serving(folder: Path, quotes: Sequence[Quote]) -> Iterator[str]:
    """Serve an account that holds the first half of ``quotes``; yield the address."""
    folder.mkdir()
    (folder / "settings.yaml").write_text("{}\n", encoding="utf-8")
    held = [f"--holding={quote.symbol}:{SHARES}" for quote in quotes[:LINES]]
    arguments = ("--port", "0", "--follow-client", "--at", "2025-07-25T15:40")
    process = subprocess.Popen(
        [sys.executable, str(SERVER), *arguments, "--cash", "100000000", *held],
        env={**os.environ, "KHMS_HOME": str(folder), "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        yield "http://" + line.partition("http://")[2].strip()
    finally:
        process.terminate()
        process.communicate()


def options_for(home: Path, address: str, quotes: Sequence[Quote]) -> RunOptions:
    """Make ``home`` that of a confirmed account with a plan for the morning."""
    home.mkdir()
    settings_file = home / "settings.yaml"
    settings_file.write_text("broker: {provider: korea_invest}\n", encoding="utf-8")
    secrets_file = home / "secrets.yaml"
    keys = {"korea_invest": {"virtual": {**_KEYS, "base_url": address}}}
    secrets_file.write_text(json.dumps(keys), encoding="utf-8")
    secrets_file.chmod(0o600)
    folders = Folders(home)
    settings, secrets = load_settings(home), load_secrets(home)
    account = account_of(settings, secrets, folders)
    PlanFiles(folders.plans).save(plan_for(account, quotes))
    evening = datetime(2025, 7, 25, 16, tzinfo=SEOUL)
    adopted = [
        HoldingAdopted(
            at=evening,
            account=account,
            session=ASOF,
            symbol=quote.symbol,
            quantity=SHARES,
        )
        for quote in quotes[:LINES]
    ]
    journal = folders.state(account) / "journal.sqlite3"
    with closing(SqliteJournal(journal, account=account)) as opened:
        opened.append(
            AccountConfirmed(at=evening, account=account, session=ASOF), *adopted
        )
    return RunOptions(
        home=home,
        settings=settings,
        clock=SystemClock(TRIGGER),
        secrets=secrets,
        account=account,
    )


def measure(folder: Path, quotes: Sequence[Quote], *, is_warm: bool) -> Morning:
    """Live one morning in ``folder``."""
    folder.mkdir()
    with serving(folder / "server", quotes) as address:
        options = options_for(folder / "home", address, quotes)
        if is_warm:
            return run_warm(options, address)
        return run_by_hand(options, address)


def run_by_hand(options: RunOptions, address: str) -> Morning:
    """Run the script as a person does; its own start counts too."""
    begun = time.monotonic()
    subprocess.run(
        [sys.executable, str(EXECUTE), "--quiet", "--at", f"{TRIGGER:%Y-%m-%dT%H:%M}"],
        env={**os.environ, "KHMS_HOME": str(options.home)},
        check=True,
    )
    whole = time.monotonic() - begun
    (path,) = options.folders.reports.glob("*.json")
    (run,) = json.loads(path.read_text(encoding="utf-8"))["runs"]
    began_at = datetime.fromisoformat(run.pop("began_at"))
    parts = RunParts(began_at=began_at, **run)
    starting = whole - (parts.ended or 0.0)
    return morning_of("by hand", parts, requests_seen(address), starting=starting)


def run_warm(options: RunOptions, address: str) -> Morning:
    """Warm a desk up and execute with it, as a scheduler would."""
    with desk_opened(options) as desk:
        begun = time.monotonic()
        ready = warm_up(desk)
        print(
            f"warmed up in {time.monotonic() - begun:.1f} s: "
            f"{len(ready.opened)} prices known, {len(ready.waiting)} not"
        )
        before = len(requests_seen(address))
        execution = execute(desk, began_at=options.clock.now())
    if execution.report is None:
        message = f"nothing was executed: {execution.outcome}"
        raise RuntimeError(message)
    (parts,) = execution.report.runs
    return morning_of("warm", parts, requests_seen(address)[before:])


def requests_seen(address: str) -> list[str]:
    """Return the calls that the server at ``address`` was asked, in order."""
    answer = requests.get(f"{address}/practice/requests", timeout=20)
    told: dict[str, Any] = answer.json()
    return [str(request["call"]) for request in told["requests"]]


def morning_of(
    name: str, parts: RunParts, calls: Sequence[str], *, starting: float = 0.0
) -> Morning:
    """Return the figures of a run that asked ``calls``."""
    last = max(place for place, call in enumerate(calls) if call in _ORDERS)
    asked = tuple(calls[: last + 1])
    gaps = (
        ORDER_SECONDS if {*pair} & {*_ORDERS} else REQUEST_SECONDS
        for pair in pairwise(asked)
    )
    return Morning(
        name=name,
        parts=(
            ("시작", starting),
            *((part, s if s is None else s + starting) for part, s in parts.steps),
        ),
        last_order=(parts.last_order or 0.0) + starting,
        least=sum(gaps),
        calls=asked,
    )


def main() -> None:
    """Print the figures."""
    quotes = sound_issues(2 * LINES)
    with tempfile.TemporaryDirectory() as folder:
        for is_warm in (False, True):
            place = Path(folder) / ("warm" if is_warm else "by-hand")
            show(measure(place, quotes, is_warm=is_warm))


def show(morning: Morning) -> None:
    """Print one run."""
    print(f"{morning.name}: {LINES} sells and {LINES} buys, seconds from the trigger")
    for part, seconds in morning.parts:
        print(f"  {part:<12} {'-' if seconds is None else f'{seconds:5.1f}'}")
    print(
        f"  last order after {morning.last_order:.1f} s; the pace alone asks "
        f"{morning.least:.1f} s of {len(morning.calls)} requests "
        f"(x {morning.last_order / morning.least:.2f})"
    )


if __name__ == "__main__":
    main()
