"""The access token: one per host and app key, shared by all processes through a file.

KIS issues once a minute, answers the impatient with a lock-out and tells the customer
of every issue, so a token is asked for only when no usable one is stored. The file
holds a secret: mode 0600, in a folder of its own. This module knows no HTTP.
"""

import json
import logging
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from khms_trader.broker.kis.telling import Tell, acquire, tell_nobody
from khms_trader.durable import make_private, replace_text
from khms_trader.errors import BrokerUnavailable, StorageError, TokenRefused
from khms_trader.market.calendar import SEOUL
from khms_trader.ports import Clock

_log: Final = logging.getLogger(__name__)

MARGIN: Final = timedelta(minutes=10)
RETRY_SECONDS: Final = 30.0
# Longer lives are another unit or a slip; 90 days is what corporations get.
_LONGEST_LIFE: Final = timedelta(days=90)
# Nothing said: KIS tells us by EGW00123 should it be shorter.
_UNKNOWN_LIFE: Final = timedelta(hours=1)
_AHEAD: Final = timedelta(minutes=5)
_TOO_OFTEN: Final = "kis_token_too_often"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """One token and its life, in Seoul time."""

    value: str = field(repr=False)
    issued_at: datetime
    expires_at: datetime

    def lives(self, now: datetime) -> bool:
        """Return whether it can be used at ``now``.

        One issued in the future is from another clock: nothing is known of its life.
        """
        return self.issued_at - _AHEAD <= now < self.expires_at

    def lives_on(self, now: datetime) -> bool:
        """Return whether it can be used for a while from ``now`` on."""
        margin = min(MARGIN, (self.expires_at - self.issued_at) / 10)
        return self.lives(now) and self.lives(now + margin)


class AccessTokens:
    """Gives out the shared token and has it renewed, once for all processes."""

    def __init__(
        self,
        folder: Path,
        *,
        clock: Clock,
        issue: Callable[[], Mapping[str, Any]],
        interval_seconds: float,
        patience_seconds: float,
        tell: Tell = tell_nobody,
    ) -> None:
        """Share through ``folder``.

        ``issue`` asks KIS and returns its answer; refused for coming too early, it is
        asked again after ``interval_seconds`` and then every 30 seconds, for no longer
        than ``patience_seconds`` in all. ``tell`` is told once that it waits for a
        token (``kis_token_wait``) or for the process that gets one
        (``kis_token_lock_wait``).
        """
        self._folder = folder
        self._path = folder / "token.json"
        self._clock = clock
        self._issue = issue
        self._interval = interval_seconds
        self._patience = patience_seconds
        self._tell = tell

    def stored(self) -> AccessToken | None:
        """Return the shared token, alive or not, without asking for one."""
        try:
            return _read(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageError(
                "not_readable", path=str(self._path), reason=error.strerror
            ) from error

    def current(self, patience_seconds: float | None = None) -> AccessToken:
        """Return a token that lives for a while, issuing one if need be.

        ``patience_seconds`` is how long one may be waited for, if not as usual.

        Raises:
            TokenRefused: none is issued, and there is none to go on with.
            BrokerUnavailable: KIS gave no answer, and there is none to go on with.
            StorageError: the file cannot be read or written.
        """
        token = self.stored()
        if token is not None and token.lives_on(self._clock.now()):
            return token
        patience = self._patience if patience_seconds is None else patience_seconds
        with self._locked(patience):
            token = self.stored()
            if token is not None and token.lives_on(self._clock.now()):
                return token
            return self._renewed(token, patience)

    def renew(
        self, refused: AccessToken, patience_seconds: float | None = None
    ) -> AccessToken:
        """Return another token than ``refused``, which KIS no longer takes.

        Raises:
            TokenRefused, BrokerUnavailable, StorageError: as for ``current``.
        """
        patience = self._patience if patience_seconds is None else patience_seconds
        with self._locked(patience):
            token = self.stored()
            if token is not None and token.value != refused.value:
                if token.lives_on(self._clock.now()):
                    return token  # another process was faster
                return self._renewed(token, patience)
            return self._renewed(None, patience)

    def _renewed(self, old: AccessToken | None, patience: float) -> AccessToken:
        """Issue and store a token; go on with ``old`` while it lives and none comes."""
        deadline = self._clock.monotonic() + patience
        pause = self._interval
        is_told = False
        while True:
            problem: BrokerUnavailable
            try:
                answer = self._issue()
            except BrokerUnavailable as error:
                problem = error
            else:
                return self._store(answer, self.stored())
            if old is not None and old.lives(self._clock.now()):
                _log.warning("no new token (%s): the old one goes on", problem.code)
                return old
            left = deadline - self._clock.monotonic()
            if problem.code != _TOO_OFTEN or pause > left:
                raise problem
            if not is_told:
                self._tell("kis_token_wait", {"most_seconds": round(left)})
                is_told = True
            _log.warning("token issue is limited; asking again in %.1f s", pause)
            self._clock.sleep(pause)
            pause = RETRY_SECONDS

    def _store(
        self, answer: Mapping[str, Any], known: AccessToken | None
    ) -> AccessToken:
        now = self._clock.now()
        token = issued(answer, at=now)
        if known is not None and known.value == token.value and known.lives(now):
            # Inside six hours KIS repeats the token, and its life may be told anew.
            expires_at = min(known.expires_at, token.expires_at)
            token = AccessToken(
                value=token.value, issued_at=token.issued_at, expires_at=expires_at
            )
        replace_text(self._path, _written(token), private=True)
        return token

    @contextmanager
    def _locked(self, patience: float) -> Iterator[None]:
        lock = FileLock(self._folder / "token.lock")
        try:
            make_private(self._folder)
            acquire(lock, patience, self._tell, "kis_token_lock_wait")
        except Timeout as error:
            raise TokenRefused("kis_token_locked", path=lock.lock_file) from error
        except OSError as error:
            raise StorageError(
                "not_writable", path=lock.lock_file, reason=error.strerror
            ) from error
        try:
            yield
        finally:
            lock.release()


def issued(answer: Mapping[str, Any], *, at: datetime) -> AccessToken:
    """Return the token in ``answer``, received ``at``.

    Its life counts from then: the clock time KIS also names has no stated zone and is
    used, as Seoul time, only without a usable ``expires_in``.

    Raises:
        TokenRefused: ``kis_token_garbled``, not a text that can go into a header.
    """
    value = answer.get("access_token")
    if not isinstance(value, str) or not _fits_a_header(value):
        raise TokenRefused("kis_token_garbled")
    life = _life(answer.get("expires_in"))
    if life is None:
        until = _until(answer.get("access_token_token_expired"))
        life = until - at if until is not None and until > at else _UNKNOWN_LIFE
    expires_at = at + min(life, _LONGEST_LIFE)
    return AccessToken(value=value, issued_at=at, expires_at=expires_at)


def _fits_a_header(value: str) -> bool:
    return bool(value) and value.isascii() and value.isprintable() and " " not in value


def _life(stated: object) -> timedelta | None:
    """Seconds, documented as a number; a text is taken too."""
    if isinstance(stated, bool) or not isinstance(stated, int | float | str):
        return None
    try:
        seconds = float(stated)
    except (ValueError, OverflowError):
        return None
    if not math.isfinite(seconds) or seconds < 1:
        return None
    return timedelta(seconds=min(seconds, _LONGEST_LIFE.total_seconds()))


def _until(stated: object) -> datetime | None:
    try:
        naive = datetime.fromisoformat(str(stated))
    except ValueError:
        return None
    return naive.replace(tzinfo=SEOUL) if naive.tzinfo is None else naive


def _written(token: AccessToken) -> str:
    return json.dumps(
        {
            "access_token": token.value,
            "issued_at": token.issued_at.isoformat(),
            "expires_at": token.expires_at.isoformat(),
        }
    )


def _read(text: str) -> AccessToken | None:
    """Return what was stored; a corrupt file is no cache, not an error."""
    try:
        stored = json.loads(text)
        token = AccessToken(
            value=str(stored["access_token"]),
            issued_at=datetime.fromisoformat(stored["issued_at"]),
            expires_at=datetime.fromisoformat(stored["expires_at"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    is_aware = None not in (token.issued_at.tzinfo, token.expires_at.tzinfo)
    return token if is_aware and _fits_a_header(token.value) else None
