"""One gate per app key, shared by all processes through a locked file.

Nothing is sent without passing it: reads, orders and tokens alike. It decides nothing
itself (``pacing`` does) and knows no HTTP.
"""

import json
import math
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from khms_trader.broker.kis.pacing import (
    PATIENCE_SECONDS,
    Claim,
    GateState,
    Moment,
    Pace,
    Request,
    Urgency,
    step,
)
from khms_trader.broker.kis.telling import (
    TELL_AFTER_SECONDS,
    Tell,
    acquire,
    tell_nobody,
)
from khms_trader.errors import BrokerUnavailable, StorageError
from khms_trader.ports import Clock

_LOCK_SECONDS: Final = 10.0


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

    @property
    def pace(self) -> Pace:
        """The intervals it keeps."""
        return self._pace

    def wait(self, urgency: Urgency, *, is_order: bool = False) -> None:
        """Return when the caller may send one request, at once.

        Raises:
            BrokerUnavailable: ``kis_gate_stuck``, another process does not let go of
                the shared file.
            StorageError: ``not_writable``, the shared file.
        """
        begun = self._clock.monotonic()
        is_told = False
        while True:
            request = Request(
                urgency=urgency,
                is_order=is_order,
                waited_seconds=self._clock.monotonic() - begun,
            )
            wait_seconds = self._try(request)
            if wait_seconds <= 0:
                return
            if request.waited_seconds > TELL_AFTER_SECONDS and not is_told:
                self._tell("kis_gate_wait", {"most_seconds": round(PATIENCE_SECONDS)})
                is_told = True
            self._clock.sleep(wait_seconds)

    def _try(self, request: Request) -> float:
        try:
            with self._locked():
                now = Moment(
                    wall=self._clock.now().timestamp(),
                    monotonic=self._clock.monotonic(),
                )
                outcome = step(self._load(now), self._pace, request, now)
                self._path.write_text(_written(outcome.state), encoding="utf-8")
        except OSError as error:
            raise StorageError(
                "not_writable", path=str(self._path), reason=error.strerror
            ) from error
        return outcome.wait_seconds

    @contextmanager
    def _locked(self) -> Iterator[None]:
        make_private(self._folder)
        lock = FileLock(self._folder / "gate.lock")
        try:
            acquire(lock, _LOCK_SECONDS, self._tell, "kis_gate_wait")
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


def make_private(folder: Path) -> None:
    """Make ``folder`` with mode 0700 unless it is there; Windows keeps its own list."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.name != "nt":
            folder.chmod(0o700)


def _written(state: GateState) -> str:
    last = state.last
    return json.dumps(
        {
            "last": None if last is None else [last.wall, last.monotonic],
            "order": state.last_was_order,
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
