"""What looks at the account tell of a symbol."""

from decimal import Decimal

from builders import at
from khms_trader.performance.sightings import Sightings
from performance.accounts import THU, TUE, WED, held, looked

SEEN = Sightings(
    [
        looked(TUE, 0, held("086520", 10, 10_000, average=9_000)),
        looked(WED, 0, held("086520", 10, 0, average=9_500)),
        looked(THU, 0, held("086520", 30, 11_000, average=10_000)),
    ]
)


def test_the_average_price_is_the_newest_by_then() -> None:
    assert SEEN.average_before("086520", at("16:00", WED)) == Decimal(9_500)
    assert SEEN.average_before("086520", at("08:00", TUE)) is None
    assert SEEN.average_before("319400", at("16:00", THU)) is None


def test_the_average_price_of_more_shares_is_known_once_they_are_seen() -> None:
    assert SEEN.average_of("086520", 10, at("16:00", WED)) == Decimal(9_500)
    assert SEEN.average_of("086520", 30, at("16:00", WED)) == Decimal(10_000)
    assert SEEN.average_of("086520", 31, at("16:00", WED)) is None


def test_a_price_that_nobody_knew_is_passed_over() -> None:
    assert SEEN.last_price("086520", at("16:00", WED)) == 10_000
    assert SEEN.last_price("086520", at("16:00", THU)) == 11_000
    assert SEEN.last_price("086520", at("08:00", TUE)) is None
