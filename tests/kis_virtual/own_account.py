"""A person's own virtual account, reached by the client that trades it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from khms_trader.broker.kis.address import is_loopback
from khms_trader.broker.kis.bars import KisBars
from khms_trader.broker.kis.broker import KisBroker
from khms_trader.broker.kis.client import KisClient
from khms_trader.broker.kis.endpoints import HOSTS, Environment
from khms_trader.broker.kis.manners import Keys, Manners
from khms_trader.broker.kis.pacing import Pace
from khms_trader.broker.kis.quotes import KisQuotes
from khms_trader.broker.kis.redaction import Redactor
from khms_trader.broker.kis.wire.account import AccountNumber
from khms_trader.clock import SystemClock
from khms_trader.config.home import Folders
from khms_trader.config.load import load_secrets
from khms_trader.config.secrets import KoreaInvestKeys
from khms_trader.market.calendar import Calendar
from kis_virtual.recorder import Recorder, RecordingAdapter

VIRTUAL = Environment.VIRTUAL
PRACTICE_PACE = Pace(request_seconds=0.02, order_seconds=0.02)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAccount:
    """Everything the tests ask; ``symbol`` is what they ask about."""

    clock: SystemClock
    calendar: Calendar
    broker: KisBroker
    quotes: KisQuotes
    bars: KisBars
    recorder: Recorder
    symbol: str


def keys_of(home: Path) -> KoreaInvestKeys | None:
    """Return the complete keys of the virtual account in ``home``, or None."""
    secrets = load_secrets(home)
    return secrets.korea_invest.virtual if secrets else None


def address_of(keys: KoreaInvestKeys) -> str:
    """Return the server that ``keys`` are for."""
    return keys.base_url or HOSTS[VIRTUAL]


def own_account(
    home: Path,
    record: Path | None,
    *,
    symbol: str,
    starts_at: datetime | None,
    refuse: Callable[[str], object],
) -> OwnAccount:
    """Return the account that ``home``'s secrets name; ``refuse`` ends the test."""
    keys = keys_of(home)
    if keys is None:
        refuse(f"no complete korea_invest.virtual in {home}/secrets.yaml")
        raise AssertionError
    address = address_of(keys)
    is_practice = is_loopback(address)
    if starts_at is not None and not is_practice:
        refuse("--kis-at is for a practice server on this machine")
    recorder = Recorder(folder=record, redactor=_redactor(keys))
    clock, calendar = SystemClock(starts_at), Calendar()
    client = KisClient(
        environment=VIRTUAL,
        address=address,
        keys=Keys(app_key=keys.app_key, app_secret=keys.app_secret),
        # The token and the pace of the person's own programs are shared.
        folder=Folders(home).kis,
        clock=clock,
        manners=Manners(pace=PRACTICE_PACE if is_practice else None),
        adapter=RecordingAdapter(recorder),
    )
    number = AccountNumber(number=keys.account_no, product=keys.account_product_code)
    return OwnAccount(
        clock=clock,
        calendar=calendar,
        broker=KisBroker(
            client, number, account_id="own", clock=clock, calendar=calendar
        ),
        quotes=KisQuotes(client, clock=clock, calendar=calendar),
        bars=KisBars(client, clock=clock, calendar=calendar),
        recorder=recorder,
        symbol=symbol,
    )


def _redactor(keys: KoreaInvestKeys) -> Redactor:
    secrets = (keys.app_key, keys.app_secret, keys.account_no)
    return Redactor(*(secret.reveal() for secret in secrets))
