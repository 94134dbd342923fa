"""Every rule of the check-up, on both sides of its edge."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khms_trader.planning.checkup import (
    CONFIGURATION,
    Check,
    Outcome,
    Verdict,
    bars_age,
    calendar_reach,
    caution,
    clock,
    disk,
    good,
    outcome,
    packages,
    problem,
    python_version,
    shares,
    skipped,
    validity,
)

TODAY = date(2026, 11, 22)
NEXT = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("version", "verdict"),
    [((3, 10, 14), "problem"), ((3, 11, 0), "good"), ((4, 0, 0), "good")],
)
def test_python_is_old_below_3_11(version: tuple[int, int, int], verdict: str) -> None:
    assert python_version(version).verdict == verdict


@pytest.mark.parametrize(
    ("seconds", "verdict"),
    [(0, "good"), (2.0, "good"), (2.1, "caution"), (5.0, "caution"), (5.1, "problem")],
)
@pytest.mark.parametrize("direction", [1, -1])
def test_a_clock_is_off_from_two_seconds_and_wrong_from_five(
    seconds: float, verdict: str, direction: int
) -> None:
    found = clock(timedelta(seconds=seconds * direction))

    assert found.verdict == verdict
    assert found.facts["seconds"] == f"{seconds:.1f}"


def test_a_practice_server_of_another_time_has_a_remedy_of_its_own() -> None:
    offset = timedelta(days=-200)

    assert clock(offset, is_practice=True).code == "check_clock_not_practice"
    assert clock(offset).code == "check_clock_wrong"


@pytest.mark.parametrize(
    ("days", "verdict", "code"),
    [
        (60, "good", "check_calendar_fits"),
        (59, "caution", "check_calendar_short"),
        (0, "caution", "check_calendar_short"),
        (-1, "caution", "check_calendar_over"),
    ],
)
def test_a_calendar_is_short_below_sixty_days(
    days: int, verdict: str, code: str
) -> None:
    found = calendar_reach(TODAY + timedelta(days=days), TODAY, NEXT)

    assert (found.verdict, found.code) == (verdict, code)


@pytest.mark.parametrize(
    ("days", "verdict", "code"),
    [
        (0, "good", "check_validity_fits"),
        (80, "good", "check_validity_fits"),
        (81, "caution", "check_validity_short"),
        (90, "caution", "check_validity_short"),
        (91, "caution", "check_validity_over"),
    ],
)
def test_a_virtual_account_is_old_after_eighty_days(
    days: int, verdict: str, code: str
) -> None:
    found = validity(TODAY - timedelta(days=days), TODAY)

    assert (found.verdict, found.code) == (verdict, code)


def test_an_account_nobody_has_seen_yet_has_no_age() -> None:
    assert validity(None, TODAY).verdict is Verdict.SKIPPED


@pytest.mark.parametrize(
    ("free", "verdict"),
    [
        (1_000_000_000, "good"),
        (999_999_999, "caution"),
        (100_000_000, "caution"),
        (99_999_999, "problem"),
    ],
)
def test_a_disk_is_low_below_a_gigabyte(free: int, verdict: str) -> None:
    assert disk(free).verdict == verdict


@pytest.mark.parametrize(
    ("behind", "is_refreshed", "code"),
    [
        (0, False, "check_bars_fresh"),
        (0, True, "check_bars_fresh"),
        (1, False, "check_bars_stale"),
        (1, True, "check_bars_behind"),
    ],
)
def test_bars_are_stale_from_one_session_on(
    behind: int, code: str, *, is_refreshed: bool
) -> None:
    assert bars_age(TODAY, behind, is_refreshed=is_refreshed).code == code


@pytest.mark.parametrize(
    ("version", "code"),
    [
        (None, "check_package_missing"),
        ("2.9.9", "check_package_too_old"),
        ("2.10", "check_packages_fit"),
        ("2.10.0", "check_packages_fit"),
        ("2.10rc1", "check_packages_fit"),
        ("10.0", "check_packages_fit"),
    ],
)
def test_a_package_must_reach_the_version_we_ask_for(
    version: str | None, code: str
) -> None:
    installed = {} if version is None else {"Some_Package": version}

    (found,) = packages(["some-package>=2.10"], installed, "linux")

    assert found.code == code


def test_a_package_of_another_platform_is_not_missed() -> None:
    wanted = ["tzdata>=2025.1; sys_platform == 'win32'"]

    assert packages(wanted, {}, "linux")[0].verdict is Verdict.GOOD
    assert packages(wanted, {}, "win32")[0].verdict is Verdict.PROBLEM


def test_every_package_that_lacks_has_a_row() -> None:
    found = packages(["a>=1", "b>=1", "c>=1"], {"b": "1"}, "linux")

    assert [row.facts["name"] for row in found] == ["a", "c"]


@given(st.lists(st.integers(0, 99), min_size=1, max_size=4))
def test_a_version_satisfies_itself(parts: list[int]) -> None:
    version = ".".join(map(str, parts))

    assert packages([f"x>={version}"], {"x": version}, "linux")[0].verdict == "good"


def test_cautions_and_skips_do_not_stop_anybody() -> None:
    rows = [
        good(Check.HOME, "a"),
        caution(Check.COSTS, "b"),
        skipped(Check.TOKEN, "c"),
    ]

    assert outcome(rows) is Outcome.FINE


def test_configuration_is_to_be_mended_before_the_world() -> None:
    world = problem(Check.BALANCE, "a")
    mine = problem(Check.SETTINGS, "b")

    assert outcome([world]) is Outcome.NOT_AVAILABLE
    assert outcome([world, mine]) is Outcome.MISCONFIGURED


@given(st.sets(st.sampled_from(Check)))
def test_the_outcome_is_fine_only_without_a_problem(failed: set[Check]) -> None:
    rows = [problem(check, "x") for check in sorted(failed)]

    came = outcome(rows)

    assert (came is Outcome.FINE) == (not failed)
    assert (came is Outcome.MISCONFIGURED) == bool(failed & CONFIGURATION)


def test_books_that_agree_with_the_account_are_good() -> None:
    (row,) = shares({"100000": 10, "200000": 0}, {"100000": 10, "300000": 5})

    assert (row.verdict, row.code) == (Verdict.GOOD, "check_shares_fit")
    assert row.facts == {"count": 1}


def test_each_symbol_whose_shares_differ_is_a_caution() -> None:
    managed = {"300000": 3, "100000": 10, "200000": 10, "400000": 1}

    rows = shares(managed, {"100000": 4, "200000": 50, "400000": 1})

    assert [(row.code, dict(row.facts)) for row in rows] == [
        ("check_shares_fewer", {"symbol": "100000", "managed": 10, "held": 4}),
        ("check_shares_more", {"symbol": "200000", "managed": 10, "held": 50}),
        ("check_shares_fewer", {"symbol": "300000", "managed": 3, "held": 0}),
    ]
    assert {row.verdict for row in rows} == {Verdict.CAUTION}


COUNTS = st.dictionaries(st.sampled_from("ABCD"), st.integers(0, 3))


@given(COUNTS, COUNTS)
def test_only_shares_under_management_are_compared(
    managed: dict[str, int], held: dict[str, int]
) -> None:
    named = {row.facts.get("symbol") for row in shares(managed, held)} - {None}

    assert named == {s for s, n in managed.items() if n and held.get(s, 0) != n}
