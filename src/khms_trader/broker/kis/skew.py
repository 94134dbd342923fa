"""How far the server's clock is from ours, by the date of one answer; pure."""

from datetime import datetime, timedelta


def offset_of(
    told: datetime,
    sent_at: datetime,
    received_at: datetime,
    is_practice: bool,  # noqa: FBT001 - whose clock it is
) -> timedelta | None:
    """Return the server's ``Date`` less our time of receipt.

    None where a practice server gives our own time back: it lives by it.
    """
    if is_practice and told == sent_at.replace(microsecond=0):
        return None
    return told - received_at
