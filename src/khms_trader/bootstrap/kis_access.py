"""Which KIS account the settings and secrets name, and clients that may talk to it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from khms_trader.bootstrap.options import RunOptions
from khms_trader.broker.kis.address import checked_address, is_loopback, shared_folder
from khms_trader.broker.kis.client import KisClient
from khms_trader.broker.kis.endpoints import (
    ENDPOINTS,
    HOSTS,
    QUOTATIONS,
    CallClass,
    Endpoint,
    Environment,
)
from khms_trader.broker.kis.manners import Keys, Manners
from khms_trader.broker.kis.pacing import PACES, Pace, Urgency
from khms_trader.broker.kis.throttle import RequestGate
from khms_trader.broker.kis.wire.account import AccountNumber
from khms_trader.config.home import Folders
from khms_trader.config.settings import Settings
from khms_trader.errors import ConfigError
from khms_trader.storage.salt import account_id, salt_of

if TYPE_CHECKING:
    from khms_trader.config.secrets import KoreaInvestKeys, Secrets

READS: Final = tuple(e for e in ENDPOINTS if e.call_class is not CallClass.ORDER)


@dataclass(frozen=True, slots=True, kw_only=True)
class KisAccess:
    """One server and who we are to it.

    Attributes:
        is_practice: the server is a program on this machine.
    """

    environment: Environment
    address: str
    keys: Keys
    number: AccountNumber
    is_practice: bool

    @property
    def source(self) -> str:
        """The name of the prices it gives: ``practice`` or ``kis``."""
        return "practice" if self.is_practice else "kis"


def access_of(options: RunOptions) -> KisAccess:
    """Return the access to the account that ``settings.broker.env`` names.

    Raises:
        ConfigError: ``kis_keys_missing``.
    """
    return access_to(Environment(options.settings.broker.env), options.secrets)


def data_access_of(options: RunOptions) -> KisAccess:
    """Return the access that quotes and bars are read through.

    Raises:
        ConfigError: ``kis_keys_missing``, or ``kis_quotes_mixed`` when account and
            quotes would not live in one market.
    """
    access = access_to(quoting_environment(options.settings), options.secrets)
    if options.settings.broker.provider == "korea_invest":
        account = access_of(options)
        if account.is_practice != access.is_practice:
            raise ConfigError(
                "kis_quotes_mixed", account=account.source, quotes=access.source
            )
    return access


def quoting_environment(settings: Settings) -> Environment:
    """Return whose key reads prices: a real account needs no second one."""
    if settings.broker.provider == "korea_invest" and settings.broker.env == "real":
        return Environment.REAL
    return Environment(settings.data.quotes)


def access_to(environment: Environment, secrets: "Secrets | None") -> KisAccess:
    """Return the access that ``secrets`` give to ``environment``.

    Raises:
        ConfigError: ``kis_keys_missing``, ``kis_address_refused``.
    """
    keys = _keys_for(environment, secrets)
    if keys is None:
        raise ConfigError("kis_keys_missing", env=environment)
    address = keys.base_url or HOSTS[environment]
    checked_address(address, environment)  # whatever else may be wrong comes later
    return KisAccess(
        environment=environment,
        address=address,
        keys=Keys(app_key=keys.app_key, app_secret=keys.app_secret),
        number=AccountNumber(number=keys.account_no, product=keys.account_product_code),
        is_practice=is_loopback(address),
    )


def kis_account_id(
    settings: Settings, secrets: "Secrets | None", folders: Folders
) -> str:
    """Return the folder name of the KIS account ``settings`` and ``secrets`` name.

    Raises:
        ConfigError: ``kis_keys_missing``.
        StorageError: the salt of the names cannot be read or made.
    """
    access = access_to(Environment(settings.broker.env), secrets)
    kind = "practice" if access.is_practice else str(access.environment)
    number = "-".join(access.number.fields().values())
    if access.is_practice:
        # Two practice servers are two markets, whatever number a person gave them.
        number = f"{access.address} {number}"
    return account_id(kind, number, salt_of(folders.salt))


def client_of(
    options: RunOptions,
    access: KisAccess,
    *,
    urgency: Urgency = Urgency.ACCOUNT,
    calls: Collection[Endpoint] = READS,
) -> KisClient:
    """Return a client for ``access``: by itself one that cannot order anything.

    Raises:
        ConfigError: ``kis_address_refused``, ``kis_key_garbled``,
            ``kis_pace_refused``.
    """
    window = options.settings.execution.start_window_min
    return KisClient(
        environment=access.environment,
        address=access.address,
        keys=access.keys,
        folder=options.folders.kis,
        clock=options.clock,
        manners=Manners(
            pace=_pace(options.settings, access.environment),
            urgency=urgency,
            calls=calls,
            token_patience_seconds=window * 60,
            tell=options.tell,
            is_halted=options.halt_file.exists,
        ),
    )


def gate_of(options: RunOptions, access: KisAccess) -> RequestGate:
    """Return the gate of ``access``, to see how it is used; nothing passes it here."""
    key = access.keys.app_key.reveal()
    folder = shared_folder(options.folders.kis, access.address.removesuffix("/"), key)
    pace = _pace(options.settings, access.environment) or PACES[access.environment]
    return RequestGate(folder, pace=pace, clock=options.clock)


def data_client_of(
    options: RunOptions, access: KisAccess, *, urgency: Urgency
) -> KisClient:
    """Return a client that knows quotations only: no account call at all.

    Raises:
        ConfigError: as for ``client_of``.
    """
    return client_of(options, access, urgency=urgency, calls=QUOTATIONS)


def _pace(settings: Settings, environment: Environment) -> Pace | None:
    """The settings' pace is that of the virtual server; the real one has its own."""
    if environment is Environment.REAL:
        return None
    request_seconds, order_seconds = settings.kis.intervals()
    return Pace(request_seconds=request_seconds, order_seconds=order_seconds)


def _keys_for(
    environment: Environment, secrets: "Secrets | None"
) -> "KoreaInvestKeys | None":
    if secrets is None:
        return None
    blocks = secrets.korea_invest
    return blocks.real if environment is Environment.REAL else blocks.virtual
