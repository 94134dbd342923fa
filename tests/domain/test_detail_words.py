"""Every detail has its own words, and no reason of a line stands before them."""

import re

from khms_trader.domain.detail_words import DETAILS, REMEDIES
from khms_trader.domain.reasons import (
    Caution,
    NoSignalReason,
    SkipReason,
    korean_of,
)


def test_every_detail_and_remedy_is_korean() -> None:
    words = [*DETAILS.values(), *REMEDIES.values()]

    assert [word for word in words if not re.search("[가-힣]", word)] == []


def test_a_detail_is_told_by_its_own_words_alone() -> None:
    # "interrupted" once meant a line that was not sent and an order that may have been.
    assert {word: korean_of(word) for word in DETAILS} == DETAILS
    assert set(DETAILS) & {*SkipReason, *NoSignalReason, *Caution} == set()
