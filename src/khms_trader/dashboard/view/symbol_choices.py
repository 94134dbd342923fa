"""Which symbols the page 종목 offers, those of most concern first. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from khms_trader.domain.plan import Plan


class Group(StrEnum):
    """Why a symbol is offered."""

    HELD = "held"
    CANDIDATE = "candidate"
    SIGNAL = "signal"
    TRADED = "traded"
    UNIVERSE = "universe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One symbol to choose; ``name`` may be empty."""

    symbol: str
    name: str
    group: Group


def choices_of(
    *,
    held: Iterable[str],
    plan: Plan | None,
    traded: Iterable[str],
    universe: Iterable[str],
    names: Mapping[str, str],
) -> tuple[Choice, ...]:
    """Return every symbol once: held, planned, traded before, then the universe."""
    groups: Sequence[tuple[Group, Iterable[str]]] = (
        (Group.HELD, held),
        *(() if plan is None else _planned(plan)),
        (Group.TRADED, traded),
        (Group.UNIVERSE, universe),
    )
    found: dict[str, Choice] = {}
    for group, symbols in groups:
        for symbol in symbols:
            name = names.get(symbol, "")
            found.setdefault(symbol, Choice(symbol=symbol, name=name, group=group))
    return tuple(found.values())


def _planned(plan: Plan) -> Sequence[tuple[Group, Iterable[str]]]:
    free = plan.slots_free
    sells = [line.symbol for line in plan.sells if line.held]
    buys = [line.symbol for line in plan.buys if line.rank <= free]
    rest = [line.symbol for line in plan.buys if line.rank > free]
    return (Group.CANDIDATE, [*sells, *buys]), (Group.SIGNAL, rest)
