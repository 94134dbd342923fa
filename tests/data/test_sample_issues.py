"""Issues of the sample market look real and cannot be mistaken for real ones."""

from collections import Counter

import pytest

from khms_trader.data.sample.issues import BENCHMARK, Issue, Roster
from khms_trader.domain.instrument import InstrumentKind, parse_symbol

FAR = 60_000  # sessions: beyond the year 2260


@pytest.fixture(scope="module")
def issues() -> list[Issue]:
    return list(Roster().until(FAR).values())


@pytest.fixture(scope="module")
def first_issues() -> list[Issue]:
    return [issue for issue in Roster().until(0).values() if issue.is_listed(0)]


def test_every_code_is_well_formed_and_no_share_of_krx_can_have_it(
    issues: list[Issue],
) -> None:
    assert all(parse_symbol(issue.symbol) == issue.symbol for issue in issues)
    assert all(issue.symbol.startswith("7") for issue in issues)


def test_codes_names_and_streams_are_unique_for_centuries(issues: list[Issue]) -> None:
    assert len(issues) > 1_800
    assert len({issue.symbol for issue in issues}) == len(issues)
    assert len({issue.name for issue in issues}) == len(issues)
    assert len({issue.key for issue in issues}) == len(issues)


def test_names_fit_the_screen(issues: list[Issue]) -> None:
    kinds = {issue.kind for issue in issues if len(issue.name) > 12}

    # The benchmark's given name is the only longer one.
    assert kinds == {InstrumentKind.ETF}


def test_the_market_has_enough_of_every_kind(first_issues: list[Issue]) -> None:
    kinds = Counter(issue.kind for issue in first_issues)

    assert kinds[InstrumentKind.EQUITY] >= 320
    assert kinds[InstrumentKind.PREFERRED] == 6
    assert kinds[InstrumentKind.ETF] == 1
    assert kinds[InstrumentKind.SPAC] == 1


def test_the_number_of_listed_shares_stays_level() -> None:
    known = Roster().until(FAR).values()

    counts = [sum(i.is_listed(n) for i in known) for n in range(0, FAR, 500)]

    assert min(counts) >= 330
    assert max(counts) <= 350


def test_newcomers_carry_a_letter_in_the_fifth_place(issues: list[Issue]) -> None:
    newcomers = [issue for issue in issues if issue.first > 0]

    assert all(issue.symbol[4].isalpha() for issue in newcomers)
    assert newcomers[0].symbol == "7021A0"


def test_the_benchmark_is_an_etf_that_follows_the_market() -> None:
    benchmark = Roster().until(0)[BENCHMARK]

    assert benchmark.name == "예제 코스닥150 ETF"
    assert benchmark.kind is InstrumentKind.ETF
    assert benchmark.end is None
    assert (benchmark.beta, benchmark.chances) == (256, 0)
