"""The account behind ``pytest -m kis_virtual --kis-home FOLDER``."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from khms_trader.broker.kis.address import is_loopback
from kis_virtual.own_account import OwnAccount, address_of, keys_of, own_account


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Let these tests, and only when asked for, reach the one server of the keys."""
    home: Path | None = config.getoption("--kis-home")
    keys = keys_of(home) if home is not None else None
    if keys is None or is_loopback(address_of(keys)):
        return
    host = urlsplit(address_of(keys)).hostname
    for item in items:
        if item.get_closest_marker("kis_virtual"):
            item.add_marker(pytest.mark.allow_hosts([host]))


@pytest.fixture(scope="session")
def own(request: pytest.FixtureRequest) -> Iterator[OwnAccount]:
    home: Path | None = request.config.getoption("--kis-home")
    record: Path | None = request.config.getoption("--record")
    if home is None:
        pytest.skip("give --kis-home: the folder with your secrets.yaml")
    account = own_account(
        home,
        record,
        symbol=request.config.getoption("--kis-symbol"),
        starts_at=request.config.getoption("--kis-at"),
        refuse=pytest.exit,
    )
    yield account
    if record is not None:
        text = "".join(f"{line}\n" for line in account.recorder.differences())
        (record / "differences.txt").write_text(text, encoding="utf-8")
