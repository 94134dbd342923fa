"""A key goes to KIS or stays on this machine."""

from pathlib import Path

import pytest

from khms_trader.broker.kis.address import checked_address, is_loopback, shared_folder
from khms_trader.broker.kis.endpoints import HOSTS, Environment
from khms_trader.errors import ConfigError


@pytest.mark.parametrize("environment", Environment)
def test_the_official_host_is_taken(environment: Environment) -> None:
    host = HOSTS[environment]

    assert checked_address(f"{host}/", environment) == host


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8010",
        "http://127.8.9.10:8010",
        "http://localhost:8010",
        "http://[::1]:8010",
        "https://127.0.0.1:8010",
        "http://127.0.0.1",
    ],
)
def test_a_practice_server_on_this_machine_is_taken(address: str) -> None:
    assert checked_address(address, Environment.VIRTUAL) == address
    assert is_loopback(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://example.com",
        "https://openapivts.koreainvestment.com",
        "https://openapivts.koreainvestment.com:443",
        "http://openapivts.koreainvestment.com:29443",
        "https://openapivts.koreainvestment.com:29443.example.com",
        "https://openapivts.koreainvestment.com:29443@example.com",
        "https://openapivts.koreainvestment.com:29443/uapi",
        "https://OPENAPIVTS.koreainvestment.com:29443",
        "http://127.0.0.1.example.com",
        "http://127.0.0.1@example.com",
        "http://localhost.example.com",
        "http://localhost:8010@example.com",
        "http://localhost\\@example.com",
        "http://localhost:8010/path",
        "http://localhost:8010?x",
        "http://localhost:99999",
        "http://127.0.0.256",
        "http://127.1",
        "http://0x7f.0.0.1",
        "http://0.0.0.0:8010",
        "http://10.0.0.1:8010",
        "http://[::ffff:127.0.0.1]:8010",
        "http://１２７.0.0.1",
        "ftp://127.0.0.1",
        "127.0.0.1:8010",
        "http://127.0.0.1:8010\n",
        " http://127.0.0.1:8010",
    ],
)
def test_any_other_address_is_refused(address: str) -> None:
    with pytest.raises(ConfigError) as caught:
        checked_address(address, Environment.VIRTUAL)

    assert caught.value.code == "kis_address_refused"


def test_the_other_server_is_refused() -> None:
    for environment, other in ((Environment.VIRTUAL, "real"), ("real", "virtual")):
        with pytest.raises(ConfigError):
            checked_address(HOSTS[Environment(other)], Environment(environment))


def test_a_password_in_a_refused_address_is_not_repeated() -> None:
    with pytest.raises(ConfigError) as caught:
        checked_address("http://me:hunter2@example.com", Environment.REAL)

    assert caught.value.facts == {"address": "example.com"}


def test_each_server_and_key_has_a_folder_that_shows_neither() -> None:
    root = Path("data/state/kis")
    names = {
        shared_folder(root, address, key).name
        for address in HOSTS.values()
        for key in ("PSkey1", "PSkey2")
    }

    assert len(names) == 4
    assert all(len(name) == 16 and "PSkey" not in name for name in names)
