"""One request at a time to KIS: paced, authorised, judged, and retried where safe.

Reads are asked again, boundedly, for named failures. An order leaves at most once per
call, whatever happens: only its caller, who keeps the journal, may send it again, and
only after an error that says that nothing was placed. No secret leaves in an error, a
log line or a ``repr``.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from requests.adapters import BaseAdapter

from khms_trader.broker.kis.address import checked_address, is_loopback, shared_folder
from khms_trader.broker.kis.auth import AccessToken, AccessTokens
from khms_trader.broker.kis.endpoints import (
    BUY,
    SELL,
    TOKEN,
    CallClass,
    Endpoint,
    Environment,
)
from khms_trader.broker.kis.failures import (
    Answer,
    Failure,
    Loss,
    decoded,
    failure_in,
    failure_of,
)
from khms_trader.broker.kis.manners import Keys, Manners, check_pace, header_text
from khms_trader.broker.kis.pacing import PACES, Urgency
from khms_trader.broker.kis.redaction import Redactor
from khms_trader.broker.kis.reply import Reply
from khms_trader.broker.kis.skew import offset_of
from khms_trader.broker.kis.throttle import RequestGate
from khms_trader.broker.kis.transport import Transport
from khms_trader.errors import (
    BrokerError,
    OrderRejected,
    RateLimited,
    TokenExpired,
    TokenRefused,
)
from khms_trader.ports import Clock

_log: Final = logging.getLogger(__name__)

# Before the second, third and fourth time a read is asked.
BACKOFF_SECONDS: Final = (1.0, 2.0, 4.0)
# How long an order may wait for a token; reads may wait as their manners say.
ORDER_TOKEN_SECONDS: Final = 5.0
_ACCOUNT_FIELD: Final = "CANO"
# A halt stops what places an order, never what takes one back.
_PLACING: Final = frozenset({BUY, SELL})


class KisClient:
    """A ``Caller`` of one KIS server with one app key; one per thread."""

    def __init__(
        self,
        *,
        environment: Environment,
        address: str,
        keys: Keys,
        folder: Path,
        clock: Clock,
        manners: Manners | None = None,
        adapter: BaseAdapter | None = None,
    ) -> None:
        """Talk to ``address`` and share token and pace through a folder in ``folder``.

        ``adapter`` carries the requests instead of the network: a server in-process.

        Raises:
            ConfigError: ``kis_address_refused``, ``kis_key_garbled`` or
                ``kis_pace_refused``; nothing was sent.
        """
        self._manners = manners or Manners()
        self._environment = environment
        self._clock = clock
        self._address = checked_address(address, environment)
        self._app_key = header_text(keys.app_key, "app_key")
        self._app_secret = header_text(keys.app_secret, "app_secret")
        self._redactor = Redactor(self._app_key, self._app_secret)
        self._practice = self._address if is_loopback(self._address) else ""
        self._transport = Transport(
            self._address, timeouts=self._manners.timeouts, adapter=adapter
        )
        pace = self._manners.pace or PACES[environment]
        if not self._practice:
            check_pace(pace, environment)
        shared = shared_folder(folder, self._address, self._app_key)
        tell = self._manners.tell
        self._gate = RequestGate(shared, pace=pace, clock=clock, tell=tell)
        self._tokens = AccessTokens(
            shared,
            clock=clock,
            issue=self._issue,
            interval_seconds=pace.request_seconds,
            patience_seconds=self._manners.token_patience_seconds,
            tell=tell,
        )
        self._unproven = ""  # the value of a renewed token that has not worked yet
        self._clock_offset: timedelta | None = None
        self._last_seconds: float | None = None

    @property
    def tokens(self) -> AccessTokens:
        """The shared token: for its age, and to warm it up before the open."""
        return self._tokens

    @property
    def clock_offset(self) -> timedelta | None:
        """The server's ``Date`` less our time when its newest dated answer came.

        The date has whole seconds and was written before the way back, so a clock that
        is right shows down to a second and the latency below zero. None before any
        answer, and where the server lives by our time.
        """
        return self._clock_offset

    @property
    def last_seconds(self) -> float | None:
        """How many seconds the newest answer took; None before any."""
        return self._last_seconds

    def __repr__(self) -> str:
        return f"KisClient({self._environment}, {self._address})"

    def read(
        self, endpoint: Endpoint, fields: Mapping[str, str], *, continuation: str = ""
    ) -> Reply:
        """Ask ``endpoint``, again where that may help.

        Raises:
            NotInVirtual: only the real server offers it.
            TokenRefused: no valid token is to be had.
            RateLimited: too fast, even after waiting.
            BrokerUnavailable: any other refusal, or no usable answer.
            StorageError: the shared files cannot be read or written.
        """
        self._check(endpoint, CallClass.READ, BrokerError)

        def ask() -> Reply | Failure:
            return self._ask(endpoint, fields, continuation)

        outcome = self._persist(ask)
        if isinstance(outcome, Failure) and outcome.kind is TokenExpired:
            outcome = self._persist(ask)
        if isinstance(outcome, Reply):
            return outcome
        raise outcome.error()

    def order(self, endpoint: Endpoint, fields: Mapping[str, str]) -> Reply:
        """Send an order or a cancellation, at most once.

        Raises:
            OrderRejected: definitely refused; nothing was placed.
            OrderUnconfirmed: the outcome is unknown.
            TokenExpired, RateLimited: stopped in front of the ledger.
            BrokerUnavailable: the server was not reached, or no token is to be had.
            StorageError: the shared files cannot be read or written.
        """
        self._check(endpoint, CallClass.ORDER, OrderRejected)
        if self._environment is Environment.REAL:
            raise OrderRejected("kis_real_orders_refused")
        outcome = self._ask(endpoint, fields, "")
        if isinstance(outcome, Reply):
            return outcome
        if outcome.kind is RateLimited:
            # The caller may repeat it at once; the limit takes a while to forget.
            self._clock.sleep(self._gate.pace.order_seconds)
        raise outcome.error()

    def _check(
        self, endpoint: Endpoint, wanted: CallClass, refusal: type[BrokerError]
    ) -> None:
        if endpoint.call_class is not wanted or endpoint not in self._manners.calls:
            raise refusal("kis_call_not_allowed", call=endpoint.name)

    def _persist(self, ask: Callable[[], Reply | Failure]) -> Reply | Failure:
        """Ask until it works, cannot work, or was asked four times."""
        for pause in BACKOFF_SECONDS:
            outcome = ask()
            if isinstance(outcome, Reply) or not outcome.is_passing:
                return outcome
            _log.info("%s: asking again in %.1f s", outcome.code, pause)
            self._clock.sleep(pause)
        return ask()

    def _ask(
        self, endpoint: Endpoint, fields: Mapping[str, str], continuation: str
    ) -> Reply | Failure:
        """Send one request; a token KIS no longer takes is renewed, once."""
        tr_id = endpoint.tr_id(self._environment)
        # An order decided on prices of now does not leave when a token comes at last.
        is_order = endpoint.call_class is CallClass.ORDER
        patience = ORDER_TOKEN_SECONDS if is_order else None
        token = self._tokens.current(patience)
        headers = {
            "authorization": f"Bearer {token.value}",
            "appkey": self._app_key,
            "appsecret": self._app_secret,
            "tr_id": tr_id,
            "tr_cont": continuation,
            "custtype": "P",  # a person, no company
        }
        outcome = self._send(endpoint, headers, fields, token.value)
        if isinstance(outcome, Failure) and outcome.kind is TokenExpired:
            return self._after_token_refusal(outcome, token, patience)
        if isinstance(outcome, Reply) or issubclass(outcome.kind, OrderRejected):
            self._unproven = ""
        return outcome

    def _after_token_refusal(
        self, failure: Failure, token: AccessToken, patience: float | None
    ) -> Failure:
        if token.value == self._unproven:
            return Failure(
                kind=TokenRefused,
                code="kis_token_not_accepted",
                is_passing=False,
                facts=failure.facts,
            )
        self._unproven = self._tokens.renew(token, patience).value
        return failure

    def _issue(self) -> Mapping[str, Any]:
        """Ask for a token, again where that may help, and return KIS's answer."""
        fields = {
            "grant_type": "client_credentials",
            "appkey": self._app_key,
            "appsecret": self._app_secret,
        }
        outcome = self._persist(lambda: self._send(TOKEN, {}, fields))
        if isinstance(outcome, Reply):
            return outcome.body
        raise outcome.error()

    def _send(
        self,
        endpoint: Endpoint,
        headers: Mapping[str, str],
        fields: Mapping[str, str],
        token: str = "",
    ) -> Reply | Failure:
        is_order = endpoint.call_class is CallClass.ORDER
        urgency = Urgency.EXECUTE if is_order else self._manners.urgency
        if is_order:
            fields = {name.upper(): value for name, value in fields.items()}
        headers = dict(headers)
        with self._gate.passing(urgency, is_order=is_order):
            if endpoint in _PLACING and self._manners.is_halted():
                raise OrderRejected("order_halted", symbol=fields.get("PDNO", ""))
            sent_at, begun = self._clock.now(), self._clock.monotonic()
            if self._practice:
                headers["X-Practice-Now"] = sent_at.isoformat()
            answer = self._transport.send(endpoint, headers=headers, fields=fields)
        if isinstance(answer, Answer):
            self._last_seconds = self._clock.monotonic() - begun
            self._note_offset(answer.server_time, sent_at)
        outcome = self._judged(answer, endpoint, fields, token)
        what = outcome.code if isinstance(outcome, Failure) else "ok"
        _log.debug("%s %s: %s", endpoint.method, endpoint.name, what)
        return outcome

    def _note_offset(self, told: datetime | None, sent_at: datetime) -> None:
        if told is not None:
            now = self._clock.now()
            self._clock_offset = offset_of(told, sent_at, now, bool(self._practice))

    def _judged(
        self,
        answer: Answer | Loss,
        endpoint: Endpoint,
        fields: Mapping[str, str],
        token: str,
    ) -> Reply | Failure:
        if isinstance(answer, Loss):
            return failure_of(answer, endpoint, fields=fields, practice=self._practice)
        redactor = self._redactor.with_secrets(token, fields.get(_ACCOUNT_FIELD, ""))
        failure = failure_in(
            answer, endpoint, fields=fields, redactor=redactor, practice=self._practice
        )
        if failure is not None:
            return failure
        return Reply(
            body=decoded(answer.content) or {},
            continuation=answer.continuation,
            server_time=answer.server_time,
        )
