"""What stands in front of the ledger: keys, pace, tokens and the call's own id."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from khms_trader.broker.kis.endpoints import APPROVAL, REVOKE, TOKEN, Environment
from khms_trader.simulator.calls import HASHKEY_PATH, Call, call_of
from khms_trader.simulator.kis_api import oauth
from khms_trader.simulator.messages import WireError, gateway_error, oauth_error
from khms_trader.simulator.pace import Pace
from khms_trader.simulator.rules import ServerRules
from khms_trader.simulator.tokens import Tokens
from khms_trader.simulator.traffic import Body, Request

_BEARER: Final = "Bearer "
_CUSTOMERS: Final = {"", "P", "B"}
_ORDERS: Final = ("order-cash", "order-rvsecncl")
_LEDGER: Final = "/trading/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What a client has to know; its repr says nothing of it.

    Attributes:
        account: ten digits.
        foreign: app keys of the other environment.
    """

    app_key: str = field(repr=False)
    app_secret: str = field(repr=False)
    account: str = field(default="", repr=False)
    foreign: frozenset[str] = field(default=frozenset(), repr=False)


class Gateway:
    """Lets requests through to the ledger, or says why not."""

    def __init__(self, rules: ServerRules, keys: Keys | None) -> None:
        """Ask for ``keys``; None takes any pair."""
        self._rules = rules
        self._keys = keys
        self._paces: dict[str, Pace] = {}
        self.tokens = Tokens(rules.tokens)

    def serves(self, path: str) -> bool:
        """Return whether ``path`` is answered here: tokens and hashes."""
        return path in {TOKEN.path, REVOKE.path, APPROVAL.path, HASHKEY_PATH}

    def service(self, request: Request, now: datetime, seconds: float) -> Body:
        """Answer a token or hash call.

        Raises:
            WireError: the keys are wrong, or a token is asked for too soon.
        """
        if request.path == HASHKEY_PATH:
            self._need_keys(request.headers, "appkey", "appsecret", gateway_error)
            return oauth.hashkey(request.body)
        sent = oauth.object_of(request.body)
        secret = "secretkey" if request.path == APPROVAL.path else "appsecret"
        self._need_keys(sent, "appkey", secret, oauth_error)
        app_key = str(sent["appkey"])
        if self._rules.limits.counts_tokens:
            self._pace(app_key).admit(seconds, is_order=False, is_ledger=False)
        if request.path == APPROVAL.path:
            return oauth.approval(app_key, now)
        if request.path == REVOKE.path:
            return oauth.revoke_p(self.tokens, sent, self._rules.tokens)
        return oauth.token_p(self.tokens, sent, now)

    def admit(self, request: Request, now: datetime, seconds: float) -> Call:
        """Return the call that ``request`` makes, once it may be made.

        Raises:
            WireError: keys, pace, token, headers or id are not as they must be.
        """
        headers = request.headers
        self._need_keys(headers, "appkey", "appsecret", gateway_error)
        self._pace(headers["appkey"]).admit(
            seconds,
            is_order=request.path.endswith(_ORDERS),
            is_ledger=_LEDGER in request.path,
        )
        authorization = headers.get("authorization", "")
        if not authorization.startswith(_BEARER):
            raise gateway_error("EGW00205")
        token = authorization.removeprefix(_BEARER).strip()
        self.tokens.check(token, headers["appkey"], now)
        if headers.get("custtype", "") not in _CUSTOMERS:
            raise gateway_error("EGW00208")
        content = headers.get("content-type", "")
        is_named = bool(content) or request.method == "POST"
        if is_named and not content.lower().startswith("application/json"):
            raise gateway_error("EGW00132")
        call = call_of(request.path, headers.get("tr_id", ""), self._rules)
        if call.endpoint.method != request.method:
            raise gateway_error("EGW00101")
        return call

    def _need_keys(
        self,
        sent: Mapping[str, Any],
        key_name: str,
        secret_name: str,
        refuse: Callable[[str], WireError],
    ) -> None:
        app_key, secret = str(sent.get(key_name, "")), str(sent.get(secret_name, ""))
        if not app_key:
            raise refuse("EGW00102")
        if not secret and key_name in sent and not self._is_revoking(sent):
            raise refuse("EGW00104")
        keys = self._keys
        if keys is None:
            return
        is_real = self._rules.environment is Environment.REAL
        if is_real and app_key in keys.foreign:
            raise gateway_error("EGW02004")
        if not _is_same(app_key, keys.app_key):
            raise refuse("EGW00103")
        if secret and not _is_same(secret, keys.app_secret):
            raise refuse("EGW00105")

    def _is_revoking(self, sent: Mapping[str, Any]) -> bool:
        # Old samples revoke with app key and token alone.
        return "token" in sent

    def _pace(self, app_key: str) -> Pace:
        return self._paces.setdefault(app_key, Pace(self._rules.limits))


def _is_same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
