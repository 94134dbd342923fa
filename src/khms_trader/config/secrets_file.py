"""The shape of secrets.yaml, and what of it is complete enough to be used.

A placeholder counts as absent, and a block that lacks a part is left out with a
warning: who only trades on paper is not held up by keys he never uses.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, ConfigDict

from khms_trader.config.problems import Fault
from khms_trader.config.secret import Secret
from khms_trader.config.secrets import (
    DEFAULT_PRODUCT_CODE,
    KoreaInvestKeys,
    KoreaInvestSecrets,
    Secrets,
    TelegramSecrets,
)
from khms_trader.config.values import Read, empty_mapping, fault, switch
from khms_trader.config.yaml_lines import KeyPath

_LOOPBACK_HOSTS: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_PLACEHOLDER: Final = re.compile(
    r"\.{2,}|…+|여기.*|<.*>|\*+|x{3,}|(your|my)[-_ ].*", re.IGNORECASE
)
_KEY: Final = re.compile(r"[\x21-\x7e]{8,1000}")
_ACCOUNT: Final = re.compile(r"([0-9]{8})(?:-([0-9]{2}))?")
_PRODUCT: Final = re.compile(r"[0-9]{2}")
_CHAT: Final = re.compile(r"-?[0-9]{4,20}|@[A-Za-z0-9_]{4,40}")


def _text_or_absent(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, int | float):
        # Without quotes YAML reads 01234567 as an octal number.
        raise fault(Fault.NEEDS_QUOTES)
    if not isinstance(value, str):
        raise fault(Fault.WRONG_TYPE, "text")
    stripped = value.strip()
    is_absent = not stripped or _PLACEHOLDER.fullmatch(stripped)
    return None if is_absent else stripped


def _like(pattern: re.Pattern[str], expected: str) -> Read:
    """Accept a text that fits ``pattern``, or a placeholder as None."""

    def read(value: object) -> str | None:
        stripped = _text_or_absent(value)
        if stripped is not None and not pattern.fullmatch(stripped):
            raise fault(Fault.WRONG_TYPE, expected)
        return stripped

    return Read(read)


def _secret(pattern: re.Pattern[str], expected: str) -> Read:
    plain = _like(pattern, expected).function

    def read(value: object) -> Secret | None:
        stripped = plain(value)
        return Secret(stripped) if isinstance(stripped, str) else None

    return Read(read)


def _chat_id() -> Read:
    """A chat's id is the one secret that may be a number: it has no leading zero."""
    plain = _secret(_CHAT, "chat_id").function

    def read(value: object) -> object:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return plain(str(value) if is_number else value)

    return Read(read)


def _address(value: object) -> str | None:
    """Keys travel in its headers: only TLS, or this very machine."""
    stripped = _text_or_absent(value)
    if stripped is not None and not _is_safe(stripped):
        raise fault(Fault.WRONG_TYPE, "address")
    return stripped.rstrip("/") if stripped is not None else None


def _is_safe(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme == "http":
        return parts.hostname in _LOOPBACK_HOSTS
    return parts.scheme == "https" and bool(parts.hostname)


_EMPTY: Final = BeforeValidator(empty_mapping)
_KeySecret = Annotated[Secret | None, _secret(_KEY, "key")]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysInFile:
    """One account's block as written; anything may be absent."""

    app_key: _KeySecret = None
    app_secret: _KeySecret = None
    account_no: Annotated[Secret | None, _secret(_ACCOUNT, "account_no")] = None
    account_product_code: Annotated[str | None, _like(_PRODUCT, "product_code")] = None
    base_url: Annotated[str | None, Read(_address)] = None


def _one_product_code(block: KeysInFile) -> KeysInFile:
    account = block.account_no.reveal() if block.account_no else ""
    product = account.partition("-")[2]
    if product and block.account_product_code not in (None, product):
        raise fault(Fault.CONFLICT, "account_product_code")
    return block


_Keys = Annotated[KeysInFile, _EMPTY, AfterValidator(_one_product_code)]


@dataclass(frozen=True, slots=True, kw_only=True)
class KoreaInvestInFile:
    """The two accounts of the broker."""

    virtual: _Keys = field(default_factory=KeysInFile)
    real: _Keys = field(default_factory=KeysInFile)


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramInFile:
    """The notifier's block as written."""

    enabled: Annotated[bool, Read(switch)] = False
    token: _KeySecret = None
    chat_id: Annotated[Secret | None, _chat_id()] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretsFile:
    """secrets.yaml as written, each value checked by itself."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid", hide_input_in_errors=True
    )

    korea_invest: Annotated[KoreaInvestInFile, _EMPTY] = field(
        default_factory=KoreaInvestInFile
    )
    telegram: Annotated[TelegramInFile, _EMPTY] = field(default_factory=TelegramInFile)

    def complete(self) -> Secrets:
        """Return what can be used, without warnings."""
        return Secrets(
            korea_invest=KoreaInvestSecrets(
                virtual=_keys_of(self.korea_invest.virtual),
                real=_keys_of(self.korea_invest.real),
            ),
            telegram=_telegram_of(self.telegram),
        )

    def gaps(self) -> tuple[KeyPath, ...]:
        """Return the paths whose absence leaves a block unused that was begun."""
        found: list[KeyPath] = []
        for name in ("virtual", "real"):
            block: KeysInFile = getattr(self.korea_invest, name)
            parts = [block.app_key, block.app_secret, block.account_no]
            if any(parts):
                names = ("app_key", "app_secret", "account_no")
                found += _absent(("korea_invest", name), names, parts)
        if self.telegram.enabled:
            parts = [self.telegram.token, self.telegram.chat_id]
            found += _absent(("telegram",), ("token", "chat_id"), parts)
        return tuple(found)


def _absent(
    holder: KeyPath, names: Sequence[str], parts: Sequence[Secret | None]
) -> list[KeyPath]:
    pairs = zip(names, parts, strict=True)
    return [(*holder, name) for name, part in pairs if part is None]


def _keys_of(block: KeysInFile) -> KoreaInvestKeys | None:
    if block.app_key is None or block.app_secret is None or block.account_no is None:
        return None
    number, _, product = block.account_no.reveal().partition("-")
    return KoreaInvestKeys(
        app_key=block.app_key,
        app_secret=block.app_secret,
        account_no=Secret(number),
        account_product_code=product
        or block.account_product_code
        or DEFAULT_PRODUCT_CODE,
        base_url=block.base_url,
    )


def _telegram_of(block: TelegramInFile) -> TelegramSecrets | None:
    if block.token is None or block.chat_id is None:
        return None
    return TelegramSecrets(
        enabled=block.enabled, token=block.token, chat_id=block.chat_id
    )
