"""One gate per app key, shared by all processes through a locked file.

Nothing is sent without passing it: reads, orders and tokens alike. It decides nothing
itself (``pacing`` does) and knows no HTTP.
"""

import json
import logging
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from khms_trader.broker.kis.pacing import (
    FOLLOWED_FROM_SECONDS,
    PATIENCE_SECONDS,
    Claim,
    GateState,
    Moment,
    Pace,
    Request,
    Urgency,
    ended,
    step,
)
from khms_trader.broker.kis.telling import (
    TELL_AFTER_SECONDS,
    Tell,
    acquire,
    tell_nobody,
)
from khms_trader.durable import make_private
from khms_trader.errors import BrokerUnavailable, StorageError
from khms_trader.market.calendar import SEOUL
from khms_trader.ports import Clock

_log: Final = logging.getLogger(__name__)

_LOCK_SECONDS: Final = 10.0
_END_LOCK_SECONDS: Final = 1.0


class RequestGate:
    """Lets the requests of one app key through, far enough apart."""

    def __init__(
        self, folder: Path, *, pace: Pace, clock: Clock, tell: Tell = tell_nobody
    ) -> None:
        """Keep the shared state in ``folder``, which is made private when missing.

        ``tell`` is told of each wait for other processes that takes more than 5 s.
        """
        self._folder = folder
        self._path = folder / "gate.json"
        self._pace = pace
        self._clock = clock
        self._tell = tell
        self._usual_seconds = 0.0  # the quickest answer so far; 0 before the first

    @property
    def pace(self) -> Pace:
        """The intervals it keeps."""
        return self._pace

    def last_passed(self) -> datetime | None:
        """Return when any process last sent a request; None before the first."""
        try:
            last = _read(self._path.read_text(encoding="utf-8")).last
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return None if last is None else datetime.fromtimestamp(last.wall, SEOUL)

    def wait(self, urgency: Urgency, *, is_order: bool = False) -> None:
        """Return when the caller may send one request, at once.

        Raises:
            BrokerUnavailable: ``kis_gate_stuck``, another process does not let go of
                the shared file.
            StorageError: ``not_writable``, the shared file.
        """
        self._wait(urgency, is_order=is_order, is_followed=False)

    @contextmanager
    def passing(self, urgency: Urgency, *, is_order: bool = False) -> Iterator[None]:
        """Wait as ``wait`` does, send in a ``with`` block, and count from its arrival.

        Raises:
            BrokerUnavailable, StorageError: as for ``wait``, before the block.
        """
        sent = self._wait(urgency, is_order=is_order, is_followed=True)
        try:
            yield
        finally:
            self._end(sent, is_order=is_order)

    def _end(self, sent: Moment, *, is_order: bool) -> None:
        if self._pace.request_seconds < FOLLOWED_FROM_SECONDS:
            return
        now = self._now()
        seconds = now.monotonic - sent.monotonic
        # An order's connection is new: it tells nothing of what is usual.
        usual = 0.0 if is_order else self._usual_seconds
        if not is_order:
            self._usual_seconds = min(self._usual_seconds or seconds, seconds)
        try:
            with self._locked(_END_LOCK_SECONDS):
                state = ended(
                    self._load(now), self._pace, sent=sent, now=now, usual_seconds=usual
                )
                self._path.write_text(_written(state), encoding="utf-8")
        except (OSError, BrokerUnavailable) as error:
            # The answer is here and must not get lost; others wait a little longer.
            _log.warning("the end of a request is not noted: %s", type(error).__name__)

    def _wait(self, urgency: Urgency, *, is_order: bool, is_followed: bool) -> Moment:
        begun = self._clock.monotonic()
        is_told = False
        while True:
            request = Request(
                urgency=urgency,
                is_order=is_order,
                waited_seconds=self._clock.monotonic() - begun,
                is_followed=is_followed,
            )
            now, wait_seconds = self._try(request)
            if wait_seconds <= 0:
                return now
            if request.waited_seconds > TELL_AFTER_SECONDS and not is_told:
                self._tell("kis_gate_wait", {"most_seconds": round(PATIENCE_SECONDS)})
                is_told = True
            self._clock.sleep(wait_seconds)

    def _try(self, request: Request) -> tuple[Moment, float]:
        try:
            with self._locked(_LOCK_SECONDS):
                now = self._now()
                outcome = step(self._load(now), self._pace, request, now)
                self._path.write_text(_written(outcome.state), encoding="utf-8")
        except OSError as error:
            raise StorageError(
                "not_writable", path=str(self._path), reason=error.strerror
            ) from error
        return now, outcome.wait_seconds

    def _now(self) -> Moment:
        wall, monotonic = self._clock.now().timestamp(), self._clock.monotonic()
        return Moment(wall=wall, monotonic=monotonic)

    @contextmanager
    def _locked(self, patience_seconds: float) -> Iterator[None]:
        make_private(self._folder)
        lock = FileLock(self._folder / "gate.lock")
        try:
            acquire(lock, patience_seconds, self._tell, "kis_gate_wait")
        except Timeout as error:
            raise BrokerUnavailable("kis_gate_stuck", path=lock.lock_file) from error
        try:
            yield
        finally:
            lock.release()

    def _load(self, now: Moment) -> GateState:
        try:
            return _read(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return GateState()
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            # Half-written by a process that died: it may have sent just now.
            return GateState(last=now, last_was_order=True)


def _written(state: GateState) -> str:
    last = state.last
    return json.dumps(
        {
            "last": None if last is None else [last.wall, last.monotonic],
            "order": state.last_was_order,
            "on_its_way": state.is_on_its_way,
            "claims": {
                who.name: [claim.made.wall, claim.made.monotonic, claim.seconds]
                for who, claim in state.claims.items()
            },
        }
    )


def _read(text: str) -> GateState:
    stored: Mapping[str, Any] = json.loads(text)
    last = stored["last"]
    claims = {Urgency[who]: _claim(claim) for who, claim in stored["claims"].items()}
    return GateState(
        last=None if last is None else _moment(*last),
        last_was_order=bool(stored["order"]),
        is_on_its_way=bool(stored.get("on_its_way")),
        claims=claims,
    )


def _moment(wall: float, monotonic: float) -> Moment:
    return Moment(wall=_finite(wall), monotonic=_finite(monotonic))


def _claim(stored: list[float]) -> Claim:
    wall, monotonic, seconds = stored
    return Claim(made=_moment(wall, monotonic), seconds=_finite(seconds))


def _finite(value: float) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(value)
    return number
