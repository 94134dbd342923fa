"""Where a made-up time does no harm: on paper, and where all servers are practice."""

import pytest

from khms_trader.bootstrap.options import TELL_NOBODY, is_timeless
from khms_trader.config.secret import Secret
from khms_trader.config.secrets import KoreaInvestKeys, KoreaInvestSecrets, Secrets
from khms_trader.config.settings import BrokerSettings, DataSettings, Settings
from khms_trader.errors import ConfigError

LOOPBACK = "http://127.0.0.1:29443"
KIS = BrokerSettings(provider="korea_invest")


def keys(base_url: str | None) -> KoreaInvestKeys:
    return KoreaInvestKeys(
        app_key=Secret("K" * 36),
        app_secret=Secret("S" * 180),
        account_no=Secret("50123456"),
        base_url=base_url,
    )


@pytest.mark.parametrize(
    "data",
    [
        DataSettings(),
        DataSettings(source="sample"),
        DataSettings(source="store"),
        DataSettings(source="kis"),
    ],
)
def test_paper_lives_at_any_time_with_no_keys_at_all(data: DataSettings) -> None:
    assert is_timeless(Settings(data=data), None)


@pytest.mark.parametrize(
    ("account", "prices", "expected"),
    [
        (LOOPBACK, LOOPBACK, True),
        (LOOPBACK, None, False),
        (None, LOOPBACK, False),
        (None, None, False),
    ],
)
def test_account_and_prices_must_both_be_of_practice(
    account: str | None, prices: str | None, *, expected: bool
) -> None:
    settings = Settings(broker=KIS, data=DataSettings(quotes="real"))
    blocks = KoreaInvestSecrets(virtual=keys(account), real=keys(prices))

    assert is_timeless(settings, Secrets(korea_invest=blocks)) is expected


def test_an_account_without_keys_has_no_time_to_speak_of() -> None:
    with pytest.raises(ConfigError, match="kis_keys_missing"):
        is_timeless(Settings(broker=KIS), None)


def test_nobody_need_listen() -> None:
    TELL_NOBODY("kis_token_wait", {"seconds": 5})
