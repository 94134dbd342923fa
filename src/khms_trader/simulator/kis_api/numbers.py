"""How KIS writes figures: every scalar of a body is a string."""

from decimal import Decimal


def percent(part: int, whole: int, *, places: int = 2) -> str:
    """Return ``part`` of ``whole`` in percent with so many decimals; 0 of nothing."""
    rate = Decimal(100 * part) / whole if whole else Decimal(0)
    return f"{rate:.{places}f}"


def sign(change: int, *, at_upper: bool = False, at_lower: bool = False) -> str:
    """Return ``prdy_vrss_sign``: 1 upper limit, 2 up, 3 flat, 4 lower limit, 5 down."""
    if change > 0:
        return "1" if at_upper else "2"
    if change < 0:
        return "4" if at_lower else "5"
    return "3"
