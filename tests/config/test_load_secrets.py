"""secrets.yaml: read when complete, silent about its values whatever happens."""

import copy
import json
import os
import pickle
import traceback
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.cli.sentences import sentences
from khms_trader.config.load import load_secrets, load_settings
from khms_trader.config.secret import Secret
from khms_trader.config.secrets import Secrets
from khms_trader.errors import ConfigError

ROOT: Final = Path(__file__).parents[2]
SHAPE: Final = """\
korea_invest:
  virtual:
    app_key: "{app_key}"
    app_secret: "{app_secret}"
    account_no: "{account_no}"
    account_product_code: "{code}"

telegram:
  enabled: true
  token: "{token}"
  chat_id: "{chat_id}"
"""
FILLED: Final = """\
korea_invest:
  virtual:
    app_key: "PSed321z9x8c7v6b"
    app_secret: "s3cr3t+/with/slashes=="
    account_no: "01234567"
    account_product_code: "01"

telegram:
  enabled: true
  token: "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"
  chat_id: "-100123456"
"""
PLACEHOLDERS: Final = """\
korea_invest:
  virtual:
    app_key: "..."
    app_secret: "여기에 앱 시크릿"
    account_no: "..."
    account_product_code: "..."

telegram:
  enabled: true
  token: "<token>"
  chat_id: ""
"""


def loaded(home: Path, text: str) -> Secrets | None:
    path = home / "secrets.yaml"
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    return load_secrets(home)


def refused(home: Path, text: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        loaded(home, text)
    return caught.value


def warned(secrets: Secrets | None) -> list[tuple[str, str]]:
    assert secrets is not None
    return [(warning.code, warning.key) for warning in secrets.warnings]


def test_the_shape_of_the_users_readme_loads(tmp_path: Path) -> None:
    secrets = loaded(tmp_path, FILLED)

    assert secrets is not None
    assert secrets.warnings == ()
    keys = secrets.korea_invest.virtual
    assert keys is not None
    assert keys.app_key.reveal() == "PSed321z9x8c7v6b"
    assert keys.account_no.reveal() == "01234567"
    assert keys.account_product_code == "01"
    assert keys.base_url is None
    assert secrets.korea_invest.real is None
    assert secrets.telegram is not None
    assert secrets.telegram.enabled
    assert secrets.telegram.chat_id.reveal() == "-100123456"


def test_no_file_means_no_secrets(tmp_path: Path) -> None:
    assert load_secrets(tmp_path) is None


def test_the_example_file_counts_as_empty(tmp_path: Path) -> None:
    text = (ROOT / "secrets.example.yaml").read_text(encoding="utf-8")

    assert loaded(tmp_path, text) == Secrets()


def test_placeholders_count_as_absent(tmp_path: Path) -> None:
    secrets = loaded(tmp_path, PLACEHOLDERS)

    assert secrets is not None
    assert secrets.korea_invest.virtual is None
    assert secrets.telegram is None
    assert warned(secrets) == [
        ("secrets_incomplete", "telegram.token"),
        ("secrets_incomplete", "telegram.chat_id"),
    ]


def test_a_block_that_was_begun_and_not_finished_is_left_out_with_a_warning(
    tmp_path: Path,
) -> None:
    text = "korea_invest:\n  real:\n    app_key: abcdefgh12345678\n"

    secrets = loaded(tmp_path, text)

    assert secrets is not None
    assert secrets.korea_invest.real is None
    assert warned(secrets) == [
        ("secrets_incomplete", "korea_invest.real.app_secret"),
        ("secrets_incomplete", "korea_invest.real.account_no"),
    ]


def test_an_account_number_may_carry_its_product_code(tmp_path: Path) -> None:
    text = FILLED.replace('"01234567"', "12345678-22").replace('"01"', '""')

    secrets = loaded(tmp_path, text)

    assert secrets is not None
    keys = secrets.korea_invest.virtual
    assert keys is not None
    assert keys.account_no.reveal() == "12345678"
    assert keys.account_product_code == "22"


def test_a_chat_may_be_a_number(tmp_path: Path) -> None:
    secrets = loaded(tmp_path, FILLED.replace('"-100123456"', "-100123456"))

    assert secrets is not None
    assert secrets.telegram is not None
    assert secrets.telegram.chat_id.reveal() == "-100123456"


@pytest.mark.parametrize(
    ("old", "new", "code", "key"),
    [
        ('"01234567"', "12345678", "needs_quotes", "korea_invest.virtual.account_no"),
        ('"01234567"', "01234567", "needs_quotes", "korea_invest.virtual.account_no"),
        ('"01234567"', '"1234567"', "wrong_type", "korea_invest.virtual.account_no"),
        ('"01234567"', "[1]", "wrong_type", "korea_invest.virtual.account_no"),
        (
            '"01"',
            "01",
            "needs_quotes",
            "korea_invest.virtual.account_product_code",
        ),
        (
            '"01234567"',
            '"01234567-22"',
            "conflict",
            "korea_invest.virtual.account_product_code",
        ),
        (
            '"PSed321z9x8c7v6b"',
            '"PSed321 앱키"',
            "wrong_type",
            "korea_invest.virtual.app_key",
        ),
        ("app_secret", "app_secrt", "unknown_key", "korea_invest.virtual.app_secrt"),
        ("enabled: true", "enabled: 1", "wrong_type", "telegram.enabled"),
        ('"-100123456"', '"내 방"', "wrong_type", "telegram.chat_id"),
        (
            "    account_product_code",
            "    base_url: http://example.com\n    account_product_code",
            "wrong_type",
            "korea_invest.virtual.base_url",
        ),
        ("telegram:", "market: KRX\ntelegram:", "unknown_key", "market"),
        (
            "    app_secret",
            "    app_key: x\n    app_secret",
            "duplicate_key",
            "korea_invest.virtual.app_key",
        ),
        ('"PSed321z9x8c7v6b"', '"PSed321z9x8c7v6b', "not_yaml", ""),
    ],
)
def test_a_slip_is_named_by_its_key(
    tmp_path: Path, old: str, new: str, code: str, key: str
) -> None:
    error = refused(tmp_path, FILLED.replace(old, new, 1))

    assert (error.code, error.facts["key"]) == (f"secrets_{code}", key)
    assert error.facts["line"]
    assert error.facts["got"] == ""


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("http://127.0.0.1:9443/", "http://127.0.0.1:9443"),
        ("https://openapivts.koreainvestment.com:29443", None),
        ("http://[::1]:9443", None),
    ],
)
def test_keys_may_go_to_this_machine_or_over_tls(
    tmp_path: Path, address: str, kept: str | None
) -> None:
    text = FILLED.replace("    app_key", f'    base_url: "{address}"\n    app_key')

    secrets = loaded(tmp_path, text)

    assert secrets is not None
    assert secrets.korea_invest.virtual is not None
    assert secrets.korea_invest.virtual.base_url == (kept or address)


def test_a_misspelt_file_is_refused_because_git_would_take_it(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text(FILLED, encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load_secrets(tmp_path)

    assert caught.value.code == "secrets_misspelt"


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
@pytest.mark.parametrize(("mode", "is_open"), [(0o600, False), (0o640, True)])
def test_a_file_others_may_read_is_warned_of(
    tmp_path: Path, mode: int, *, is_open: bool
) -> None:
    loaded(tmp_path, FILLED)
    (tmp_path / "secrets.yaml").chmod(mode)

    codes = {code for code, _ in warned(load_secrets(tmp_path))}

    assert ("secrets_readable_by_others" in codes) is is_open


def test_a_secret_pasted_as_a_key_is_not_repeated(tmp_path: Path) -> None:
    text = "korea_invest:\n  real: {app_key:PSed321z9x8c7v6b}\n"

    error = refused(tmp_path, text)

    assert error.facts["key"] == "korea_invest.real.****"
    assert "PSed321" not in str(error)


def shown(value: object) -> str:
    """Every way a value usually reaches a reader."""
    return " ".join(
        [repr(value), str(value), f"{value}", f"{value!s:>30}", f"{value!a}"]
    )


def told(error: ConfigError) -> str:
    trace = "".join(traceback.format_exception(error))
    return " ".join([shown(error), trace, *sentences(error), repr(error.facts)])


def test_a_secret_cannot_be_pickled_and_copies_to_itself() -> None:
    secret = Secret("PSed321z9x8c7v6b")

    with pytest.raises(TypeError):
        pickle.dumps(secret)
    assert copy.copy(secret) is secret
    assert copy.deepcopy(secret) is secret
    assert json.dumps({"key": secret}, default=str) == '{"key": "****"}'
    assert secret == Secret("PSed321z9x8c7v6b")
    assert secret != Secret("other")


# Letters that spell no word of ours, so that finding them means leaking them.
VALUES: Final = st.text("QZX0987@#%+/=:", min_size=8, max_size=40).map("ZQ".__add__)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@settings(max_examples=40, deadline=None)
@given(app_key=VALUES, app_secret=VALUES, token=VALUES)
def test_no_view_of_secrets_shows_a_value(
    home: Path, app_key: str, app_secret: str, token: str
) -> None:
    text = SHAPE.format(
        app_key=app_key,
        app_secret=app_secret,
        account_no="87654321",
        code="01",
        token=token,
        chat_id="123456789",
    )

    secrets = loaded(home, text)

    assert secrets is not None
    view = shown(secrets) + shown(secrets.korea_invest) + shown(secrets.values())
    for value in (app_key, app_secret, "87654321", token, "123456789"):
        assert value not in view


@settings(max_examples=40, deadline=None)
@given(value=VALUES, place=st.integers(0, 8), cut=st.integers(0, 8))
def test_no_refusal_shows_a_value(home: Path, value: str, place: int, cut: int) -> None:
    """The value lands in every sort of broken place, read as either file."""
    broken = (
        f"korea_invest: {{virtual: {{app_key: [{value!r}]}}}}",
        f"korea_invest:\n  virtual:\n    app_key: {{{value!r}: 1}}",
        f"korea_invest: {value!r}",
        f"telegram: {{token: {value!r}, enabled: {value!r}}}",
        f"telegram: {{chat_id: {value!r}}}",
        f"app_key: {value!r}",
        f"korea_invest:\n  virtual:\n    app_key: '{value}\n    app_secret: x",
        f"korea_invest:\n  virtual: {{app_key:{value}}}\n",
        f"{value!r}",
    )[place]
    text = broken[: len(broken) - cut] if cut and place == 6 else broken
    (home / "secrets.yaml").write_text(text, encoding="utf-8")
    (home / "settings.yaml").write_text(f"broker: {{app_key: {value!r}}}\n")

    for load in (load_secrets, load_settings):
        try:
            outcome = shown(load(home))
        except ConfigError as error:
            outcome = told(error)
        assert value not in outcome
