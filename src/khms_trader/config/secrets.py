"""Keys, tokens and account numbers, in a wrapper that does not print.

A secret leaves only through ``reveal``, at the wire. Nothing here may put a value
into an error, a ``repr`` or a log line: a problem names the key alone.
"""

from dataclasses import dataclass, field
from typing import Final

from khms_trader.config.problems import SettingsProblem
from khms_trader.config.secret import Secret

DEFAULT_PRODUCT_CODE: Final = "01"


@dataclass(frozen=True, slots=True, kw_only=True)
class KoreaInvestKeys:
    """What one KIS account is reached with; complete, or it does not exist.

    Attributes:
        account_no: the eight digits, without the product code.
        account_product_code: two digits, ``01`` for a stock account.
        base_url: another server to talk to, or None for KIS itself.
    """

    app_key: Secret
    app_secret: Secret
    account_no: Secret
    account_product_code: str = DEFAULT_PRODUCT_CODE
    base_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KoreaInvestSecrets:
    """The keys of the practice account KIS calls virtual, and of the real one."""

    virtual: KoreaInvestKeys | None = None
    real: KoreaInvestKeys | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramSecrets:
    """The bot and the chat it writes to."""

    enabled: bool
    token: Secret
    chat_id: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """Everything secrets.yaml holds that is complete.

    Attributes:
        warnings: what was left out and why, and who else may read the file.
    """

    korea_invest: KoreaInvestSecrets = field(default_factory=KoreaInvestSecrets)
    telegram: TelegramSecrets | None = None
    warnings: tuple[SettingsProblem, ...] = ()

    def values(self) -> tuple[Secret, ...]:
        """Return every secret there is, for masking."""
        found: list[Secret] = []
        for keys in (self.korea_invest.virtual, self.korea_invest.real):
            if keys is not None:
                found += [keys.app_key, keys.app_secret, keys.account_no]
        if self.telegram is not None:
            found += [self.telegram.token, self.telegram.chat_id]
        return tuple(found)
