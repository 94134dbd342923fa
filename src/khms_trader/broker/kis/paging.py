"""Reading a list over all its pages: completely or not at all.

KIS may change a list while it is being read, and says so by an error on a later page
or by nothing; then it is read again from the start, a few times.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol, TypeAlias, TypeVar

from khms_trader.broker.kis.endpoints import Endpoint
from khms_trader.broker.kis.reply import Reply
from khms_trader.broker.kis.wire.fields import Body, Fields
from khms_trader.errors import BrokerError, BrokerUnavailable

logger = logging.getLogger(__name__)

ATTEMPTS: Final = 3
"""How often a list is read from its first page before it is given up."""

MOST_PAGES: Final = 50
"""Pages of the longest list: 1,000 holdings or 750 orders on the virtual server."""

# Orders and holdings on a page of the virtual server, and of the real one.
_FULL_PAGES: Final = frozenset({15, 20, 50, 100})
_KEYS: Final = ("CTX_AREA_FK100", "CTX_AREA_NK100")

T = TypeVar("T")
_Sizes: TypeAlias = tuple[int, ...]


class Reader(Protocol):
    """The half of a ``Caller`` that cannot order anything."""

    def read(
        self, endpoint: Endpoint, fields: Mapping[str, str], *, continuation: str = ""
    ) -> Reply:
        """Ask ``endpoint``, as for ``Caller``."""


def read_all(
    reader: Reader,
    endpoint: Endpoint,
    fields: Mapping[str, str],
    parse: Callable[[Sequence[Body]], T],
) -> T:
    """Return what ``parse`` makes of all pages of a list.

    Raises:
        BrokerUnavailable: the first page could not be had, or no attempt brought all
            pages in a form ``parse`` can read.
    """
    doubtful: set[_Sizes] = set()
    for _ in range(ATTEMPTS - 1):
        first = read_once(reader, endpoint, fields)
        try:
            pages = _with_the_rest(reader, endpoint, fields, first)
            _doubt_an_empty_page(pages, doubtful, endpoint)
            return parse(pages)
        except BrokerError as error:
            logger.warning("%s is read again from page 1: %s", endpoint.name, error)
    first = read_once(reader, endpoint, fields)
    pages = _with_the_rest(reader, endpoint, fields, first)
    _doubt_an_empty_page(pages, doubtful, endpoint)
    return parse(pages)


def read_once(
    reader: Reader,
    endpoint: Endpoint,
    fields: Mapping[str, str],
    *,
    continuation: str = "",
) -> Reply:
    """Return one answer; every failure is the port's ``BrokerUnavailable``.

    Raises:
        BrokerUnavailable: with the code and the facts of what went wrong.
    """
    try:
        return reader.read(endpoint, fields, continuation=continuation)
    except BrokerUnavailable:
        raise
    except BrokerError as error:
        raise BrokerUnavailable(error.code, **error.facts) from error


def first_page(fields: Mapping[str, str]) -> dict[str, str]:
    """Return ``fields`` with the blank page keys of a first page."""
    return {**fields, **dict.fromkeys(_KEYS, "")}


def _with_the_rest(
    reader: Reader, endpoint: Endpoint, fields: Mapping[str, str], first: Reply
) -> list[Body]:
    pages: list[Body] = [first.body]
    reply = first
    keys = dict.fromkeys(_KEYS, "")
    # Whether there is more is said by the header: keys may be there or not. Where it is
    # silent after a full page, asking costs a request; believing it, holdings.
    while reply.has_more or _may_go_on(reply):
        following = _next_keys(reply.body, endpoint)
        if following == keys and not reply.has_more:
            break
        if following == keys or len(pages) >= MOST_PAGES:
            raise BrokerUnavailable("kis_pages_endless", call=endpoint.name)
        keys = following
        reply = read_once(reader, endpoint, {**fields, **keys}, continuation="N")
        pages.append(reply.body)
    return pages


def _doubt_an_empty_page(
    pages: Sequence[Body], doubtful: set[_Sizes], endpoint: Endpoint
) -> None:
    """Refuse pages of which one was to follow and came empty: it may be cut off.

    KIS was seen to promise a page after exactly one full page (python-kis issue 20), so
    full pages with nothing behind them are believed when a second attempt brings as
    many; ``doubtful`` are the sizes of the attempts before.

    Raises:
        BrokerUnavailable: ``kis_pages_changed``.
    """
    sizes = tuple(map(_size, pages))
    if 0 not in sizes[1:]:
        return
    if sizes in doubtful and _FULL_PAGES.issuperset(sizes[:-1]):
        return
    doubtful.add(sizes)
    raise BrokerUnavailable("kis_pages_changed", call=endpoint.name)


def _size(page: Body) -> int:
    rows = page.get("output1")
    return len(rows) if isinstance(rows, list) else 0


def _may_go_on(reply: Reply) -> bool:
    """Return whether a page without a word on the next one is full and names it."""
    is_full = _size(reply.body) in _FULL_PAGES
    by_name = {name.upper(): value for name, value in reply.body.items()}
    has_key = bool(str(by_name.get(_KEYS[1]) or "").strip())
    return not reply.continuation and is_full and has_key


def _next_keys(body: Body, endpoint: Endpoint) -> dict[str, str]:
    """Return the page keys of a reply as they came: their padding is theirs."""
    by_name = {name.upper(): value for name, value in body.items()}
    found = [by_name.get(key) for key in _KEYS]
    keys = [value if isinstance(value, str) else "" for value in found]
    if not any(key.strip() for key in keys):
        raise Fields(body, endpoint.name).unreadable(_KEYS[1].lower())
    return dict(zip(_KEYS, keys, strict=True))
