"""Settings and secrets name one KIS account, and markets are never mixed."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from khms_trader.bootstrap.kis_access import (
    READS,
    access_of,
    client_of,
    data_access_of,
    data_client_of,
)
from khms_trader.bootstrap.markets import market_of
from khms_trader.bootstrap.options import PAPER, RunOptions, account_of
from khms_trader.broker.kis.endpoints import BALANCE, BUY, CANCEL, SELL
from khms_trader.broker.kis.pacing import Urgency
from khms_trader.clock import ManualClock
from khms_trader.config.home import Folders
from khms_trader.config.secret import Secret
from khms_trader.config.secrets import KoreaInvestKeys, KoreaInvestSecrets, Secrets
from khms_trader.config.settings import (
    BrokerSettings,
    DataSettings,
    KisSettings,
    Settings,
)
from khms_trader.errors import BrokerError, ConfigError, OrderRejected
from khms_trader.market.calendar import SEOUL, Calendar

NOW = datetime(2026, 3, 4, 9, 1, tzinfo=SEOUL)
LOOPBACK = "http://127.0.0.1:29443"


def keys(base_url: str | None = None, number: str = "50123456") -> KoreaInvestKeys:
    return KoreaInvestKeys(
        app_key=Secret("K" * 36),
        app_secret=Secret("S" * 180),
        account_no=Secret(number),
        base_url=base_url,
    )


def options(
    home: Path,
    *,
    virtual: KoreaInvestKeys | None = None,
    real: KoreaInvestKeys | None = None,
    settings: Settings | None = None,
) -> RunOptions:
    broker = BrokerSettings(provider="korea_invest")
    return RunOptions(
        home=home,
        settings=settings or Settings(broker=broker),
        clock=ManualClock(NOW),
        secrets=Secrets(korea_invest=KoreaInvestSecrets(virtual=virtual, real=real)),
    )


def named(wanted: RunOptions) -> str:
    return account_of(wanted.settings, wanted.secrets, Folders(wanted.home))


def test_paper_needs_no_keys_and_makes_no_salt(tmp_path: Path) -> None:
    assert account_of(Settings(), None, Folders(tmp_path)) == PAPER
    assert not list(tmp_path.iterdir())


def test_a_virtual_account_is_named_by_a_hash_of_its_number(tmp_path: Path) -> None:
    name = named(options(tmp_path, virtual=keys()))

    assert name.startswith("virtual-")
    assert len(name) == len("virtual-") + 8
    assert name == named(options(tmp_path, virtual=keys()))
    assert name != named(options(tmp_path, virtual=keys(number="50123457")))


def test_a_server_on_this_machine_is_practice_and_never_an_operating_account(
    tmp_path: Path,
) -> None:
    practice = options(tmp_path, virtual=keys(LOOPBACK))

    assert named(practice).startswith("practice-")
    assert access_of(practice).source == "practice"
    assert access_of(options(tmp_path, virtual=keys())).source == "kis"


@pytest.mark.parametrize("secrets", [None, Secrets()])
def test_missing_keys_are_named_before_anything_is_sent(
    tmp_path: Path, secrets: Secrets | None
) -> None:
    with pytest.raises(ConfigError, match="kis_keys_missing"):
        access_of(replace(options(tmp_path), secrets=secrets))


@pytest.mark.parametrize("urls", [(LOOPBACK, None), (None, LOOPBACK)])
def test_practice_quotes_and_an_operating_account_are_refused_together(
    tmp_path: Path, urls: tuple[str | None, str | None]
) -> None:
    settings = Settings(
        broker=BrokerSettings(provider="korea_invest"),
        data=DataSettings(quotes="real"),
    )
    mixed = options(
        tmp_path, virtual=keys(urls[0]), real=keys(urls[1]), settings=settings
    )

    with pytest.raises(ConfigError, match="kis_quotes_mixed"):
        data_access_of(mixed)


def test_a_client_made_without_asking_for_more_refuses_every_order(
    tmp_path: Path,
) -> None:
    # Nobody listens at this address; the refusal comes before any connection.
    wanted = options(tmp_path, virtual=keys("http://127.0.0.1:9"))
    client = client_of(wanted, access_of(wanted))

    assert not {BUY, SELL, CANCEL} & set(READS)
    for endpoint in (BUY, SELL, CANCEL):
        with pytest.raises(OrderRejected, match="kis_call_not_allowed"):
            client.order(endpoint, {})


def test_a_client_for_prices_knows_no_account(tmp_path: Path) -> None:
    wanted = options(tmp_path, virtual=keys("http://127.0.0.1:9"))
    client = data_client_of(wanted, access_of(wanted), urgency=Urgency.BULK)

    with pytest.raises(BrokerError, match="kis_call_not_allowed"):
        client.read(BALANCE, {})


def test_a_paper_account_does_not_live_on_the_prices_of_kis(tmp_path: Path) -> None:
    settings = Settings(data=DataSettings(source="kis"))
    wanted = options(tmp_path, virtual=keys(), settings=settings)

    with pytest.raises(ConfigError, match="kis_data_needs_account"):
        market_of(wanted, Calendar())


def test_a_pace_beyond_the_limit_is_refused_but_for_practice(tmp_path: Path) -> None:
    fast = Settings(
        broker=BrokerSettings(provider="korea_invest"),
        kis=KisSettings(requests_per_sec=Decimal(20)),
    )
    operating = options(tmp_path, virtual=keys(), settings=fast)
    practice = options(tmp_path, virtual=keys(LOOPBACK), settings=fast)

    client_of(practice, access_of(practice))
    with pytest.raises(ConfigError, match="kis_pace_refused"):
        client_of(operating, access_of(operating))


def test_requests_a_second_set_both_intervals() -> None:
    assert KisSettings().intervals() == (1.1, 1.5)
    assert KisSettings(requests_per_sec=Decimal(4)).intervals() == (0.25, 0.25)


def test_a_real_account_reads_its_prices_with_its_own_key(tmp_path: Path) -> None:
    real = Settings(broker=BrokerSettings(provider="korea_invest", env="real"))
    wanted = options(tmp_path, real=keys(), settings=real)

    assert data_access_of(wanted).environment == "real"
