"""The 09:01 path starts fast, and stays light while it runs."""

import runpy
from pathlib import Path
from typing import Any, Final

import pytest

BENCHMARK: Final = Path(__file__).parents[1] / "benchmarks" / "import_time.py"
LIMIT_SECONDS: Final = 0.1
TRIES: Final = 4
HEAVY: Final = {"numpy", "pandas", "pyarrow", "streamlit", "telegram"}


@pytest.fixture(scope="module")
def benchmark() -> dict[str, Any]:
    return runpy.run_path(str(BENCHMARK))


@pytest.fixture(scope="module")
def loaded_by_execute(benchmark: dict[str, Any]) -> list[str]:
    modules: list[str] = benchmark["loaded_by_execute"]()
    return modules


def test_executing_a_plan_loads_nothing_heavy(loaded_by_execute: list[str]) -> None:
    assert HEAVY & set(loaded_by_execute) == set()


def test_our_own_imports_add_at_most_a_tenth_of_a_second_to_execute(
    benchmark: dict[str, Any], loaded_by_execute: list[str]
) -> None:
    # What else the machine does can only slow a run down: the quietest try counts.
    for _ in range(TRIES):
        time = benchmark["measure"](loaded_by_execute, runs=7)
        if time.least_difference <= LIMIT_SECONDS:
            break

    assert "khms_trader.execution.execute" in time.modules
    assert time.least_difference <= LIMIT_SECONDS, time
