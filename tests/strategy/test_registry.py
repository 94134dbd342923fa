"""Strategies by name and by import path, and every way to get one wrong."""

import sys
from pathlib import Path

import pytest

from khms_trader.errors import ConfigError
from khms_trader.strategy.registry import create
from khms_trader.strategy.trend_momentum import TrendMomentum

OWN = """
from __future__ import annotations
from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Own:
    days: int
    factor: float = 1.5
    quick: bool = False
    label: str = "가"

    name = "own"
    lookback = 3

    def __post_init__(self) -> None:
        if self.days > 100:
            raise ValueError("days는 100을 넘을 수 없습니다")

    @property
    def params(self) -> dict:
        return asdict(self)

    def evaluate(self, panel): ...


class Anything:
    name, lookback = "anything", 1

    def __init__(self, **numbers):
        self.params = numbers

    def evaluate(self, panel): ...


class NoName(Anything):
    name = None


class NoLookback(Anything):
    lookback = 0


class NoParams(Anything):
    params = property(lambda self: None, lambda self, value: None)


class ListParams(Anything):
    params = property(lambda self: {"days": [1]}, lambda self, value: None)


class BrokenParams(Anything):
    params = property(lambda self: 1 / 0, lambda self, value: None)


class NoEvaluate(Anything):
    evaluate = None


NUMBER = 3
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("한글 폴더")
    (folder / "own_for_registry.py").write_text(OWN, encoding="utf-8")
    return folder


def refusal(name: str, params: dict[str, object], folder: Path) -> ConfigError:
    with pytest.raises(ConfigError) as refused:
        create(name, params, search_path=folder)
    return refused.value


def test_the_default_strategy_is_made_by_its_name() -> None:
    made = create("trend_momentum", {"ma_window": 60, "volume_factor": 2})

    assert made == TrendMomentum(ma_window=60, volume_factor=2.0)
    assert repr(made.params["volume_factor"]) == "2.0"


def test_a_strategy_of_ones_own_is_made_by_its_import_path(folder: Path) -> None:
    made = create("own_for_registry:Own", {"days": 5}, search_path=folder)

    assert made.name == "own"
    assert made.params == {"days": 5, "factor": 1.5, "quick": False, "label": "가"}


def test_an_installed_module_needs_no_folder() -> None:
    made = create("khms_trader.strategy.trend_momentum:TrendMomentum", {})

    assert made == TrendMomentum()


def test_the_folder_is_searched_only_while_importing(folder: Path) -> None:
    before = list(sys.path)

    create("own_for_registry:Own", {"days": 5}, search_path=folder)
    refusal("no_such_module:Own", {}, folder)

    assert sys.path == before


def test_a_folder_that_was_on_the_path_stays_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(folder))
    before = list(sys.path)

    create("own_for_registry:Own", {"days": 5}, search_path=folder)

    assert sys.path == before


def test_a_class_may_take_any_parameter(folder: Path) -> None:
    made = create("own_for_registry:Anything", {"days": 5}, search_path=folder)

    assert made.params == {"days": 5}


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("trend_momentun", "trend_momentum"),
        ("zzz", ""),
        ("", ""),
        ("my.module.Own", "my.module:Own"),
        ("my.module:", ""),
        ("my module:Own", ""),
    ],
)
def test_an_unknown_name_comes_with_the_nearest(
    name: str, nearest: str, folder: Path
) -> None:
    error = refusal(name, {}, folder)

    assert error.code == "strategy_unknown"
    assert error.facts == {"name": name, "nearest": nearest, "known": "trend_momentum"}


def test_an_unknown_parameter_comes_with_the_nearest(folder: Path) -> None:
    error = refusal("trend_momentum", {"ma_windw": 20}, folder)

    assert error.code == "strategy_param_unknown"
    assert error.facts == {
        "strategy": "trend_momentum",
        "name": "ma_windw",
        "nearest": "ma_window",
        "known": "ma_window, momentum_bars, volume_window, volume_factor, exit_factor",
    }


@pytest.mark.parametrize(
    ("params", "name", "rule"),
    [
        ({"days": "5"}, "days", "int"),
        ({"days": 5.0}, "days", "int"),
        ({"days": True}, "days", "int"),
        ({"days": None}, "days", "int"),
        ({"days": 5, "factor": "1.5"}, "factor", "float"),
        ({"days": 5, "factor": False}, "factor", "float"),
        ({"days": 5, "factor": float("nan")}, "factor", "finite"),
        ({"days": 5, "factor": float("inf")}, "factor", "finite"),
        ({"days": 5, "quick": 1}, "quick", "bool"),
        ({"days": 5, "label": 7}, "label", "str"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(
    params: dict[str, object], name: str, rule: str, folder: Path
) -> None:
    error = refusal("own_for_registry:Own", params, folder)

    assert error.code == "strategy_param_invalid"
    assert (error.facts["name"], error.facts["rule"]) == (name, rule)


def test_a_list_is_no_parameter_even_without_an_annotation(folder: Path) -> None:
    error = refusal("own_for_registry:Anything", {"days": [1]}, folder)

    assert error.code == "strategy_param_invalid"
    assert error.facts["rule"] == "bool | int | float | str"


def test_a_parameter_without_default_must_be_given(folder: Path) -> None:
    error = refusal("own_for_registry:Own", {}, folder)

    assert error.code == "strategy_param_missing"
    assert error.facts == {"strategy": "own_for_registry:Own", "name": "days"}


def test_a_number_out_of_range_keeps_its_own_error(folder: Path) -> None:
    error = refusal("trend_momentum", {"ma_window": 0}, folder)

    assert error.code == "strategy_param_invalid"
    assert error.facts == {"name": "ma_window", "value": 0, "rule": ">= 2"}


def test_what_a_users_class_refuses_is_told_in_its_words(folder: Path) -> None:
    error = refusal("own_for_registry:Own", {"days": 101}, folder)

    assert error.code == "strategy_params_refused"
    assert str(error.facts["reason"]).endswith(
        "ValueError: days는 100을 넘을 수 없습니다"
    )
    assert "own_for_registry.py:" in str(error.facts["reason"])


def test_a_module_that_is_not_there_is_named(folder: Path) -> None:
    error = refusal("no_such_module:Own", {}, folder)

    assert error.code == "strategy_not_importable"
    assert error.facts == {
        "path": "no_such_module:Own",
        "reason": "ModuleNotFoundError: No module named 'no_such_module'",
    }


@pytest.mark.parametrize(
    ("module", "text", "reason"),
    [
        ("broken_syntax", "x = 1\nclass\n", "broken_syntax.py:2 SyntaxError"),
        ("broken_name", "\n\nfoo\n", "broken_name.py:3 NameError: name 'foo'"),
        (
            "broken_json",
            "import json\njson.loads('{')\n",
            "broken_json.py:2 JSONDecode",
        ),
        ("broken_exit", "raise SystemExit(0)\n", "broken_exit.py:1 SystemExit: 0"),
        ("broken_import", "import nowhere_xyz\n", "broken_import.py:1 ModuleNotFound"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_its_line(
    module: str, text: str, reason: str, folder: Path
) -> None:
    (folder / f"{module}.py").write_text(text, encoding="utf-8")

    error = refusal(f"{module}:Own", {}, folder)

    assert error.code == "strategy_not_importable"
    assert reason in str(error.facts["reason"])


def test_a_class_that_is_not_in_the_file_comes_with_the_nearest(folder: Path) -> None:
    error = refusal("own_for_registry:Anythin", {}, folder)

    assert error.code == "strategy_class_missing"
    assert error.facts == {
        "path": "own_for_registry:Anythin",
        "file": str(folder / "own_for_registry.py"),
        "nearest": "Anything",
    }


@pytest.mark.parametrize(
    ("member", "lacks", "reason"),
    [
        ("NUMBER", "__init__", "3"),
        ("NoName", "name", "None"),
        ("NoLookback", "lookback", "0"),
        ("NoParams", "params", "None"),
        ("ListParams", "params", "{'days': [1]}"),
        ("NoEvaluate", "evaluate", "None"),
    ],
)
def test_what_is_no_strategy_is_told_what_it_lacks(
    member: str, lacks: str, reason: str, folder: Path
) -> None:
    error = refusal(f"own_for_registry:{member}", {}, folder)

    assert error.code == "strategy_not_usable"
    assert error.facts == {
        "path": f"own_for_registry:{member}",
        "member": lacks,
        "reason": reason,
    }


def test_a_property_that_fails_is_told_with_its_reason(folder: Path) -> None:
    error = refusal("own_for_registry:BrokenParams", {}, folder)

    assert error.code == "strategy_not_usable"
    assert "ZeroDivisionError" in str(error.facts["reason"])
