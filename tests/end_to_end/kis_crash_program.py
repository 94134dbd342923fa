"""Executes a plan over practice servers and dies by SIGKILL at named points.

Run with a folder: for every point a home of that name is made there and a server of
its own started; the morning's command dies at the point, runs again, and the evening
follows. All are forked from one warm program, because fresh interpreters for each would
take minutes; what they run is what the scripts run, and nothing of it is replaced.

A point is an event that Python or SQLite announces before it happens (a statement, a
request, a file opened or renamed): after one write is before the next event.
"""

import json
import os
import signal
import socket
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from importlib import import_module
from pathlib import Path
from sqlite3 import Connection, ProgrammingError
from typing import Any, Final

import requests
import uvicorn

from fakes import ASOF, CALENDAR, NO_COSTS, SESSION, a_buy, a_plan, a_sell, at
from khms_trader.bootstrap.options import account_of
from khms_trader.cli import execute, prepare, state_check
from khms_trader.clock import SystemClock
from khms_trader.config.home import Folders
from khms_trader.config.load import load_secrets, load_settings
from khms_trader.domain.events import AccountConfirmed, HoldingAdopted
from khms_trader.planning.document import seal
from khms_trader.simulator.asgi import PracticeAsgi
from khms_trader.simulator.exchange import Exchange
from khms_trader.simulator.faults import FaultPlan, parse_fault
from khms_trader.simulator.market import PracticeMarket
from khms_trader.simulator.orders import Seed
from khms_trader.simulator.rules import Limits, ServerRules, TokenRules
from khms_trader.simulator.server import PracticeServer
from khms_trader.storage.journal import SqliteJournal
from khms_trader.storage.plan_store import PlanFiles
from processes import PROJECT
from simulator.practice import Market, held

OWNED, ONE, TWO = "300000", "100000", "200000"
"""Ten shares each: the first is sold, the others are bought."""

EXECUTE: Final = "execute_next_open_plan.py"
COMMANDS: Final[Mapping[str, Callable[[Sequence[str]], int]]] = {
    EXECUTE: execute.main,
    "prepare_next_open_plan.py": prepare.main,
    "run_virtual_live.py": state_check.main,
}
MORNING, RERUN = "2026-03-04T09:01", "2026-03-04T09:05"
EVENING, LATER = "2026-03-04T16:10", "2026-03-04T16:15"

# The morning's commits by what they write, as often as the plan has them.
COMMITS: Final = {"append": 2, "intend": 3, "attempt": 3, "accept": 3, "fill": 3}
REQUESTS: Final = ("headers", "body", "unanswered")
POINTS: Final = (
    *("holder-1", "plan-1", "token-1", "gate-1", "gate-7"),
    *(f"{kind}-{n}" for kind, times in COMMITS.items() for n in range(1, times + 1)),
    *(f"{kind}-{n}" for kind in REQUESTS for n in range(1, 4)),
    *("draft-1", "report-1", "draft-2", "report-2"),
)
NOWHERE: Final = "nowhere-1"
TWICE: Final = "two-at-once"

_SLOW: Final = ("sell:1:slow:0.5", "buy:*:slow:0.5")
_WORKERS: Final = 3
_DYING_SECONDS: Final = 0.2
_LOOK_SECONDS: Final = 20
_SETTINGS: Final = """\
broker: {provider: korea_invest}
kis: {requests_per_sec: 100}
execution: {fill_wait_sec: 1, sell_wait_sec: 1, resolve_sec: 1}
"""
_KEYS: Final = {
    "app_key": "PScrashes0000over0000http00000000000",
    "app_secret": "crashes/over+http=" * 10,
    "account_no": "50112299",
}


class Death:
    """Listens to what the process announces, and kills it before one of the events."""

    def __init__(self, point: str) -> None:
        """Die at ``point``: a kind of event and its number, from 1."""
        self._kind, _, number = point.rpartition("-")
        self._number = int(number)
        self.seen: Counter[str] = Counter()
        self._writes = ""
        self._opening: list[Connection] = []

    def awaits(self) -> None:
        """Listen from now on, for as long as the process lives."""
        sys.addaudithook(self._heard)

    def _heard(self, event: str, facts: tuple[Any, ...]) -> None:
        self._trace()
        match event:
            case "sqlite3.connect/handle":
                self._opening.append(facts[0])
            case "http.client.send":
                self._sent(bytes(facts[1]))
            case "open" if facts[0] is not None:
                self._opened(str(facts[0]), facts[1], facts[2])
            case "os.rename":
                name = Path(str(facts[1])).name
                self._is(_RENAMED.get(Path(name).suffix if "_" in name else name, ""))

    def _trace(self) -> None:
        """Listen to connections: at the first event after they have been made."""
        for connection in self._opening:
            with suppress(ProgrammingError):  # closed, or another thread's
                connection.set_trace_callback(self._statement)
        self._opening.clear()

    def _statement(self, statement: str) -> None:
        if statement == "COMMIT":
            self._is(self._writes)
        elif statement.startswith("BEGIN"):
            self._writes = ""
        for kind, start in _WRITES.items():
            # The first write names the commit; events come along with each.
            if not self._writes and statement.startswith(start):
                self._writes = kind

    def _sent(self, data: bytes) -> None:
        is_order = data.startswith(b"POST") and b"/order-cash " in data
        if is_order:
            self._is("headers")
        elif data.startswith(b"{") and b"ORD_DVSN" in data:
            self._is("body")
            self._is("unanswered", later=True)

    def _opened(self, path: str, mode: str | None, flags: int) -> None:
        name, is_written = Path(path).name, bool(flags & os.O_CREAT)
        if is_written and name.endswith(".holder"):
            self._is("holder")
        elif is_written and name == "gate.json":
            self._is("gate")
        elif is_written and Path(path).parent.name == "reports":
            self._is("draft")
        elif name.startswith("next_open_plan_") and not is_written:
            self._is("plan")

    def _is(self, kind: str, *, later: bool = False) -> None:
        self.seen[kind] += 1
        if kind != self._kind or self.seen[kind] != self._number:
            return
        if later:
            threading.Timer(_DYING_SECONDS, _die).start()
        else:
            _die()


_WRITES: Final = {
    "append": "INSERT INTO events",
    "intend": "INSERT INTO orders",
    "attempt": "UPDATE orders SET attempts",
    "fill": "UPDATE orders SET state = 'FILLED'",
    "accept": "UPDATE orders SET state = 'ACCEPTED'",
}
_RENAMED: Final = {"token.json": "token", ".md": "report", ".json": "report"}


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended: its exit code, or less than zero the signal."""

    code: int
    out: str


class Life:
    """One home and its server."""

    def __init__(self, folder: Path, address: str) -> None:
        """Make a home in ``folder`` whose account is at ``address``."""
        self._folder = folder
        self._address = address
        self._ran = 0
        self.home = folder / "home"
        self.home.mkdir(parents=True)
        (self.home / "settings.yaml").write_text(_SETTINGS, encoding="utf-8")
        keys = {"korea_invest": {"virtual": {**_KEYS, "base_url": address}}}
        secrets = self.home / "secrets.yaml"
        secrets.write_text(json.dumps(keys), encoding="utf-8")
        secrets.chmod(0o600)
        self._prepare()

    def _prepare(self) -> None:
        """Confirm the account, adopt what it holds, and save the morning's plan."""
        folders = Folders(self.home)
        settings = load_settings(self.home)
        account = account_of(settings, load_secrets(self.home), folders)
        day = at(16, day=ASOF)
        confirmed = AccountConfirmed(at=day, account=account, session=ASOF)
        adopted = HoldingAdopted(
            at=day, account=account, session=ASOF, symbol=OWNED, quantity=10
        )
        journal = folders.state(account) / "journal.sqlite3"
        with closing(SqliteJournal(journal, account=account)) as opened:
            opened.append(confirmed, adopted)
        plan = a_plan(
            buys=[a_buy(ONE, rank=1), a_buy(TWO, rank=2)],
            sells=[a_sell(OWNED)],
            account=account,
        )
        PlanFiles(folders.plans).save(seal(replace(plan, data_source="practice")))

    def start(self, name: str, *arguments: str, point: str = NOWHERE) -> int:
        """Start a command in a process that dies at ``point``; return its id."""
        self._ran += 1
        child = os.fork()
        if child:
            return child
        out = os.open(self._out(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        code = 1
        try:
            os.environ["KHMS_HOME"] = str(self.home)
            sys.argv = [str(PROJECT / "scripts" / name)]
            death = Death(point)
            death.awaits()
            code = COMMANDS[name](arguments)
            self._leave(seen=death.seen, modules=[*sys.modules])
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def run(self, name: str, *arguments: str, point: str = NOWHERE) -> Ended:
        """Run a command to its end."""
        return self.ended(self.start(name, *arguments, point=point))

    def ended(self, child: int) -> Ended:
        """Wait for ``child``, the process started last."""
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        return Ended(code=code, out=self._out().read_text(encoding="utf-8"))

    def _leave(self, **left: object) -> None:
        path = self._folder / f"left-{self._ran}.json"
        path.write_text(json.dumps(left), encoding="utf-8")

    def left(self, ran: int) -> dict[str, Any]:
        """Return the events and modules of the command that ran as number ``ran``."""
        path = self._folder / f"left-{ran}.json"
        return (
            dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}
        )

    def _out(self) -> Path:
        return self._folder / f"out-{self._ran}.txt"

    def truth(self, now: str) -> dict[str, Any]:
        """Return what the account truly is."""
        headers = {"X-Practice-Now": f"{now}:30+09:00"}
        answer = requests.get(
            f"{self._address}/practice/account", headers=headers, timeout=_LOOK_SECONDS
        )
        told: dict[str, Any] = answer.json()
        return told


def practice_server(faults: Sequence[str]) -> PracticeServer:
    """Return a server on a market where everything opens at 10,000 won."""
    market = Market()
    exchange = Exchange(
        PracticeMarket(
            calendar=CALENDAR,
            quotes=market,
            bars=market,
            listing=market,
            costs=NO_COSTS,
        ),
        Seed(cash=10_000_000, holdings=held({OWNED: 10})),
        now=at(16, day=ASOF),
    )
    rules = ServerRules(
        limits=Limits(per_second=1000),
        tokens=TokenRules(lock_out=0),
        follow_client=True,
    )
    return PracticeServer(
        exchange,
        SystemClock(),
        rules=rules,
        faults=FaultPlan(parse_fault(fault) for fault in faults),
    )


@contextmanager
def serving(*faults: str) -> Iterator[str]:
    """Serve in a process of its own for a ``with`` block; yield the address."""
    # It listens before the fork: whoever comes early waits for its first answer.
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        child = os.fork()
        if child == 0:
            try:
                _serve(practice_server(faults), listening)
            finally:
                os._exit(1)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _serve(server: PracticeServer, listening: socket.socket) -> None:
    config = uvicorn.Config(
        PracticeAsgi(server),
        lifespan="off",
        log_config=None,
        access_log=False,
        date_header=False,
        server_header=False,
    )
    uvicorn.Server(config).run(sockets=[listening])


def live(folder: Path, point: str) -> None:
    """Die at ``point`` in the morning, run again, and live through the evening."""
    is_unanswered = point.startswith("unanswered")
    with serving(*(_SLOW if is_unanswered else ())) as address:
        life = Life(folder, address)
        killed = life.run(EXECUTE, "--at", MORNING, point=point)
        died = life.truth(MORNING)
        rerun = life.run(EXECUTE, "--at", RERUN)
        midday = states(life.home), ends(life.home)
        # One of the two evenings: both settle what the morning left open.
        names = ("prepare_next_open_plan.py", "run_virtual_live.py")
        by_prepare = point == NOWHERE or POINTS.index(point) % 4 in {0, 1}
        evening = life.run(names[not by_prepare], "--at", EVENING)
        again = life.run(EXECUTE, "--at", LATER)
        told = {
            "killed": asdict(killed),
            "written": life.left(1).get("seen", {}),
            "died": died,
            "rerun": asdict(rerun),
            "midday": midday[0],
            "ends_at_midday": midday[1],
            "evening": asdict(evening),
            "again": asdict(again),
            "states": states(life.home),
            "ends": ends(life.home),
            "managed": managed(life.home),
            "truth": life.truth(LATER),
        }
    (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")


def live_twice(folder: Path) -> None:
    """Start two executions at the same moment."""
    # The one that works is at it long enough for the other to come.
    with serving("balance:1:slow:1.5") as address:
        life = Life(folder, address)
        first = life.start(EXECUTE, "--at", MORNING)
        second = life.start(EXECUTE, "--at", MORNING)
        ended = [asdict(life.ended(child)) for child in (first, second)]
        told = {
            "codes": [each["code"] for each in ended],
            "states": states(life.home),
            "truth": life.truth(RERUN),
        }
    (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")


def states(home: Path) -> dict[str, str]:
    """Return how the journal says each order stands."""
    with closing(_journal(home)) as journal:
        return {r.key.symbol: r.state.value for r in journal.order_records(SESSION)}


def ends(home: Path) -> dict[str, str]:
    """Return how the report says each line ended; nothing without a report."""
    return {
        line["symbol"]: line["end"]
        for path in home.glob("reports/20260304_practice-*.json")
        for line in json.loads(path.read_text(encoding="utf-8"))["lines"]
    }


def managed(home: Path) -> dict[str, int]:
    """Return the shares the journal says are ours."""
    with closing(_journal(home)) as journal:
        return dict(journal.managed())


def _journal(home: Path) -> SqliteJournal:
    (path,) = home.glob("data/state/practice-*/journal.sqlite3")
    return SqliteJournal(path, account=path.parent.name)


def warm_up(folder: Path) -> None:
    """Load here what the commands load, so that their processes need not."""
    for path in folder.glob("left-*.json"):
        for name in json.loads(path.read_text(encoding="utf-8"))["modules"]:
            with suppress(ImportError):
                import_module(name)


def main(folder: Path) -> int:
    """Live once for every point, in three processes; return how many of them failed."""
    live(folder / NOWHERE, NOWHERE)
    warm_up(folder / NOWHERE)
    live_twice(folder / TWICE)
    workers = []
    for half in range(_WORKERS):
        worker = os.fork()
        if worker == 0:
            code = 1
            try:
                for point in POINTS[half::_WORKERS]:
                    live(folder / point, point)
                code = 0
            finally:
                if code:
                    traceback.print_exc()
                os._exit(code)
        workers.append(worker)
    return sum(os.waitpid(worker, 0)[1] != 0 for worker in workers)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
