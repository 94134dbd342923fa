"""Which issues a plan may look at: filters one after the other, then the ranking.

Ranked by the turnover of the session before the listing's, so that backtest, replay and
live choose alike.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from khms_trader.domain.instrument import Instrument, InstrumentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class UniverseRules:
    """The user's filters.

    Attributes:
        limit: how many issues are kept.
        min_price: won; min_traded_value: won a session.
        exclude: symbols never looked at.
    """

    limit: int
    min_price: int = 0
    min_traded_value: int = 0
    exclude: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelStep:
    """How many issues one filter took away.

    Attributes:
        reason: ``not_common_share``, ``no_turnover``, ``excluded``, ``min_price``,
            ``min_traded_value`` or ``limit``.
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
        ("not_common_share", lambda i: i.kind is InstrumentKind.EQUITY),
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
