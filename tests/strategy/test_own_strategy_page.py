"""docs/strategies.md: what the page tells a user to type really works, as typed."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

from khms_trader.errors import ConfigError
from khms_trader.strategy.evaluation import evaluate
from khms_trader.strategy.latest import latest_signals
from khms_trader.strategy.registry import create
from strategy.panels import panel_of

PAGE = Path(__file__).parents[2] / "docs" / "strategies.md"


def blocks(language: str) -> list[str]:
    text = PAGE.read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("내 설정")
    strategy, check = blocks("python")
    (home / "my_strategy.py").write_text(strategy, encoding="utf-8")
    (home / "check_my_strategy.py").write_text(check, encoding="utf-8")
    return home


def test_the_settings_of_the_page_make_the_strategy_of_the_page(home: Path) -> None:
    (settings,) = blocks("yaml")
    chosen = yaml.safe_load(settings)["strategy"]

    made = create(chosen["name"], chosen["params"], search_path=home)

    assert made.name == "breakout"
    assert made.params == {"high_window": 40, "low_window": 10}
    assert made.lookback == 41


def test_the_strategy_of_the_page_does_what_the_page_says(home: Path) -> None:
    params = {"high_window": 2, "low_window": 2}
    strategy = create("my_strategy:Breakout", params, search_path=home)
    # Up through the highs of two days; down through the lows; a halt between.
    closes = np.array([[10, 20], [12, 18], [12, 18], [13, 17]])
    volumes = np.array([[1, 1], [1, 1], [1, 0], [1, 1]])
    panel = panel_of(closes, volumes)

    latest = latest_signals(panel, evaluate(strategy, panel), strategy)

    assert [(entry.symbol, entry.reason) for entry in latest.entries] == [
        ("000000", "종가가 앞선 2일의 고가를 넘음")
    ]
    assert latest.entries[0].indicators == {"ceiling": 12.0, "floor": 12.0}
    assert [(leave.symbol, leave.reason) for leave in latest.exits] == [
        ("000010", "앞선 2일의 저가를 깸")
    ]


def test_a_window_the_page_forbids_is_refused_in_its_words(home: Path) -> None:
    with pytest.raises(ConfigError, match="1 이상이어야 합니다"):
        create("my_strategy:Breakout", {"low_window": 0}, search_path=home)


def test_the_check_of_the_page_runs_as_it_stands(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "check_my_strategy.py"],
        cwd=home,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert done.stderr == ""
    assert "미래를 본 날: 없음" in done.stdout
    assert re.search(r"마지막 날: 매수 \d+종목, 매도 \d+종목", done.stdout)
