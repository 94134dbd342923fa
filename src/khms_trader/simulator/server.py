"""The practice server: one request in, one reaction out, whatever carries them.

It holds the account of one person. It reads no clock of its own, opens no socket and
waits for nothing: delays are part of the reaction.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Final

from khms_trader.broker.kis.endpoints import Environment
from khms_trader.errors import DataError
from khms_trader.ports import Clock
from khms_trader.simulator.account_view import account_json
from khms_trader.simulator.calls import MASTER_PATH, Call, names_of
from khms_trader.simulator.control import FAULTS_PATH, retold
from khms_trader.simulator.exchange import Exchange
from khms_trader.simulator.faults import Fault, FaultKind, FaultPlan
from khms_trader.simulator.following import NOW_HEADER, ClientTime
from khms_trader.simulator.gateway import Gateway, Keys
from khms_trader.simulator.kis_api import (
    account,
    book,
    charts,
    daily_orders,
    master,
    oauth,
    orders,
    price,
    real_only,
)
from khms_trader.simulator.kis_api.asked import Asked, Effects, Venue
from khms_trader.simulator.log import Seen, TrafficLog
from khms_trader.simulator.messages import (
    DENIALS,
    WireError,
    business_error,
    gateway_error,
    missing_field,
    oauth_error,
)
from khms_trader.simulator.orders import Denied, FillCap
from khms_trader.simulator.rules import ServerRules
from khms_trader.simulator.traffic import (
    HTML,
    Answer,
    Loss,
    Page,
    Reaction,
    Request,
    json_answer,
)

LOG_PATH: Final = "/practice/requests"
"""Where another process reads what came when; not a call of KIS."""

ACCOUNT_PATH: Final = "/practice/account"
"""Where it reads what the account truly is; not a call of KIS either."""

_logger = logging.getLogger(__name__)

_Faults = Mapping[FaultKind, Fault]
_HANDLERS: Final[Mapping[str, Callable[[Venue, Asked], Page]]] = {
    "buy": orders.order_cash,
    "sell": orders.order_cash,
    "change": orders.order_rvsecncl,
    "balance": account.inquire_balance,
    "buying_power": account.inquire_psbl_order,
    "orders": daily_orders.inquire_daily_ccld,
    "price": price.inquire_price,
    "asking_price": book.inquire_asking_price,
    "ticks": book.inquire_ccnl,
    "daily_price": charts.inquire_daily_price,
    "investors": book.inquire_investor,
    "period_bars": charts.inquire_period_bars,
    "multi_price": real_only.intstock_multprice,
    "holidays": real_only.chk_holiday,
    "product_info": real_only.search_info,
}
_LOSSES: Final = {
    FaultKind.REFUSED: Loss.REFUSED,
    FaultKind.RESET: Loss.RESET,
    FaultKind.TIMEOUT: Loss.TIMEOUT,
}
_OUTAGE: Final = b"<html><body><h1>500 Internal Server Error</h1></body></html>"
_USELESS: Final = {
    FaultKind.HTML: Answer(status=500, headers={"content-type": HTML}, body=_OUTAGE),
    FaultKind.EMPTY: Answer(),
}


class PracticeServer:
    """A KIS server for one account, virtual or real by its rules."""

    def __init__(
        self,
        exchange: Exchange,
        clock: Clock,
        *,
        rules: ServerRules | None = None,
        keys: Keys | None = None,
        faults: FaultPlan | None = None,
    ) -> None:
        """Serve ``exchange``; without ``keys`` any app key and account will do."""
        self.rules = rules or ServerRules()
        self.faults = faults or FaultPlan()
        self.log = TrafficLog()
        self.gateway = Gateway(self.rules, keys)
        self._clock = clock
        self._client_time = ClientTime(
            clock, exchange, most_days=self.rules.most_days_ahead
        )
        self._lock = threading.Lock()
        self._venue = Venue(
            exchange=exchange,
            rules=self.rules,
            account=keys.account if keys else "",
        )

    def handle(self, request: Request) -> Reaction:
        """Take one request; safe from several threads."""
        with self._lock:
            if request.path == LOG_PATH:
                return Reaction(answer=json_answer(self.log.as_json()))
            if request.path == FAULTS_PATH:
                return Reaction(answer=retold(self.faults, request))
            is_looking = request.path == ACCOUNT_PATH
            if is_looking and self.environment is Environment.VIRTUAL:
                return Reaction(answer=self._looked(request))
            try:
                return self._handle(request, *self._moment(request))
            except WireError as error:  # a time that cannot be lived
                return Reaction(answer=error.answer)

    def _looked(self, request: Request) -> Answer:
        try:
            now, _ = self._moment(request)
            self._venue.exchange.begin_by(now)
            return json_answer(account_json(self._venue.exchange, now))
        except WireError as error:
            return error.answer
        except DataError as error:
            return json_answer({"error": error.code}, status=500)

    def _handle(self, request: Request, now: datetime, seconds: float) -> Reaction:
        tr_id = request.headers.get("tr_id", "")
        names = names_of(request.path, tr_id, is_next=_is_next(request))
        found = self.faults.of_next(names)
        faults = {fault.kind: fault for fault in found}
        reaction, code = self._reaction(request, faults, now, seconds)
        status = reaction.answer.status if reaction.answer else 0
        self.log.add(
            Seen(at=now, seconds=seconds, call=names[0], status=status, code=code)
        )
        _logger.debug("%s %s %s", names[0], status, code)
        return reaction

    def _reaction(
        self, request: Request, faults: _Faults, now: datetime, seconds: float
    ) -> tuple[Reaction, str]:
        for kind, loss in _LOSSES.items():
            if kind in faults:
                return Reaction(loss=loss), ""
        useless = next((kind for kind in _USELESS if kind in faults), None)
        if useless and not faults[useless].argument:
            return Reaction(answer=_USELESS[useless]), ""
        answer, code = self._answer(request, faults, now, seconds)
        if FaultKind.LOST in faults:
            is_silent = faults[FaultKind.LOST].argument == "timeout"
            return Reaction(loss=Loss.TIMEOUT if is_silent else Loss.RESET), code
        if useless:
            return Reaction(answer=_USELESS[useless]), code
        slow = faults.get(FaultKind.SLOW)
        return Reaction(answer=answer, delay=slow.seconds if slow else 0.0), code

    def _answer(
        self, request: Request, faults: _Faults, now: datetime, seconds: float
    ) -> tuple[Answer, str]:
        skew = faults.get(FaultKind.SKEW)
        told = now + timedelta(seconds=skew.seconds) if skew else now
        headers = {"date": format_datetime(told.astimezone(UTC), usegmt=True)}
        code = ""
        try:
            answer = self._good(request, faults, now, seconds)
        except Denied as denied:
            answer, code = _said(business_error(DENIALS[denied.denial]))
        except WireError as error:
            answer, code = _said(error)
        except DataError as error:
            _logger.warning("the practice market has no data: %s", error)
            answer, code = _said(gateway_error("EGW00002"))
        answer = Answer(
            status=answer.status,
            headers={**answer.headers, **headers},
            body=answer.body,
        )
        return answer, code

    def _good(
        self, request: Request, faults: _Faults, now: datetime, seconds: float
    ) -> Answer:
        self._spoil(faults, now)
        self._venue.exchange.begin_by(now)
        if request.path == MASTER_PATH:
            packed = master.master_zip(self._venue.market, now)
            return Answer(headers={"content-type": "application/zip"}, body=packed)
        if self.gateway.serves(request.path):
            if FaultKind.REJECT in faults:
                raise oauth_error(faults[FaultKind.REJECT].argument)
            return json_answer(self.gateway.service(request, now, seconds))
        call = self.gateway.admit(request, now, seconds)
        if FaultKind.CHANGED in faults:
            raise business_error("SYDB0050")
        if FaultKind.REJECT in faults:
            raise business_error(faults[FaultKind.REJECT].argument)
        page = _HANDLERS[call.name](
            self._venue, self._asked(request, call, now, faults)
        )
        headers = {
            "tr_id": request.headers.get("tr_id", ""),
            "tr_cont": page.continuation,
            "gt_uid": f"{seconds:.6f}".replace(".", "").rjust(32, "0"),
        }
        return json_answer(page.body, headers=headers)

    def _spoil(self, faults: _Faults, now: datetime) -> None:
        if FaultKind.REVOKED in faults:
            self.gateway.tokens.revoke_all()
        if FaultKind.EXPIRED in faults:
            self.gateway.tokens.expire_all(now)
        if FaultKind.THROTTLED in faults:
            raise gateway_error("EGW00201")
        if FaultKind.LEDGER in faults:
            raise gateway_error("EGW00215")

    def _asked(
        self, request: Request, call: Call, now: datetime, faults: _Faults
    ) -> Asked:
        late, partial = faults.get(FaultKind.LATE), faults.get(FaultKind.PARTIAL)
        cap = None
        if partial:
            most, later = partial.shares
            until = None if later is None else now + timedelta(seconds=later)
            cap = FillCap(most=most, until=until)
        return Asked(
            call=call,
            fields=request.query if request.method == "GET" else _posted(request),
            now=now,
            is_next=_is_next(request),
            effects=Effects(
                lag=timedelta(seconds=late.seconds) if late else None,
                cap=cap,
                shows_no_rows=FaultKind.NO_ROWS in faults,
                shows_rows_twice=FaultKind.TWICE in faults,
                shrinks_cancelled=FaultKind.SHRUNK in faults,
            ),
        )

    def _moment(self, request: Request) -> tuple[datetime, float]:
        """Return the time in Seoul, and the seconds that the pace is measured by.

        The pace is never the client's own: two clients started at the same ``--at``
        are hours apart in truth.
        """
        seconds = self._clock.monotonic()
        if not self.rules.follow_client:
            return self._clock.now(), seconds
        return self._client_time.now(request.headers.get(NOW_HEADER, "")), seconds

    @property
    def environment(self) -> Environment:
        """Which of KIS's two servers this one plays."""
        return self.rules.environment


def _is_next(request: Request) -> bool:
    return request.headers.get("tr_cont", "").strip() == "N"


def _said(error: WireError) -> tuple[Answer, str]:
    return error.answer, error.code


def _posted(request: Request) -> dict[str, str]:
    """Return the fields of an order: upper-case keys, nothing but strings.

    Raises:
        WireError: a value is no string.
    """
    sent = oauth.object_of(request.body)
    for name, value in sent.items():
        if not isinstance(value, str):
            raise missing_field(name)
    return sent
