"""Accounts get names that give no number away and never change by themselves."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from khms_trader.errors import StorageError
from khms_trader.storage.salt import account_id, salt_of

# HMAC-SHA256 of "50123456-01" under 32 zero bytes, by openssl.
KNOWN = "virtual-7a483807"


def test_an_id_is_eight_hex_digits_of_a_keyed_hash() -> None:
    assert account_id("virtual", "50123456-01", bytes(32)) == KNOWN


def test_other_salts_and_other_numbers_make_other_ids() -> None:
    ids = {
        account_id("virtual", number, bytes([salt]) * 32)
        for number in ("50123456-01", "50123457-01")
        for salt in (1, 2)
    }

    assert len(ids) == 4
    assert not any("501234" in each for each in ids)


def test_the_salt_is_made_once_and_read_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "state" / "salt"

    made = salt_of(path)

    assert len(made) == 32
    assert salt_of(path) == made
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_first_commands_at_once_agree_on_one_salt(tmp_path: Path) -> None:
    path = tmp_path / "salt"
    with ThreadPoolExecutor(8) as pool:
        salts = set(pool.map(lambda _: salt_of(path), range(16)))

    assert len(salts) == 1


def test_a_cut_salt_is_refused_rather_than_replaced(tmp_path: Path) -> None:
    path = tmp_path / "salt"
    path.write_bytes(b"short")

    with pytest.raises(StorageError, match="salt_damaged"):
        salt_of(path)
    assert path.read_bytes() == b"short"
