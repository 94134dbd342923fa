"""One morning over HTTP, again and again: a prepared home copied, a fresh server each.

The evening before is lived once (the plan costs most). What each scenario changes is
how the server behaves, what the market does or what the person does in the app. An
account of practice is its server's address too, so all servers take the same port.
"""

import json
import os
import shutil
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import requests

from khms_trader.domain.order import OrderRecord, OrderState
from khms_trader.storage.journal import SqliteJournal
from practice_server import Serving, practice_server
from processes import Ran, make_home, run_script

PREPARE: Final = "prepare_next_open_plan.py"
EXECUTE: Final = "execute_next_open_plan.py"
SELL_OUT: Final = "tools/sell_out_legacy.py"
EVENING: Final = "2025-07-21T15:40"
DAY: Final = "2025-07-22"
MORNING: Final = f"{DAY}T09:01"
LATER: Final = f"{DAY}T09:05"
AFTER_THE_CLOSE: Final = f"{DAY}T16:10"

APP_KEY: Final = "PSmornings0000over0000http0000000000"
APP_SECRET: Final = "mornings/over+http=" * 9 + "secret00"
ACCOUNT: Final = "50664422"

# What the sample market says of that evening: four entries and these exits.
FIRST, SECOND, THIRD, FOURTH = BUYS = ("743290", "724440", "726180", "785050")
SOLD, ALSO_SOLD = SELLS = ("700660", "742130")
LEGACY: Final = "700370"
BOUGHT, HELD, KEPT = 5, 10, 3
"""Shares of each buy, of each managed holding and of the legacy one."""

EVERY_LINE: Final = sorted((*BUYS, *SELLS))

_HOLDINGS: Final = tuple(
    f"--holding={symbol}:{quantity}"
    for symbol, quantity in ((SOLD, HELD), (ALSO_SOLD, HELD), (LEGACY, KEPT))
)
_SERVER: Final = ("--follow-client", "--requests-per-sec", "1000", *_HOLDINGS)
_SETTINGS: Final = """\
broker: {provider: korea_invest}
kis: {requests_per_sec: 50}
execution: {fill_wait_sec: 2, sell_wait_sec: 2, resolve_sec: 2}
"""
# Below what systems give to clients that connect (32768 and up on Linux).
_FIRST_PORT: Final = 20_000
_LAST_PORT: Final = 32_000
_APART: Final = 16
_PORTS: Final = 10_000
_ORDERS: Final = ("buy", "sell")
_NEVER_LEAVE: Final = frozenset({"secrets.yaml", "token.json"})


def home_for(
    folder: Path, address: str, settings: str = _SETTINGS, *, env: str = "virtual"
) -> Path:
    """Make ``folder`` the home of the account at ``address``."""
    home = make_home(folder, settings)
    keys = {
        "app_key": APP_KEY,
        "app_secret": APP_SECRET,
        "account_no": ACCOUNT,
        "base_url": address,
    }
    secrets = home / "secrets.yaml"
    # JSON is YAML, and needs no quoting of ours.
    secrets.write_text(json.dumps({"korea_invest": {env: keys}}))
    secrets.chmod(0o600)
    return home


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A home with a plan for the morning, and the port its account is at."""

    home: Path
    port: int

    def serve(self, folder: Path, *arguments: str) -> AbstractContextManager[Serving]:
        """Serve the account anew; ``folder`` is the server's own home."""
        where = ("--port", str(self.port), "--at", EVENING)
        return practice_server(make_home(folder), *where, *_SERVER, *arguments)


def prepare_evening(folder: Path) -> Prepared:
    """Live the evening before: adopt, prepare and confirm."""
    evening = Prepared(home=folder / "home", port=free_port())
    with evening.serve(folder / "server") as server:
        home = home_for(folder / "home", server.virtual)
        at = ("--at", EVENING)
        for ran in (
            run_script(SELL_OUT, "--adopt", *SELLS, "--confirm", *at, home=home),
            run_script(
                *(PREPARE, "--universe-limit", "20", "--qty", str(BOUGHT)),
                *at,
                home=home,
            ),
            run_script(EXECUTE, "--confirm-first-run", *at, home=home),
        ):
            assert ran.code == 0, ran.err
    # The token of a server that is gone.
    shutil.rmtree(home / "data/state/kis")
    return evening


def free_port() -> int:
    """Return a port nobody listens on, and that no client is given by chance.

    A server that is started again wants its port back: workers, whose numbers are close
    together, look in ranges of their own.
    """
    for port in range(_FIRST_PORT + os.getpid() * _APART % _PORTS, _LAST_PORT):
        with closing(socket.socket()) as trial:
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    message = "every port is taken"
    raise AssertionError(message)


@dataclass(slots=True)
class Scene:
    """One morning: a home, its server, and what ran in it."""

    home: Path
    server: Serving
    ran: list[Ran] = field(default_factory=list)
    by_hand: int = 0

    def run(self, script: str, *arguments: str, at: str) -> Ran:
        """Run ``script`` at the moment ``at`` of the session."""
        ran = run_script(script, *arguments, "--at", at, home=self.home)
        self.ran.append(ran)
        return ran

    def execute(self, *arguments: str, at: str = MORNING) -> Ran:
        """Run the morning's command."""
        return self.run(EXECUTE, *arguments, at=at)

    def misbehave(self, *faults: str) -> None:
        """Replace the server's faults; without any it is honest from now on."""
        answer = requests.post(
            f"{self.server.virtual}/practice/faults",
            json={"faults": faults},
            timeout=20,
        )
        assert answer.status_code == 200, answer.text

    @property
    def report(self) -> dict[str, Any]:
        """The session's report as it was written."""
        (path,) = (self.home / "reports").glob(
            f"{DAY.replace('-', '')}_practice-*.json"
        )
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return content

    @property
    def lines(self) -> dict[str, dict[str, Any]]:
        """The report's lines that this morning is about, by symbol."""
        lines = self.report["lines"]
        return {line["symbol"]: line for line in lines if line["symbol"] in EVERY_LINE}

    @property
    def ends(self) -> dict[str, str]:
        """How each of those lines ended."""
        return {symbol: line["end"] for symbol, line in self.lines.items()}

    @property
    def records(self) -> dict[str, OrderRecord]:
        """The journal's orders by symbol; each symbol has one at most."""
        (path,) = self.home.glob("data/state/practice-*/journal.sqlite3")
        with closing(SqliteJournal(path, account=path.parent.name)) as journal:
            records = journal.order_records()
        assert len({record.key.symbol for record in records}) == len(records)
        return {record.key.symbol: record for record in records}

    @property
    def states(self) -> dict[str, OrderState]:
        """How the journal says each order stands."""
        return {symbol: record.state for symbol, record in self.records.items()}

    def truth(self, at: str = LATER) -> dict[str, Any]:
        """Return what the account truly is."""
        return self.server.account(f"{at}:00+09:00")

    def taken(self, at: str = LATER) -> list[tuple[str, str, int]]:
        """Return every order the exchange took: symbol, side, quantity."""
        return [
            (row["symbol"], row["side"], row["quantity"])
            for row in self.truth(at)["orders"]
            if row["act"] == "order"
        ]

    def shares(self, at: str = LATER) -> dict[str, int]:
        """Return what the account holds."""
        return {row["symbol"]: row["quantity"] for row in self.truth(at)["holdings"]}

    def calls(self, *names: str) -> int:
        """Return how many requests of ``names`` the server saw."""
        seen = self.server.requests()["requests"]
        return sum(request["call"] in names for request in seen)

    def sent(self) -> int:
        """Return how many order requests left that were not sent by hand."""
        return self.calls(*_ORDERS) - self.by_hand

    def check(self) -> None:
        """Find no order twice and no secret anywhere."""
        ours = Counter((symbol, side) for symbol, side, _ in self.taken())
        assert max(ours.values(), default=0) <= 1 or self.by_hand
        shown = "".join(ran.out + ran.err for ran in self.ran)
        for secret in self._secrets():
            assert secret not in shown
            for path in self.home.rglob("*"):
                if path.is_file() and path.name not in _NEVER_LEAVE:
                    assert secret.encode() not in path.read_bytes(), path

    def _secrets(self) -> tuple[str, ...]:
        tokens = [
            str(value)
            for path in self.home.glob("data/state/kis/*/token.json")
            for value in json.loads(path.read_text(encoding="utf-8")).values()
        ]
        return (APP_KEY, APP_SECRET, ACCOUNT, max(tokens, key=len))


@contextmanager
def a_scene(prepared: Prepared, folder: Path, *arguments: str) -> Iterator[Scene]:
    """Serve the account as ``arguments`` say to a copy of the prepared home."""
    home = Path(shutil.copytree(prepared.home, folder / "home"))
    with prepared.serve(folder / "server", *arguments) as server:
        scene = Scene(home=home, server=server)
        yield scene
        scene.check()


class App:
    """The same person in the broker's app: the same account, another program."""

    def __init__(self, scene: Scene, *, at: str = f"{DAY}T08:00") -> None:
        """Log in at ``at``."""
        self._scene = scene
        self._keys = {"appkey": APP_KEY, "appsecret": APP_SECRET}
        issued = requests.post(
            f"{scene.server.virtual}/oauth2/tokenP",
            json={"grant_type": "client_credentials", **self._keys},
            headers={"X-Practice-Now": f"{at}:00+09:00"},
            timeout=20,
        )
        self._token = issued.json()["access_token"]

    def order(
        self, side: str, symbol: str, quantity: int, *, price: int = 0, at: str
    ) -> None:
        """Place an order by hand at the moment ``at``, a market one without price."""
        fields = {
            "CANO": ACCOUNT,
            "ACNT_PRDT_CD": "01",
            "PDNO": symbol,
            "ORD_DVSN": "00" if price else "01",
            "ORD_QTY": str(quantity),
            "ORD_UNPR": str(price),
        }
        answer = requests.post(
            f"{self._scene.server.virtual}/uapi/domestic-stock/v1/trading/order-cash",
            json=fields,
            headers={
                **self._keys,
                "authorization": f"Bearer {self._token}",
                "custtype": "P",
                "tr_id": "VTTC0012U" if side == "buy" else "VTTC0011U",
                "content-type": "application/json; charset=utf-8",
                "X-Practice-Now": at,
            },
            timeout=20,
        )
        self._scene.by_hand += 1
        assert answer.json()["rt_cd"] == "0", answer.text
