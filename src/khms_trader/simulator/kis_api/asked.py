"""What a call is asked with, and where it looks the answer up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeVar

from khms_trader.simulator.calls import Call
from khms_trader.simulator.exchange import Exchange
from khms_trader.simulator.market import PracticeMarket
from khms_trader.simulator.messages import business_error, missing_field
from khms_trader.simulator.orders import FillCap
from khms_trader.simulator.rules import ServerRules

Row = TypeVar("Row")

FK: Final = "CTX_AREA_FK100"
NK: Final = "CTX_AREA_NK100"
_BLANK: Final = " " * 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """What faults ask of the one who answers.

    Attributes:
        lag: how late the account is shown; None for the exchange's own rule.
    """

    lag: timedelta | None = None
    cap: FillCap | None = None
    shows_no_rows: bool = False
    shows_rows_twice: bool = False
    shrinks_cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One call.

    Attributes:
        fields: names in upper case.
        is_next: the header ``tr_cont`` said N: a following page.
    """

    call: Call
    fields: Mapping[str, str]
    now: datetime
    is_next: bool = False
    effects: Effects = field(default_factory=Effects)

    def need(self, *names: str) -> None:
        """Refuse a call without one of the mandatory fields, blank or not.

        Raises:
            WireError: ``OPSQ2001``.
        """
        for name in names:
            if name not in self.fields:
                raise missing_field(name)

    def text(self, name: str) -> str:
        """Return a field without blanks; empty when it was not sent."""
        return self.fields.get(name, "").strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """Where answers come from.

    Attributes:
        account: ten digits; empty takes whatever account is asked for.
    """

    exchange: Exchange
    rules: ServerRules
    account: str = ""

    @property
    def market(self) -> PracticeMarket:
        """The market behind the exchange."""
        return self.exchange.market

    def need_account(self, asked: Asked) -> None:
        """Refuse an account that is not linked to the app key.

        Raises:
            WireError: ``OPSQ2000``, ``OPSQ2001``.
        """
        asked.need("CANO", "ACNT_PRDT_CD")
        number = asked.text("CANO") + asked.text("ACNT_PRDT_CD")
        if self.account and number != self.account:
            raise business_error("OPSQ2000", rt_cd="2")


def paged(
    rows: Sequence[Row], asked: Asked, *, size: int, always_pages: bool
) -> tuple[list[Row], dict[str, str], str]:
    """Return the page's rows, its ``ctx`` fields and the header ``tr_cont``.

    As measured (sheet 4.3): FK blank and NK six characters while more follows; a
    single page has neither field.
    """
    cursor = asked.text(NK)
    start = int(cursor) if asked.is_next and cursor.isdecimal() else 0
    page = list(rows[start : start + size])
    has_more = start + size < len(rows)
    context = {}
    if has_more or start or always_pages:
        following = f"{start + size:06d}" if has_more else _BLANK
        context = {FK.lower(): _BLANK, NK.lower(): following}
    if asked.effects.shows_rows_twice:
        page = [row for row in page for _ in range(2)]
    return page, context, "M" if has_more else "D"


def trimmed(body: Mapping[str, str], without: Iterable[str]) -> dict[str, str]:
    """Return ``body`` without some fields."""
    left_out = set(without)
    return {name: text for name, text in body.items() if name not in left_out}
