"""The state check looks at the KIS virtual account when there are keys for it."""

from datetime import datetime
from pathlib import Path

import pytest

from khms_trader.bootstrap.account import opened
from khms_trader.bootstrap.state_check import Choice, choose_account, state_check
from khms_trader.broker.kis.endpoints import BUY
from khms_trader.clock import ManualClock, SystemClock
from khms_trader.config.secret import Secret
from khms_trader.config.secrets import KoreaInvestKeys, KoreaInvestSecrets, Secrets
from khms_trader.config.settings import BrokerSettings, DataSettings, Settings
from khms_trader.errors import ConfigError, OrderRejected, UsageError
from khms_trader.market.calendar import SEOUL
from khms_trader.planning.state_view import Verdict

LOOPBACK = "http://127.0.0.1:29443"
MADE_UP = ManualClock(datetime(2026, 3, 4, 9, 1, tzinfo=SEOUL))
REAL_TIME = SystemClock()
KIS = BrokerSettings(provider="korea_invest")


def secrets(base_url: str | None = None) -> Secrets:
    keys = KoreaInvestKeys(
        app_key=Secret("K" * 36),
        app_secret=Secret("S" * 180),
        account_no=Secret("50123456"),
        base_url=base_url,
    )
    return Secrets(korea_invest=KoreaInvestSecrets(virtual=keys))


class NoProgress:
    def step(self, done: int, total: int, what: str) -> None:
        """Show nothing."""


@pytest.mark.parametrize(
    ("broker", "choice"),
    [
        (KIS, Choice.AS_SET),
        (BrokerSettings(), Choice.OTHER_THAN_SET),
        (BrokerSettings(provider="korea_invest", env="real"), Choice.OTHER_THAN_SET),
    ],
)
def test_with_keys_it_is_the_virtual_account_whatever_the_settings_say(
    tmp_path: Path, broker: BrokerSettings, choice: Choice
) -> None:
    settings = Settings(broker=broker)

    chosen = choose_account(tmp_path, settings, secrets(), REAL_TIME)

    assert chosen.options.account.startswith("virtual-")
    assert chosen.options.settings.broker == KIS
    assert chosen.choice is choice


@pytest.mark.parametrize("broker", [KIS, BrokerSettings()])
@pytest.mark.parametrize("held", [None, Secrets()])
def test_without_keys_it_is_paper_and_says_so(
    tmp_path: Path, broker: BrokerSettings, held: Secrets | None
) -> None:
    chosen = choose_account(tmp_path, Settings(broker=broker), held, MADE_UP)

    assert chosen.options.account == "paper"
    assert chosen.choice is Choice.NO_KEYS
    with state_check(chosen.options, quote_limit=10) as look:
        view = look(NoProgress())
    assert view.account.account == view.connection.kind == "paper"
    assert view.now.verdict is Verdict.REFUSED


def test_a_loopback_address_makes_it_a_practice_account_of_any_time(
    tmp_path: Path,
) -> None:
    chosen = choose_account(tmp_path, Settings(), secrets(LOOPBACK), MADE_UP)

    assert chosen.options.account.startswith("practice-")


def test_no_time_is_made_up_for_an_account_at_kis(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="at_not_allowed"):
        choose_account(tmp_path, Settings(), secrets(), MADE_UP)


def test_paper_that_would_live_by_kis_prices_is_refused_at_any_time(
    tmp_path: Path,
) -> None:
    settings = Settings(data=DataSettings(source="kis"))
    chosen = choose_account(tmp_path, settings, None, MADE_UP)

    with (
        pytest.raises(ConfigError, match="kis_data_needs_account"),
        state_check(chosen.options, quote_limit=10),
    ):
        pytest.fail("it must not open")


def test_long_waits_are_told_to_whoever_asks_to_be(tmp_path: Path) -> None:
    told: list[str] = []

    chosen = choose_account(
        tmp_path, Settings(), None, REAL_TIME, tell=lambda code, _: told.append(code)
    )
    chosen.options.tell("kis_token_wait", {})

    assert told == ["kis_token_wait"]


def test_its_client_sends_no_order_whoever_asks(tmp_path: Path) -> None:
    chosen = choose_account(tmp_path, Settings(), secrets(LOOPBACK), MADE_UP)

    with opened(chosen.options) as account:
        assert account.client is not None
        with pytest.raises(OrderRejected, match="kis_call_not_allowed"):
            account.client.order(BUY, {})
        assert not hasattr(account.office.reader, "submit")
