"""The 09:01 path stays light: what it may load is told here, module by module.

Seconds are measured by ``benchmarks/import_time.py``; a test never fails on a time.
"""

import runpy
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any, Final

import pytest

BENCHMARK: Final = Path(__file__).parents[1] / "benchmarks" / "import_time.py"
HEAVY: Final = {"numpy", "pandas", "pyarrow", "streamlit", "telegram"}
NEEDED: Final = {
    *("PyYAML", "filelock", "holidays", "pydantic", "rich"),
    # What these bring in themselves.
    *("annotated-types", "pydantic_core", "python-dateutil", "six"),
    *("typing-inspection", "typing_extensions"),
}
OTHER_ROOMS: Final = {"dashboard", "notifications", "performance", "simulator"}
MOST_MODULES: Final = 140
"""It was 128 when written, and 0.08 s; a dozen more is no accident to hide."""


@pytest.fixture(scope="module")
def benchmark() -> dict[str, Any]:
    return runpy.run_path(str(BENCHMARK))


@pytest.fixture(scope="module")
def loaded_by_execute(benchmark: dict[str, Any]) -> list[str]:
    modules: list[str] = benchmark["loaded_by_execute"]()
    return modules


def test_executing_a_plan_loads_nothing_heavy(loaded_by_execute: list[str]) -> None:
    assert HEAVY & set(loaded_by_execute) == set()


def test_executing_a_plan_loads_only_packages_it_needs(
    loaded_by_execute: list[str],
) -> None:
    distributions = packages_distributions()
    packages = {
        name
        for module in loaded_by_execute
        for name in distributions.get(module.partition(".")[0], ())
        if not module.startswith("khms_trader")
    }

    assert packages <= NEEDED


def test_executing_a_plan_loads_few_modules_of_ours_and_no_other_program(
    loaded_by_execute: list[str],
) -> None:
    ours = [name for name in loaded_by_execute if name.startswith("khms_trader.")]
    rooms = {name.split(".")[1] for name in ours}

    assert "khms_trader.execution.execute" in ours
    assert rooms & OTHER_ROOMS == set()
    assert len(ours) <= MOST_MODULES


def test_the_benchmark_measures_both_imports(
    benchmark: dict[str, Any], loaded_by_execute: list[str]
) -> None:
    time = benchmark["measure"](loaded_by_execute, runs=1)

    assert "khms_trader.execution.execute" in time.modules
    assert min(*time.ours, *time.bare) > 0
