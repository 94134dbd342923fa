"""Who a client is to KIS, and how it behaves; sends nothing."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Protocol

from khms_trader.broker.kis.endpoints import ENDPOINTS, Endpoint, Environment
from khms_trader.broker.kis.pacing import SHORTEST_SECONDS, Pace, Urgency
from khms_trader.broker.kis.telling import Tell, tell_nobody
from khms_trader.broker.kis.transport import Timeouts
from khms_trader.errors import ConfigError


class SecretText(Protocol):
    """A text that shows itself only when asked by name."""

    def reveal(self) -> str:
        """Return the value: for the wire only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What KIS knows a customer by."""

    app_key: SecretText
    app_secret: SecretText


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How a client behaves; the defaults are those of a live account.

    Attributes:
        pace: None takes KIS's limit with a margin.
        urgency: who goes first when several wait; an order always does.
        token_patience_seconds: how long a token may be waited for.
        calls: all that may be called; anything else is refused before it is sent.
        tell: told once of each wait for a token (``kis_token_wait``) and of each wait
            for other processes that takes longer than 5 seconds (``kis_gate_wait``,
            ``kis_token_lock_wait``).
        is_halted: asked at the last moment before an order leaves.
    """

    pace: Pace | None = None
    urgency: Urgency = Urgency.ACCOUNT
    timeouts: Timeouts = field(default_factory=Timeouts)
    token_patience_seconds: float = 1800.0
    calls: Collection[Endpoint] = ENDPOINTS
    tell: Tell = tell_nobody
    is_halted: Callable[[], bool] = lambda: False


def header_text(secret: SecretText, name: str) -> str:
    """Return the secret; one that no header can hold would end up in an error text.

    Raises:
        ConfigError: ``kis_key_garbled``, naming the key alone.
    """
    value = secret.reveal()
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        raise ConfigError("kis_key_garbled", key=name)
    return value


def check_pace(pace: Pace, environment: Environment) -> None:
    """Refuse a pace that KIS does not allow.

    Raises:
        ConfigError: ``kis_pace_refused``.
    """
    shortest = SHORTEST_SECONDS[environment]
    if min(pace.request_seconds, pace.order_seconds) < shortest:
        raise ConfigError("kis_pace_refused", shortest=f"{shortest:.3f}")
