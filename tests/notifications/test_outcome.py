"""What Telegram's refusals mean."""

import pytest

from khms_trader.notifications.outcome import Kind, Refusal, outcome_of


@pytest.mark.parametrize(
    ("status", "description", "kind", "code"),
    [
        (401, "Unauthorized", Kind.STOPPED, "telegram_token_refused"),
        (404, "Not Found", Kind.STOPPED, "telegram_token_refused"),
        (
            403,
            "Forbidden: bot was blocked by the user",
            Kind.STOPPED,
            "telegram_chat_unreachable",
        ),
        (
            400,
            "Bad Request: chat not found",
            Kind.STOPPED,
            "telegram_chat_unreachable",
        ),
        (
            400,
            "Bad Request: PEER_ID_INVALID",
            Kind.STOPPED,
            "telegram_chat_unreachable",
        ),
        (
            409,
            "Conflict: terminated by other getUpdates request",
            Kind.STOPPED,
            "telegram_poller_twice",
        ),
        (
            409,
            "Conflict: can't use getUpdates method while webhook is active",
            Kind.STOPPED,
            "telegram_webhook_set",
        ),
        (400, "Bad Request: can't parse entities: x", Kind.UNPARSED, None),
        (400, "Bad Request: message is too long", Kind.REFUSED, None),
        (413, "Request Entity Too Large", Kind.REFUSED, None),
        (429, "Too Many Requests", Kind.LATER, None),
        (500, "", Kind.LATER, None),
        (502, "Bad Gateway", Kind.LATER, None),
        (200, "", Kind.LATER, None),
    ],
)
def test_a_refusal_says_what_to_do_next(
    status: int, description: str, kind: Kind, code: str | None
) -> None:
    outcome = outcome_of(Refusal(status=status, description=description))

    found = outcome.problem.code if outcome.problem else None
    assert (outcome.kind, found) == (kind, code)


@pytest.mark.parametrize(("status", "is_unknown"), [(429, False), (502, True)])
def test_only_a_fault_behind_the_door_leaves_it_unknown(
    status: int, *, is_unknown: bool
) -> None:
    outcome = outcome_of(Refusal(status=status, description="", retry_after=None))

    assert outcome.is_unknown == is_unknown


def test_what_the_server_asks_for_is_kept() -> None:
    slow = outcome_of(Refusal(status=429, description="", retry_after=31.0))
    moved = outcome_of(Refusal(status=400, description="", new_chat="-1007"))

    assert slow.seconds == 31.0
    assert (moved.kind, moved.new_chat) == (Kind.MOVED, "-1007")
