"""How far apart two requests of one app key must be, and who goes first.

Pure: the state that all processes share goes in, the next one and a wait come out.
``throttle`` keeps that state in a file. Limits: KIS's notice of 2026-04-20, 1/s on the
virtual server and 18/s on the real one; orders are refused even at 1.1 s (wire sheet,
section 3).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from types import MappingProxyType
from typing import Final

from khms_trader.broker.kis.endpoints import Environment

# A lower class looks again this often while a higher one is at work.
LOOK_AGAIN_SECONDS: Final = 0.1
# Shorter waits could be lost in a clock's resolution and never end.
CLOCK_NOISE_SECONDS: Final = 0.00001
# How long a claim outlives what it waits for, should its process die.
CLAIM_GRACE_SECONDS: Final = 0.5
# From this interval on a single late arrival breaks the limit, so requests are followed
# to their end: what left late counts from when it must have arrived.
FOLLOWED_FROM_SECONDS: Final = 1.0
# How much longer than its interval others wait for the end of a request on its way.
ON_ITS_WAY_SECONDS: Final = 2.0
# Nobody waits longer than this for the higher classes, only for the pace. Longer than
# an execute of eight sales and eight purchases by hand takes (49 s).
PATIENCE_SECONDS: Final = 90.0


class Urgency(IntEnum):
    """Who goes first when several want to ask."""

    BULK = 0  # a refresh of many bars
    ACCOUNT = 1  # an account read, a price for a person
    EXECUTE = 2  # the job that sends orders


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds from one request to the next, and to or from an order."""

    request_seconds: float
    order_seconds: float

    def __post_init__(self) -> None:
        """Refuse what is no interval."""
        if not (self.request_seconds > 0 and self.order_seconds > 0):
            message = f"not a pace: {self.request_seconds}, {self.order_seconds}"
            raise ValueError(message)

    def gap(self, *, has_order: bool) -> float:
        """Return the seconds between two requests, one of them an order or none."""
        if not has_order:
            return self.request_seconds
        return max(self.request_seconds, self.order_seconds)


PACES: Final[Mapping[Environment, Pace]] = MappingProxyType(
    {
        Environment.VIRTUAL: Pace(request_seconds=1.1, order_seconds=1.5),
        # 16 a second: the official 18 less a margin for what the network bunches up.
        Environment.REAL: Pace(request_seconds=1 / 16, order_seconds=1 / 16),
    }
)
# Never to be undercut outside loopback, whatever the settings say.
SHORTEST_SECONDS: Final[Mapping[Environment, float]] = MappingProxyType(
    {Environment.VIRTUAL: 1.0, Environment.REAL: 1 / 18}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One moment on two clocks: seconds since 1970, and seconds that never jump.

    The first survives a restart of the machine, the second a change of the time.
    """

    wall: float
    monotonic: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A class's wish to be next, good for ``seconds`` from ``made``."""

    made: Moment
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GateState:
    """What all processes of one app key know of each other.

    Attributes:
        last: when the last request was let through, or must have arrived; None before
            the first.
        is_on_its_way: the last request is not answered yet.
    """

    last: Moment | None = None
    last_was_order: bool = False
    is_on_its_way: bool = False
    claims: Mapping[Urgency, Claim] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Who wants to pass, and for how many seconds already.

    Attributes:
        is_followed: its end will be told (``ended``).
    """

    urgency: Urgency
    is_order: bool
    waited_seconds: float = 0.0
    is_followed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The state to keep, and the seconds to wait before asking again; 0 is "go"."""

    state: GateState
    wait_seconds: float


def step(state: GateState, pace: Pace, request: Request, now: Moment) -> Step:
    """Let ``request`` through, or say how long it has to wait before it asks again."""
    gap = pace.gap(has_order=request.is_order or state.last_was_order)
    last = state.last
    elapsed = gap if last is None else _elapsed(last, now)
    if elapsed is None:  # both clocks jumped back: nobody knows, so it was just now
        last, elapsed = now, 0.0
    claims = {who: claim for who, claim in state.claims.items() if _lives(claim, now)}
    missing = gap - elapsed
    if state.is_on_its_way and -ON_ITS_WAY_SECONDS < missing <= CLOCK_NOISE_SECONDS:
        missing = LOOK_AGAIN_SECONDS
    if missing <= CLOCK_NOISE_SECONDS and not _gives_way(request, claims):
        return Step(state=_passed(claims, pace, request, now), wait_seconds=0.0)
    wait = missing if missing > CLOCK_NOISE_SECONDS else LOOK_AGAIN_SECONDS
    claims[request.urgency] = Claim(made=now, seconds=wait + CLAIM_GRACE_SECONDS)
    waiting = replace(state, last=last, claims=claims)
    return Step(state=waiting, wait_seconds=wait)


def ended(
    state: GateState, pace: Pace, *, sent: Moment, now: Moment, usual_seconds: float
) -> GateState:
    """Return the state after the request let through at ``sent`` was answered.

    A process may stall, or a connection take long, between the gate and the server: an
    answer later than ``usual_seconds`` means that the request may have arrived late.
    """
    if state.last != sent or not state.is_on_its_way:
        return state  # others did not wait for it, or not any longer
    gap = pace.gap(has_order=state.last_was_order)
    late = (
        now.monotonic - sent.monotonic - usual_seconds - (gap - FOLLOWED_FROM_SECONDS)
    )
    late = max(late, 0.0)
    moved = Moment(wall=sent.wall + late, monotonic=sent.monotonic + late)
    return replace(state, last=moved, is_on_its_way=False)


def _elapsed(since: Moment, now: Moment) -> float | None:
    """The shorter of two clocks' stories that are possible at all, or None."""
    stories = (now.wall - since.wall, now.monotonic - since.monotonic)
    return min((story for story in stories if story >= 0), default=None)


def _lives(claim: Claim, now: Moment) -> bool:
    """Return whether ``claim`` still counts, by the clock that all processes share.

    The time of day is no witness: whoever practises with ``--at`` has another one.
    After a restart of the machine a claim may delay for its few seconds, never block.
    """
    return 0 <= now.monotonic - claim.made.monotonic < claim.seconds


def _gives_way(request: Request, claims: Mapping[Urgency, Claim]) -> bool:
    if request.waited_seconds >= PATIENCE_SECONDS:
        return False
    return any(who > request.urgency for who in claims)


def _passed(
    claims: dict[Urgency, Claim], pace: Pace, request: Request, now: Moment
) -> GateState:
    """Execution keeps its claim: its next request follows as soon as it may."""
    claims.pop(request.urgency, None)
    if request.urgency is Urgency.EXECUTE:
        gap = pace.gap(has_order=request.is_order)
        claims[Urgency.EXECUTE] = Claim(made=now, seconds=gap + CLAIM_GRACE_SECONDS)
    is_slow = pace.request_seconds >= FOLLOWED_FROM_SECONDS
    return GateState(
        last=now,
        last_was_order=request.is_order,
        is_on_its_way=request.is_followed and is_slow,
        claims=claims,
    )
