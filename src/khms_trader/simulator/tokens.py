"""Access tokens of the practice server (wire sheet, section 2)."""

import base64
import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from khms_trader.simulator.messages import gateway_error, oauth_error
from khms_trader.simulator.rules import TokenRules


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """One issued token."""

    text: str
    app_key: str
    issued_at: datetime
    expires_at: datetime
    is_revoked: bool = False


class Tokens:
    """Every token of one server."""

    def __init__(self, rules: TokenRules) -> None:
        """Start without any."""
        self._rules = rules
        self._tokens: dict[str, AccessToken] = {}
        self._last_issue: dict[str, datetime] = {}

    def issue(self, app_key: str, now: datetime) -> tuple[AccessToken, int]:
        """Return a token and what its ``expires_in`` says, in seconds.

        Raises:
            WireError: ``EGW00133``, asked again too soon.
        """
        self._need_patience(app_key, now)
        self._last_issue[app_key] = now
        newest = self._newest(app_key, now)
        if newest and now < newest.issued_at + timedelta(seconds=self._rules.renewal):
            left = int((newest.expires_at - now).total_seconds())
            return newest, self._rules.lifetime if self._rules.repeats_full else left
        if self._rules.new_kills_old:
            self._revoke_all(app_key)
        token = AccessToken(
            text=_token_text(app_key, now),
            app_key=app_key,
            issued_at=now,
            expires_at=now + timedelta(seconds=self._rules.lifetime),
        )
        self._tokens[token.text] = token
        return token, self._rules.lifetime

    def check(self, text: str, app_key: str, now: datetime) -> None:
        """Let a call with this token pass.

        Raises:
            WireError: ``EGW00121`` unknown, revoked or another key's; ``EGW00123``
                expired.
        """
        token = self._tokens.get(text)
        if token is None or token.is_revoked or token.app_key != app_key:
            raise gateway_error("EGW00121")
        if now >= token.expires_at:
            raise gateway_error("EGW00123")

    def revoke(self, text: str) -> bool:
        """End one token; False when there is none."""
        token = self._tokens.get(text)
        if token is None or token.is_revoked:
            return False
        self._tokens[text] = replace(token, is_revoked=True)
        return True

    def revoke_all(self) -> None:
        """End every token, as a maintenance of the server does."""
        for text in self._tokens:
            self.revoke(text)

    def expire_all(self, now: datetime) -> None:
        """Let every token run out at ``now``, and allow a new issue at once."""
        self._tokens = {
            text: replace(token, expires_at=min(token.expires_at, now))
            for text, token in self._tokens.items()
        }
        self._last_issue.clear()

    def _newest(self, app_key: str, now: datetime) -> AccessToken | None:
        valid = [
            token
            for token in self._tokens.values()
            if token.app_key == app_key
            and not token.is_revoked
            and token.expires_at > now
        ]
        return max(valid, key=lambda token: token.issued_at, default=None)

    def _need_patience(self, app_key: str, now: datetime) -> None:
        last = self._last_issue.get(app_key)
        if last is None:
            return
        waited = (now - last).total_seconds()
        if not 0 <= waited < self._rules.lock_out:
            return
        if self._rules.refusals_extend:
            self._last_issue[app_key] = now
        if self._rules.refuses_plainly:
            raise gateway_error("EGW00133", status=403)
        raise oauth_error("EGW00133")

    def _revoke_all(self, app_key: str) -> None:
        for text, token in self._tokens.items():
            if token.app_key == app_key:
                self._tokens[text] = replace(token, is_revoked=True)


def _token_text(app_key: str, now: datetime) -> str:
    """Return something shaped like KIS's JWT, whose ``jti`` is the app key."""
    header = _encoded({"typ": "JWT", "alg": "HS512"})
    claims = _encoded({"sub": "token", "jti": app_key, "iat": int(now.timestamp())})
    digest = hashlib.sha256(f"{claims}{now.isoformat()}".encode()).digest()
    signature = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return f"{header}.{claims}.{signature}"


def _encoded(part: dict[str, str | int]) -> str:
    text = json.dumps(part, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")
