"""The pins: one list in two files, complete, and silent about where packages live."""

import re
import runpy
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest
from packaging.requirements import Requirement

ROOT: Final = Path(__file__).parents[1]
PIN: Final = re.compile(r"[\w.-]+==[\w.]+( ; [\w '<>=!.()-]+)?")


def pyproject_text() -> str:
    return (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def pinned() -> list[str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def direct_dependencies() -> list[str]:
    pyproject: dict[str, Any] = tomllib.loads(pyproject_text())
    groups = pyproject["dependency-groups"].values()
    return [*pyproject["project"]["dependencies"], *(r for g in groups for r in g)]


def test_uv_and_pip_read_the_same_pins() -> None:
    uv = tomllib.loads(pyproject_text())["tool"]["uv"]

    assert uv["constraint-dependencies"] == pinned()


def test_a_pin_is_a_name_an_exact_version_and_perhaps_a_marker_and_no_address() -> None:
    assert [pin for pin in pinned() if not PIN.fullmatch(pin)] == []


@pytest.mark.parametrize("dependency", direct_dependencies())
def test_every_direct_dependency_is_pinned_within_its_own_range(
    dependency: str,
) -> None:
    wanted = Requirement(dependency)

    pins = [pin for pin in map(Requirement, pinned()) if pin.name == wanted.name]

    assert pins
    for pin in pins:
        assert wanted.specifier.contains(next(iter(pin.specifier)).version)


def test_writing_pins_leaves_the_rest_of_the_file_as_it_was() -> None:
    with_pins = runpy.run_path(str(ROOT / ".ci" / "pin.py"))["with_pins"]
    before = pyproject_text()

    after = with_pins(before, ["example==1.0 ; sys_platform == 'win32'"])

    assert "[\n  \"example==1.0 ; sys_platform == 'win32'\",\n]" in after
    assert with_pins(after, pinned()) == before


def test_a_file_without_the_array_is_refused_rather_than_half_pinned() -> None:
    with_pins = runpy.run_path(str(ROOT / ".ci" / "pin.py"))["with_pins"]

    with pytest.raises(SystemExit, match="needs one"):
        with_pins("[tool.uv]\n", ["example==1.0"])
