"""tokenP, revokeP, Approval and hashkey (wire sheet, sections 1.2 and 2)."""

import hashlib
import json
import uuid
from datetime import datetime
from typing import Any

from khms_trader.simulator.messages import business_error, oauth_error
from khms_trader.simulator.rules import TokenRules
from khms_trader.simulator.tokens import Tokens
from khms_trader.simulator.traffic import Body


def object_of(text: bytes) -> dict[str, Any]:
    """Return the JSON object in a request's body.

    Raises:
        WireError: ``OPSQ9997``, it is none.
    """
    try:
        parsed = json.loads(text or b"{}")
    except ValueError as error:
        raise business_error("OPSQ9997") from error
    if not isinstance(parsed, dict):
        raise business_error("OPSQ9997")
    return parsed


def token_p(tokens: Tokens, sent: dict[str, Any], now: datetime) -> Body:
    """Issue a token.

    Raises:
        WireError: no grant type, or asked again too soon.
    """
    if sent.get("grant_type") != "client_credentials":
        raise oauth_error("EGW00115")
    token, expires_in = tokens.issue(str(sent["appkey"]), now)
    return {
        "access_token": token.text,
        "access_token_token_expired": f"{token.expires_at:%Y-%m-%d %H:%M:%S}",
        "token_type": "Bearer",
        "expires_in": expires_in,
    }


def revoke_p(tokens: Tokens, sent: dict[str, Any], rules: TokenRules) -> Body:
    """End a token.

    Raises:
        WireError: ``EGW00121``, there is none.
    """
    if not tokens.revoke(str(sent.get("token", ""))):
        raise oauth_error("EGW00121")
    code = "200" if rules.revoke_code_is_text else 200
    return {"code": code, "message": "접근토큰 폐기에 성공하였습니다"}


def approval(app_key: str, now: datetime) -> Body:
    """Return a key for the websocket, which the practice server does not have."""
    return {"approval_key": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{app_key}{now}"))}


def hashkey(text: bytes) -> Body:
    """Return the hash of an order's body; nobody needs it any more."""
    return {"BODY": object_of(text), "HASH": hashlib.sha256(text).hexdigest()}
