"""Which call a request is: by path, and on the account paths by ``tr_id`` too.

The ids are those of the wire table the client uses; names are those of the faults.
"""

from dataclasses import dataclass
from typing import Final

from khms_trader.broker.kis import endpoints as wire
from khms_trader.broker.kis.endpoints import CallClass, Endpoint, Environment
from khms_trader.simulator.messages import WireError, business_error, gateway_error
from khms_trader.simulator.rules import ServerRules

HASHKEY_PATH: Final = "/uapi/hashkey"
MASTER_PATH: Final = "/common/master/kosdaq_code.mst.zip"

_TRADING: Final = "/trading/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call as the server knows it.

    Attributes:
        names: what faults may call it, its own name first.
        is_former: asked by an id that KIS has replaced.
    """

    names: tuple[str, ...]
    endpoint: Endpoint
    is_former: bool = False

    @property
    def name(self) -> str:
        """Its own name."""
        return self.names[0]

    @property
    def is_account(self) -> bool:
        """Whether it needs an account; quotations do not."""
        return _TRADING in self.endpoint.path

    @property
    def is_order(self) -> bool:
        """Whether it changes the account."""
        return self.endpoint.call_class is CallClass.ORDER


_NAMES: Final = {
    wire.BUY: ("buy", "order"),
    wire.SELL: ("sell", "order"),
    wire.CANCEL: ("change",),
    wire.BALANCE: ("balance",),
    wire.BUYING_POWER: ("buying_power",),
    wire.DAILY_ORDERS: ("orders",),
    wire.OLD_DAILY_ORDERS: ("orders",),
    wire.PRICE: ("price",),
    wire.ASKING_PRICE: ("asking_price",),
    wire.TICKS: ("ticks",),
    wire.DAILY_PRICE: ("daily_price",),
    wire.INVESTORS: ("investors",),
    wire.PERIOD_BARS: ("period_bars",),
    wire.MULTI_PRICE: ("multi_price",),
    wire.HOLIDAYS: ("holidays",),
    wire.PRODUCT_INFO: ("product_info",),
}
_SERVICES: Final = {
    wire.TOKEN.path: "token",
    wire.REVOKE.path: "revoke",
    wire.APPROVAL.path: "approval",
    HASHKEY_PATH: "hashkey",
    MASTER_PATH: "master",
}


def names_of(path: str, tr_id: str, *, is_next: bool) -> tuple[str, ...]:
    """Return what a request may be called by faults and by the log."""
    if path in _SERVICES:
        return (_SERVICES[path],)
    for endpoint, names in _NAMES.items():
        if endpoint.path == path and tr_id in _ids(endpoint):
            return (*names, f"{names[0]}_next") if is_next else names
    return (path.rpartition("/")[2] or path,)


def call_of(path: str, tr_id: str, rules: ServerRules) -> Call:
    """Return the call that ``tr_id`` asks for at ``path``.

    Raises:
        WireError: this environment does not know or not allow it, in KIS's words.
    """
    is_virtual = rules.environment is Environment.VIRTUAL
    for endpoint, names in _NAMES.items():
        own = endpoint.virtual_id if is_virtual else endpoint.real_id
        former = endpoint.former_ids[is_virtual:][:1] if endpoint.former_ids else ()
        if endpoint.path == path and tr_id in (own, *former):
            call = Call(names=names, endpoint=endpoint, is_former=tr_id != own)
            if call.is_account and not is_virtual:
                raise gateway_error("EGW00206")
            return call
    raise _unknown(path, tr_id, rules)


def _unknown(path: str, tr_id: str, rules: ServerRules) -> WireError:
    if not tr_id:
        return business_error("OPSQ9999", "TR_ID ERROR")
    known = [endpoint for endpoint in wire.ENDPOINTS if tr_id in _ids(endpoint)]
    if rules.environment is Environment.VIRTUAL:
        if not known:
            return gateway_error("OPSQ0002", status=rules.variants.unknown_id_status)
        if not _is_virtual_id(tr_id, known[0]):
            return _not_in_virtual(tr_id, known[0], rules)
    # A call that KIS has and this server does not, or an id at another call's path.
    is_placed = any(endpoint.path == path for endpoint in known)
    return gateway_error("MCA00124" if is_placed else "EGW00310")


def _not_in_virtual(tr_id: str, endpoint: Endpoint, rules: ServerRules) -> WireError:
    if endpoint == wire.RESERVED_ORDER:
        return gateway_error("IGW00009")
    if tr_id.startswith("V"):
        return business_error("90000000")
    return gateway_error(rules.variants.virtual_mismatch_code)


def _is_virtual_id(tr_id: str, endpoint: Endpoint) -> bool:
    former = endpoint.former_ids[1:] if endpoint.virtual_id else ()
    return tr_id in (endpoint.virtual_id, *former)


def _ids(endpoint: Endpoint) -> tuple[str | None, ...]:
    return (endpoint.real_id, endpoint.virtual_id, *endpoint.former_ids)
