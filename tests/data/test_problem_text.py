"""Problems beside the bars: nothing lost, nothing said twice, and small."""

import base64
import zlib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.data.problem_text import problems_in, text_of
from khms_trader.domain.quality import BarProblem, QualityCode

problems = st.builds(
    BarProblem,
    symbol=st.sampled_from(["", "000250", "0007C0"]),
    code=st.sampled_from(QualityCode),
    session=st.dates(date(1996, 7, 1), date(2030, 1, 1)),
    detail=st.text(max_size=8),
)


@given(found=st.lists(problems, max_size=12))
@settings(max_examples=60, deadline=None)
def test_every_problem_comes_back_once_in_order(found: list[BarProblem]) -> None:
    back = problems_in(text_of(found))

    assert set(back) == set(found)
    assert len(back) == len(set(found))
    assert [p.session for p in back] == sorted(p.session for p in back)


@given(found=st.lists(problems, max_size=8), data=st.data())
@settings(max_examples=30, deadline=None)
def test_the_order_and_repeats_do_not_matter(
    found: list[BarProblem], data: st.DataObject
) -> None:
    other = data.draw(st.permutations(found))

    assert text_of([*other, *found]) == text_of(found)


def test_thousands_of_problems_are_a_short_text() -> None:
    found = [
        BarProblem(
            symbol=f"{number % 52:05d}0",
            code=QualityCode.IMPOSSIBLE_BAR,
            session=date.fromordinal(date(2016, 1, 4).toordinal() + number // 52),
            detail=f"{number:,} {number + 1:,} {number:,} {number * 25:,}",
        )
        for number in range(9_500)
    ]

    assert len(text_of(found)) < 150_000
    assert problems_in(text_of(found)) == tuple(
        sorted(found, key=lambda p: (p.session, p.symbol))
    )


@pytest.mark.parametrize(
    "plain", [b"", b"[]", b'{"jump":[]}', b'{"unheard":{"000250":[[1,""]]}}']
)
def test_a_garbled_text_is_refused(plain: bytes) -> None:
    text = base64.b64encode(zlib.compress(plain)).decode()

    with pytest.raises(ValueError):  # noqa: PT011 - the reason differs, the type counts
        problems_in(text)


@pytest.mark.parametrize("text", ["no base64!", "AAAA"])
def test_a_text_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the reason differs, the type counts
        problems_in(text)
