"""Which issues a plan may look at: filters one after the other, then the ranking.

Ranked by the turnover of the session before the listing's, so that backtest, replay and
live choose alike.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from khms_trader.domain.instrument import Instrument, InstrumentKind
from khms_trader.planning.line_gates import NEVER_BOUGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class UniverseRules:
    """The user's filters.

    Attributes:
        limit: how many issues are kept.
        min_price: won; min_traded_value: won a session.
        exclude: symbols never looked at.
        kinds: kinds of securities that are looked at.
    """

    limit: int
    min_price: int = 0
    min_traded_value: int = 0
    exclude: frozenset[str] = frozenset()
    kinds: frozenset[InstrumentKind] = frozenset({InstrumentKind.EQUITY})


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelStep:
    """How many issues one filter took away.

    Attributes:
        reason: ``kind``, ``designated``, ``no_turnover``, ``excluded``,
            ``min_price``, ``min_traded_value`` or ``limit``.
    """

    reason: str
    removed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Universe:
    """The issues a plan looks at, best turnover first, and what the filters took."""

    instruments: tuple[Instrument, ...]
    funnel: tuple[FunnelStep, ...]

    @property
    def symbols(self) -> tuple[str, ...]:
        """The symbols, best turnover first."""
        return tuple(instrument.symbol for instrument in self.instruments)


def select_universe(listing: Sequence[Instrument], rules: UniverseRules) -> Universe:
    """Return the universe of ``listing``; its order does not matter."""
    filters: tuple[tuple[str, Callable[[Instrument], bool]], ...] = (
        ("kind", lambda i: i.kind in rules.kinds),
        ("designated", lambda i: not i.designations & NEVER_BOUGHT),
        ("no_turnover", lambda i: i.reference_value > 0),
        ("excluded", lambda i: i.symbol not in rules.exclude),
        ("min_price", lambda i: i.reference_price >= rules.min_price),
        ("min_traded_value", lambda i: i.reference_value >= rules.min_traded_value),
    )
    kept = list(listing)
    funnel = []
    for reason, accepts in filters:
        passed = [instrument for instrument in kept if accepts(instrument)]
        funnel.append(FunnelStep(reason=reason, removed=len(kept) - len(passed)))
        kept = passed
    kept.sort(key=lambda i: (-i.reference_value, i.symbol))
    funnel.append(FunnelStep(reason="limit", removed=max(len(kept) - rules.limit, 0)))
    return Universe(instruments=tuple(kept[: rules.limit]), funnel=tuple(funnel))
