"""Running a strategy: what a user's code may return, and what is said otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np
import pytest

from khms_trader.domain.panel import Panel
from khms_trader.errors import ConfigError, DataError
from khms_trader.strategy.evaluation import evaluate
from khms_trader.strategy.protocol import Signals
from strategy.panels import a_panel

# Three sessions, two symbols; 086520 is halted on the last one.
PANEL = a_panel(
    closes={"0007C0": [100, 101, 102], "086520": [200, 201, 201]},
    volumes={"0007C0": [1, 2, 3], "086520": [4, 5, 0]},
)
ALWAYS = np.ones((3, 2), dtype=np.bool_)
ONES = np.ones((3, 2))
GOOD = Signals(
    entries=ALWAYS,
    exits={"언제나": ALWAYS},
    score=ONES,
    indicators={"one": ONES},
    entry_reason="언제나",
)


@dataclass(frozen=True)
class Fixed:
    """A user's strategy that returns, or raises, what it was given."""

    answer: object = GOOD
    name: ClassVar[str] = "fixed"
    lookback: ClassVar[int] = 1
    params: Mapping[str, int] = field(default_factory=dict)

    def evaluate(self, panel: Panel) -> Signals:
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer  # type: ignore[return-value]  # a user may return anything


def altered(**parts: object) -> Signals:
    return replace(GOOD, **parts)  # type: ignore[arg-type]  # wrong on purpose


def refusal(answer: object) -> ConfigError:
    with pytest.raises(ConfigError) as refused:
        evaluate(Fixed(answer), PANEL)
    return refused.value


def test_signals_of_a_symbol_that_did_not_trade_are_dropped() -> None:
    signals = evaluate(Fixed(), PANEL)

    assert signals.entries.tolist() == [[True, True], [True, True], [True, False]]
    assert signals.exits["언제나"].tolist() == signals.entries.tolist()


def test_everything_else_is_left_as_the_strategy_said_it() -> None:
    signals = evaluate(Fixed(), PANEL)

    assert signals.score is GOOD.score
    assert signals.indicators is GOOD.indicators
    assert signals.entry_reason == "언제나"


@pytest.mark.parametrize(
    ("answer", "array", "expected", "got"),
    [
        (None, "evaluate", "Signals", "NoneType"),
        (altered(entries=ONES), "entries", "bool (3, 2)", "float64 (3, 2)"),
        (altered(entries=ALWAYS[1:]), "entries", "bool (3, 2)", "bool (2, 2)"),
        (altered(entries=[True]), "entries", "bool (3, 2)", "list"),
        (
            altered(exits={"하락": ALWAYS[:, 0]}),
            "exits[하락]",
            "bool (3, 2)",
            "bool (3,)",
        ),
        (
            altered(score=PANEL.close),
            "score",
            "float64 (3, 2)",
            "int32 (3, 2)",
        ),
        (
            altered(indicators={"ma": ONES.T}),
            "indicators[ma]",
            "float64 (3, 2)",
            "float64 (2, 3)",
        ),
        (altered(exits=ALWAYS), "exits", "dict", "bool (3, 2)"),
        (altered(indicators=[ONES]), "indicators", "dict", "list"),
        (altered(entry_reason=None), "entry_reason", "str", "NoneType"),
        (altered(exits={1: ALWAYS}), "exits[1]", "str", "int"),
        (
            altered(score=ONES * np.nan),
            "score",
            "finite",
            "nan (0007C0 2026-03-02)",
        ),
    ],
)
def test_what_does_not_fit_is_named_with_what_was_expected(
    answer: object, array: str, expected: str, got: str
) -> None:
    error = refusal(answer)

    assert error.code == "strategy_bad_output"
    assert error.facts == {
        "strategy": "fixed",
        "array": array,
        "expected": expected,
        "got": got,
    }


def test_a_score_may_be_unknown_where_there_is_no_entry() -> None:
    score = np.full((3, 2), np.nan)
    score[0, 0] = 5.0
    entries = score == 5.0

    signals = evaluate(Fixed(altered(entries=entries, score=score)), PANEL)

    assert signals.entries.sum() == 1


def test_a_score_may_be_unknown_where_the_symbol_did_not_trade() -> None:
    score = np.ones((3, 2))
    score[2, 1] = np.nan

    signals = evaluate(Fixed(altered(score=score)), PANEL)

    assert signals.entries.sum() == 5


def test_a_strategy_that_fails_is_named_with_its_reason() -> None:
    error = refusal(ZeroDivisionError("division by zero"))

    assert error.code == "strategy_failed"
    assert error.facts["strategy"] == "fixed"
    assert "ZeroDivisionError: division by zero" in str(error.facts["reason"])
    assert "test_evaluation.py:" in str(error.facts["reason"])


def test_an_error_with_a_code_of_its_own_passes() -> None:
    with pytest.raises(DataError, match="bars_missing"):
        evaluate(Fixed(DataError("bars_missing")), PANEL)
